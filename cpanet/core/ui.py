"""Pure helpers of the pages: localized figures, tones of statuses, attributes, query strings, chart payloads.

Everything here takes plain values and gives text or plain data: views, tables and tags print things in one way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from copy import copy
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from cpanet.core.money import MINUS, format_money

NOTHING = "—"
AVATAR_HUES = 8
RECENT = timedelta(days=7)

TONES = {
    "ok": "active approved available paid done confirmed granted completed enabled sent delivered success verified "
    "matched applied published updated created",
    "warn": "pending hold on_hold review in_review requested queued waiting partial held unverified prepared",
    "info": "new running processing in_progress in_payout in_batch invited preview exported importing",
    "cap": "cap capped limited over_cap mismatch disputed differs",
    "down": "declined rejected refused failed error blocked suspended banned missing",
    "off": "draft paused archived closed disabled inactive expired cancelled revoked skipped unchanged stopped",
}
TONE_OF = {slug: tone for tone, slugs in TONES.items() for slug in slugs.split()}


@cache
def _locale_of(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def babel_locale() -> Locale:
    """Babel's locale of the active language, English where there is none."""
    return _locale_of(get_language() or "en")


@cache
def _percent_pattern(locale: Locale, digits: int):
    pattern = copy(locale.percent_formats[None])
    pattern.frac_prec = (digits, digits)
    return pattern


def format_number(value: int | float | Decimal | None, digits: int = 0) -> str:
    """`1234567` → `1,234,567` in the active language; None → a dash."""
    if value is None:
        return NOTHING
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=babel_locale()).replace("-", MINUS)


def format_percent(fraction: float | Decimal | None, digits: int = 2) -> str:
    """A fraction as a percentage: `0.0237` → `2.37%` (`%2,37` in Turkish); None → a dash."""
    if fraction is None:
        return NOTHING
    locale = babel_locale()
    return _percent_pattern(locale, digits).apply(Decimal(str(fraction)), locale).replace("-", MINUS)


def fraction_of(part: int | None, whole: int | None) -> Decimal | None:
    """`part / whole`, None where the whole is nothing."""
    return Decimal(part or 0) / Decimal(whole) if whole else None


def format_ratio(part: int | None, whole: int | None, digits: int = 2) -> str:
    """Two counts as a percentage; a dash where there is nothing to divide by."""
    return format_percent(fraction_of(part, whole), digits)


def format_change(fraction: float | Decimal, points: bool = False) -> str:
    """A change with its sign: `+8.2%`, or in percentage points `−0.11`."""
    text = format_number(Decimal(str(fraction)) * 100, 2) if points else format_percent(fraction, 1)
    return f"+{text}" if fraction > 0 else text


def format_signed_money(units: int, currency: str) -> str:
    """Money with its sign always shown, as in a statement of account."""
    sign = "+" if units > 0 else MINUS if units < 0 else ""
    return sign + format_money(abs(units), currency)


def format_moment(at: datetime) -> str:
    """Date and time in the active time zone."""
    return format_datetime(timezone.localtime(at), "medium", locale=babel_locale())


def format_day(day) -> str:
    """A date, short month name, in the active language."""
    return format_date(day, "medium", locale=babel_locale())


def format_when(at: datetime, now: datetime) -> str:
    """`3 minutes ago`, `in 2 days` within a week of `now`, otherwise the date."""
    if abs(at - now) > RECENT:
        return format_day(timezone.localtime(at).date())
    return format_timedelta(at - now, add_direction=True, threshold=1, locale=babel_locale())


def tone_map(tones: str | Mapping[str, str] | None) -> Mapping[str, str]:
    """`"hold=info lost=down"` or a mapping → mapping of slugs to tones."""
    if isinstance(tones, str):
        return dict(pair.split("=", 1) for pair in tones.replace(",", " ").split())
    return tones or {}


def tone_of(slug: str, tones: str | Mapping[str, str] | None = None) -> str:
    """The tone of a status: ok, warn, info, cap, down or off; off for an unknown one."""
    return tone_map(tones).get(slug) or TONE_OF.get(slug, "off")


def html_attrs(attrs: Mapping[str, object]) -> SafeString:
    """Keyword arguments as HTML attributes: `hx_get` → `hx-get`; False and None are left out, True has no value."""
    return flatatt({name.rstrip("_").replace("_", "-"): value for name, value in attrs.items() if value is not None})


def initials(name: str) -> str:
    """Up to two initials of a name."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


def id_of(prefix: str, value) -> str:
    """A steady id for an element that shows this value."""
    return f"{prefix}-{hashlib.sha256(str(value).encode()).hexdigest()[:10]}"


def hue_of(name: str) -> int:
    """A steady colour number for a name."""
    return hashlib.sha256(name.encode()).digest()[0] % AVATAR_HUES


def replaced_query(params, **changes) -> str:
    """The query string of a QueryDict with some parameters replaced (None removes), as `?a=1`."""
    copy = params.copy()
    for name, value in changes.items():
        if value is None:
            copy.pop(name, None)
        elif isinstance(value, (list, tuple)):
            copy.setlist(name, value)
        else:
            copy[name] = value
    return "?" + copy.urlencode()


def spark_points(values: Iterable[float], width: int = 96, height: int = 28) -> str:
    """Points of a polyline that draws the values in a box of this size, two units off the edges."""
    values = [float(value or 0) for value in values]
    if len(values) < 2:
        return ""
    low, span = min(values), (max(values) - min(values)) or 1.0
    step = width / (len(values) - 1)
    return " ".join(
        f"{i * step:.1f},{height - 2 - (value - low) / span * (height - 4):.1f}" for i, value in enumerate(values)
    )


def share(part: int, whole: int) -> int:
    """Whole percent of `part` in `whole`, kept within 0…100."""
    return max(0, min(100, part * 100 // whole)) if whole else 0


def printed(value, kind: str = "number", currency: str = "", digits: int | None = None) -> str:
    """A figure of a chart or tile as text. Kinds: number, percent (a fraction), money (units)."""
    if value is None:
        return NOTHING
    if kind == "money":
        return format_money(value, currency)
    if kind == "percent":
        return format_percent(value, 2 if digits is None else digits)
    return format_number(value, digits or 0)


def chart_metric(key, label, values, *, kind="number", currency="", previous=None, digits=None) -> dict:
    """One metric of a chart. `values` and `previous` (the period before) hold numbers, fractions or units."""

    def texts(numbers):
        return [printed(number, kind, currency, digits) for number in numbers]

    def plotted(numbers):
        return [None if number is None else float(number) for number in numbers]

    metric = {"key": key, "label": str(label), "kind": kind, "currency": currency}
    metric |= {"values": plotted(values), "texts": texts(values)}
    if previous is not None:
        metric |= {"previous": plotted(previous), "previousTexts": texts(previous)}
    return metric


def chart_data(labels, metrics, *, selected=None, previous_label="", type="line") -> dict:
    """What the `chart` tag draws. `labels`: text per point; `metrics`: results of `chart_metric`; type line or bar."""
    return {
        "labels": [str(label) for label in labels],
        "metrics": list(metrics),
        "selected": selected or (metrics[0]["key"] if metrics else ""),
        "previousLabel": str(previous_label),
        "type": type,
    }
