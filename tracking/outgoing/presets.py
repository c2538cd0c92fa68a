"""What the trackers in common use expect of a network: a starting point that the webmaster completes. Pure."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from tracking.outgoing.words import Event

DECISIONS = (Event.CREATED, Event.APPROVED, Event.DECLINED)
_PLACE = "https://YOUR-TRACKER"


@dataclass(frozen=True)
class Preset:
    """`mark`: what the webmaster adds to his links, so that we know his tracker's id of the click."""

    slug: str
    name: str
    address: str
    mark: str
    words: dict[str, str] = field(default_factory=dict)
    events: tuple[str, ...] = DECISIONS
    note: str = ""


_ALL = (
    Preset(
        "keitaro", "Keitaro",
        f"{_PLACE}/YOUR-KEY/postback?subid={{external_click_id}}&status={{status}}&payout={{payout}}&currency={{currency}}"
        "&tid={conversion_id}",
        "click_id={subid}",
        {"pending": "lead", "approved": "sale", "declined": "rejected"},
        note=_("YOUR-KEY is the key in the postback address of your Keitaro."),
    ),
    Preset(
        "binom", "Binom",
        f"{_PLACE}/click.php?cnv_id={{external_click_id}}&payout={{payout}}&cnv_status={{status}}"
        "&cnv_currency={currency}",
        "click_id={clickid}",
        {"pending": "lead", "approved": "approved", "declined": "rejected"},
    ),
    Preset(
        "voluum", "Voluum",
        f"{_PLACE}/postback?cid={{external_click_id}}&payout={{payout}}&currency={{currency}}&txid={{conversion_id}}",
        "click_id={clickid}",
        events=(Event.APPROVED,),
        note=_("Voluum adds up every call: tell it of approved leads only, or give each status an event type (et)."),
    ),
    Preset(
        "bemob", "BeMob",
        f"{_PLACE}/postback?cid={{external_click_id}}&payout={{payout}}&txid={{conversion_id}}&status={{status}}",
        "click_id={clickId}",
        {"pending": "new", "approved": "approved", "declined": "declined"},
    ),
    Preset(
        "funnelflux", "FunnelFlux Pro",
        f"{_PLACE}/pb/?hit={{external_click_id}}&rev={{payout}}&tx={{conversion_id}}",
        "click_id={hit}",
        events=(Event.APPROVED,),
        note=_("FunnelFlux knows no statuses: it is told of approved leads only."),
    ),
    Preset(
        "redtrack", "RedTrack",
        f"{_PLACE}/postback?clickid={{external_click_id}}&sum={{payout}}&currency={{currency}}&status={{status}}",
        "click_id={clickid}",
        {"pending": "pending", "approved": "approved", "declined": "declined"},
    ),
    Preset(
        "generic", _("Another tracker"),
        f"{_PLACE}/?click_id={{external_click_id}}&status={{status}}&payout={{payout}}&currency={{currency}}"
        "&id={conversion_id}",
        "click_id=…",
    ),
)  # fmt: skip
PRESETS = {preset.slug: preset for preset in _ALL}
