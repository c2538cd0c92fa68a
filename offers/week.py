"""Hours of a week in words: 0 is Monday midnight, 167 Sunday 23:00. Pure."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

DAYS = [
    gettext_lazy("Mon"), gettext_lazy("Tue"), gettext_lazy("Wed"), gettext_lazy("Thu"), gettext_lazy("Fri"),
    gettext_lazy("Sat"), gettext_lazy("Sun"),
]  # fmt: skip
WEEK = 7 * 24


def hours_of(days: list[int], first: int, last: int) -> list[int]:
    """The hours from `first` until `last` o'clock on each of these days (0 is Monday). A span that ends at or before
    its beginning goes on into the next day; no days, or the whole week, is [] (always)."""
    length = (last - first) % 24 or 24
    hours = {(day * 24 + first + hour) % WEEK for day in days for hour in range(length)}
    return [] if len(hours) == WEEK else sorted(hours)


def shift_of(hours: list[int]) -> tuple[list[int], int, int] | None:
    """The days, first and last hour that `hours_of` would make these hours of; None when no single span does."""
    chosen = sorted(hours)
    for first in range(24):
        for last in range(24):
            length = (last - first) % 24 or 24
            days = [day for day in range(7) if all((day * 24 + first + n) % WEEK in chosen for n in range(length))]
            if days and hours_of(days, first, last) == chosen:
                return days, first, last
    return None


def in_words(hours: list[int]) -> str:
    """ "Mon, Tue 09:00–18:00; Wed 00:00–03:00, 22:00–24:00"."""
    if not hours:
        return _("Always")
    groups: dict[str, list[str]] = {}
    for day in range(7):
        spans = _spans([hour - day * 24 for hour in sorted(hours) if hour // 24 == day])
        if spans:
            groups.setdefault(", ".join(f"{first:02}:00–{last:02}:00" for first, last in spans), []).append(
                str(DAYS[day])
            )
    return "; ".join(f"{', '.join(days)} {spans}" for spans, days in groups.items())


def _spans(hours: list[int]) -> list[tuple[int, int]]:
    """Hours of one day as spans: [9, 10, 11, 15] → [(9, 12), (15, 16)]."""
    spans: list[tuple[int, int]] = []
    for hour in hours:
        if spans and spans[-1][1] == hour:
            spans[-1] = (spans[-1][0], hour + 1)
        else:
            spans.append((hour, hour + 1))
    return spans
