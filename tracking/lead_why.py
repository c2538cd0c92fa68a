"""Why a lead is whose it is: how it came, which click it was counted for, and what made repeats repeats."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cpanet.core.money import format_money
from tracking.antifraud.wording import duration
from tracking.choices import Verdict
from tracking.lead_timeline import WEBMASTER
from tracking.models import Conversion


def attribution_of(lead: Conversion) -> list[tuple[str, str]]:
    """(label, sentence) pairs that every reader may know."""
    facts = [(_("Came by"), lead.get_origin_display()), (_("Counted by"), lead.get_attributed_by_display())]
    if lead.click_id:
        facts.append((_("Click"), _age(lead)))
    facts.append((_("A repeat is"), _identity(lead)))
    repeats = lead.postbacks.filter(verdict=Verdict.REPEAT).count()
    facts.append((_("Repeats so far"), _repeats(repeats)))
    return facts


def _age(lead):
    seconds = max(0, int((lead.created_at - lead.clicked_at).total_seconds()))
    text = ngettext(
        "%(age)s before the lead; this goal counts within %(days)d day after the click.",
        "%(age)s before the lead; this goal counts within %(days)d days after the click.",
        lead.goal.attribution_days,
    )
    return text % {"age": duration(seconds), "days": lead.goal.attribution_days}


def _identity(lead):
    """What the unique key of the lead is made of."""
    kind = lead.dedup_key.removeprefix("test:").partition(":")[0]
    words = {
        "order": _("another call with the same order id"),
        "click": _("another call for the same click"),
        "call": _("nothing: this goal counts every call"),
        "contact": _("the same person for the same goal"),
        "phone": _("the same person for the same goal"),
    }
    return words.get(kind, kind)


def _repeats(count):
    if not count:
        return _("none")
    return ngettext("%d call, counted once", "%d calls, counted once", count) % count


_MEASURES = {
    "clicks": gettext_lazy("Cap of clicks"),
    "conversions": gettext_lazy("Cap of conversions"),
    "earning": gettext_lazy("Cap of earnings"),
    "revenue": gettext_lazy("Cap of the advertiser's costs"),
}
_PERIODS = {
    "hour": gettext_lazy("an hour"),
    "day": gettext_lazy("a day"),
    "week": gettext_lazy("a week"),
    "month": gettext_lazy("a month"),
    "total": gettext_lazy("in all"),
}


def caps_of(lead: Conversion, reader: str) -> list[tuple[str, str]]:
    """(cap, how full it was) of the caps the lead came under, as they stood when it came. What the advertiser spends is
    none of the webmaster's business."""
    caps = [cap for cap in lead.pricing.get("caps", []) if reader != WEBMASTER or cap["measure"] != "revenue"]
    return [(_cap_name(cap), _cap_state(cap, lead)) for cap in caps]


def _cap_name(cap):
    period = _PERIODS.get(cap["period"], cap["period"])
    return f"{_MEASURES.get(cap['measure'], cap['measure'])}, {period}"


def _cap_state(cap, lead):
    is_money = cap["measure"] in ("earning", "revenue")
    used, limit = (format_money(cap[name], lead.currency) if is_money else cap[name] for name in ("used", "limit"))
    return _("%(used)s of %(limit)s were taken before it") % {"used": used, "limit": limit}
