"""How the calls of an advertiser are let in and read: changed by him or by the staff, with an audit row."""

import ipaddress
import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cpanet.accounts import audit
from cpanet.accounts.models import Advertiser
from cpanet.core.errors import DomainError
from cpanet.tenancy.raw import row
from cpanet.tenancy.services import touch_config
from tracking.choices import Status
from tracking.incoming.presets import presets
from tracking.incoming.reading import NAMES, Reading, word_of
from tracking.models import PostbackSettings

MOST_ADDRESSES, MOST_DOMAINS, MOST_NAMES, MOST_WORDS = 100, 50, 10, 200
_OF_ADVERTISER = """
    SELECT * FROM tracking_postbacksettings WHERE network_id = %(network)s AND advertiser_id = %(advertiser)s
"""
_NAME = re.compile(r"[^\s=&?#]{1,60}")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
EDITABLE = (
    "must_sign", "signature_seconds", "addresses", "test_mode", "order", "touch", "channel_name", "channel_values",
    "pixel_domains", "names", "words", "sums_amounts", "preset",
)  # fmt: skip


class BadSettings(DomainError):
    """A setting cannot be so."""

    code = "bad_settings"


def settings_of(advertiser: Advertiser) -> PostbackSettings:
    """His settings; those of one who has set nothing are not in the database."""
    settings = row(PostbackSettings, _OF_ADVERTISER, advertiser=advertiser.pk) or PostbackSettings()
    settings.advertiser = advertiser
    return settings


def reading_of(settings: PostbackSettings) -> Reading:
    """How his calls are read."""
    return Reading(
        names={ours: tuple(names) for ours, names in settings.names.items()},
        words=settings.words,
        sums_amounts=settings.sums_amounts,
        channel=(settings.channel_name, tuple(settings.channel_values)),
    )


@transaction.atomic
def save_settings(*, advertiser: Advertiser, actor, now: datetime, **values) -> PostbackSettings:
    """Change what is given of EDITABLE. Raises BadSettings with the field at fault."""
    Advertiser.objects.select_for_update(of=("self",)).get(pk=advertiser.pk)
    settings = settings_of(advertiser)
    changes = {}
    for name, value in values.items():
        if name not in EDITABLE:
            raise TypeError(f"no setting {name}")
        value = _CHECKS[name](value) if name in _CHECKS else value
        if getattr(settings, name) != value:
            changes[name] = [_shown(getattr(settings, name)), _shown(value)]
        setattr(settings, name, value)
    is_new = settings._state.adding
    settings.save()
    if "pixel_domains" in changes:
        touch_config(advertiser.network_id)  # whether the clicks of his offers are remembered by a cookie
    if changes or is_new:
        audit.record(action="postback_settings.changed", subject=settings, actor=actor, now=now, changes=changes)
    return settings


def apply_preset(*, advertiser: Advertiser, slug: str, actor, now: datetime) -> PostbackSettings:
    """Names and words of a preset, in place of those he had; "" goes back to ours. Raises BadSettings."""
    if not slug:
        return save_settings(
            advertiser=advertiser, actor=actor, now=now, preset="", names={}, words={}, sums_amounts=False
        )
    preset = presets().get(slug)
    if preset is None:
        raise BadSettings(_("There is no such preset: choose one of the list."), field="preset")
    reading = preset.reading
    names = {ours: list(names) for ours, names in reading.names.items()}
    return save_settings(
        advertiser=advertiser, actor=actor, now=now, preset=slug, names=names, words=dict(reading.words),
        sums_amounts=reading.sums_amounts,
    )  # fmt: skip


def _addresses(values: list[str]) -> list[str]:
    """Networks as they are compared: `10.0.0.7/8` becomes `10.0.0.0/8`, one address stays one."""
    found = []
    for text in _listed(values, "addresses", MOST_ADDRESSES):
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:
            message = _("“%s” is no address: write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32.")
            raise BadSettings(message % text[:60], field="addresses") from None
        if network.prefixlen == 0:
            raise BadSettings(_("“%s” is every address: leave the list empty instead.") % text, field="addresses")
        mapped = getattr(network.network_address, "ipv4_mapped", None)
        if mapped and network.prefixlen >= 96:  # ::ffff:203.0.113.7 is told to us as 203.0.113.7
            network = ipaddress.ip_network(f"{mapped}/{network.prefixlen - 96}", strict=False)
        found.append(str(network).removesuffix("/32" if network.version == 4 else "/128"))
    return list(dict.fromkeys(found))


def _domains(values: list[str]) -> list[str]:
    found = []
    for text in _listed(values, "pixel_domains", MOST_DOMAINS):
        domain = re.sub(r"^(https?://)?(www\.|\*\.)?", "", text.lower()).rstrip("/.")
        if not _DOMAIN.fullmatch(domain):
            raise BadSettings(_("“%s” is no site: write shop.example.") % text[:60], field="pixel_domains")
        found.append(domain)
    return list(dict.fromkeys(found))


def _names(values: dict[str, list[str]]) -> dict[str, list[str]]:
    checked = {}
    for ours, names in values.items():
        names = _listed(names, f"name_{ours}", MOST_NAMES)
        wrong = next((name for name in names if not _NAME.fullmatch(name)), None)
        if ours not in NAMES or wrong:
            message = _("“%s” cannot be the name of a parameter: no blanks, =, & or ?.")
            raise BadSettings(message % str(wrong or ours)[:60], field=f"name_{ours}")
        if names:
            checked[ours] = names
    _refuse_twice(checked)
    return checked


def _refuse_twice(names):
    seen: dict[str, str] = {}
    for ours, theirs in names.items():
        for name in theirs:
            if seen.setdefault(name.lower(), ours) != ours:
                message = _("“%(name)s” stands for both %(one)s and %(other)s: it can mean one thing only.")
                values = {"name": name, "one": seen[name.lower()], "other": ours}
                raise BadSettings(message % values, field=f"name_{ours}")


def _words(values: dict[str, str]) -> dict[str, str]:
    if len(values) > MOST_WORDS:
        raise BadSettings(_("At most %d words.") % MOST_WORDS, field="words_pending")
    seen: dict[str, str] = {}
    for word, status in values.items():
        if status not in Status.values or len(word) > 80:
            raise BadSettings(_("“%s” cannot be a word of status.") % word[:60], field=f"words_{status}")
        if seen.setdefault(word_of(word), status) != status:
            raise BadSettings(
                _("“%s” stands in two lists: it can mean one thing only.") % word, field=f"words_{status}"
            )
    return dict(values)


def _channel_name(value: str) -> str:
    if value and not _NAME.fullmatch(value):
        raise BadSettings(_("“%s” cannot be the name of a parameter.") % value[:60], field="channel_name")
    return value


def _listed(values, field, most) -> list[str]:
    found = [value.strip() for value in values if value.strip()]
    if len(found) > most:
        raise BadSettings(_("At most %d, please.") % most, field=field)
    return found


def _shown(value):
    return value if isinstance(value, (bool, int)) else str(value)[:300]


_CHECKS = {
    "addresses": _addresses, "pixel_domains": _domains, "names": _names, "words": _words,
    "channel_name": _channel_name, "channel_values": lambda values: _listed(values, "channel_values", 50),
}  # fmt: skip
