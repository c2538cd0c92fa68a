"""Names for people in place of ids, codes and moments."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from django.utils.translation import gettext as _

from cpanet.accounts.models import Advertiser, Affiliate
from cpanet.core.ui import babel_locale, format_day
from offers.choices import Device
from offers.models import Goal, Landing, Offer
from tracking.models import TrackingLink
from tracking.statistics.metrics import ADVERTISER
from tracking.statistics.periods import Period

_NAMES = {
    "offer": (Offer, "name"),
    "advertiser": (Advertiser, "name"),
    "affiliate": (Affiliate, "name"),
    "link": (TrackingLink, "name"),
    "goal": (Goal, "name"),
    "landing": (Landing, "name"),
}
_DEVICES = dict(Device.choices)


def name_source(key: str):
    """(model, field) of the names of a dimension of ids; None for the others."""
    return _NAMES.get(key)


def labels_of(dimensions: Sequence[str], rows: Sequence[Mapping], audience: str) -> list[dict[str, str]]:
    """For each row of keys the label of each key, in the language of the page: one query for each kind of ids.

    Advertisers see webmasters by their public ids alone.
    """
    words = {key: _words(key, {row[key] for row in rows}, audience) for key in dimensions}
    return [{key: words[key][row[key]] for key in dimensions} for row in rows]


def short_label(unit: str, key: str, period: Period) -> str:
    """The label of a point of a course over the period: what is the same at all points is left out."""
    if unit == "month":
        return _month(key)
    moment = datetime.fromisoformat(key)
    is_one_year = period.first.year == period.last.year
    day = format_skeleton("MMMd", moment.date(), locale=babel_locale()) if is_one_year else format_day(moment.date())
    if unit != "hour":
        return day
    return f"{moment:%H:%M}" if period.days == 1 else f"{day}, {moment:%H:%M}"


def _words(key, values, audience):
    if key in _NAMES:
        return _names(key, values, audience)
    return {value: _WORDS.get(key, _plain)(value) for value in values}


def _names(key, ids, audience):
    model, _field = _NAMES[key]
    found = model.objects.in_bulk(ids)
    return {pk: _name(key, found[pk], audience) if pk in found else _unnamed(pk) for pk in ids}


def _name(key, row, audience):
    if key == "affiliate" and audience == ADVERTISER:
        return row.public_id
    return str(row)


def _unnamed(pk):
    return f"#{pk}" if pk else _("(none)")


def _plain(value):
    return value or _("(none)")


def _day(text):
    return format_day(date.fromisoformat(text))


def _hour(text):
    return f"{format_day(moment := datetime.fromisoformat(text))}, {moment:%H:%M}"


def _week(text):
    first = date.fromisoformat(text)
    locale = babel_locale()
    return f"{format_skeleton('MMMd', first, locale=locale)} – {format_day(first + timedelta(days=6))}"


def _month(text):
    return format_date(date.fromisoformat(text), "LLLL y", locale=babel_locale())


def _country(code):
    return babel_locale().territories.get(code, code) if code else _("Unknown")


def _device(slug):
    return str(_DEVICES.get(slug, slug.capitalize())) if slug else _("Unknown")


def _technology(name):
    return name or _("Unknown")


def _language(tag):
    try:
        return Locale.parse(tag, sep="-").get_language_name(babel_locale().language) or tag if tag else _("Unknown")
    except (UnknownLocaleError, ValueError):
        return tag


_WORDS = {
    "day": _day, "hour": _hour, "week": _week, "month": _month, "country": _country, "device": _device,
    "system": _technology, "browser": _technology, "language": _language,
}  # fmt: skip
