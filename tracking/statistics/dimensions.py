"""What a report can be grouped and filtered by, and who may. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from tracking.statistics.metrics import ADVERTISER, AFFILIATE, EVERYBODY, MANAGER

MAX_DIMENSIONS = 4
_OWNERS = frozenset({AFFILIATE, MANAGER})
_PAYERS = frozenset({ADVERTISER, MANAGER})
# Where a dimension is kept: in every roll-up, in the one by country and device, or in the clicks alone.
BY_LINK, DETAIL, RAW = "by_link", "detail", "raw"
# Whole days of clicks are also kept by one of these splits and its dimensions. Marks may take any value.
PLACE = "place"
MARKS = ("sub1", "sub2", "sub3", "sub4", "sub5", "source")
SPLITS = {PLACE: ("country", "device")} | {name: (name,) for name in (*MARKS, "system", "browser", "language")}


@dataclass(frozen=True)
class Dimension:
    """`kind`: time (`column` is the unit), id (a row of ours) or text; `kept`: where it is kept."""

    key: str
    label: str
    kind: str
    column: str
    audiences: frozenset[str] = EVERYBODY
    kept: str = BY_LINK

    @property
    def is_time(self) -> bool:
        return self.kind == "time"


DIMENSIONS = {
    dimension.key: dimension
    for dimension in (
        Dimension("day", _("Day"), "time", "day"),
        Dimension("hour", _("Hour"), "time", "hour"),
        Dimension("week", _("Week"), "time", "week"),
        Dimension("month", _("Month"), "time", "month"),
        Dimension("offer", _("Offer"), "id", "offer_id"),
        Dimension("goal", _("Goal"), "id", "goal_id"),
        Dimension("landing", _("Landing"), "id", "landing_id"),
        Dimension("advertiser", _("Advertiser"), "id", "advertiser_id", frozenset({MANAGER})),
        Dimension("affiliate", _("Webmaster"), "id", "affiliate_id", _PAYERS),
        Dimension("link", _("Link"), "id", "link_id", _OWNERS),
        *(Dimension(f"sub{n}", f"sub{n}", "text", f"sub{n}", _OWNERS, RAW) for n in range(1, 11)),
        Dimension("source", _("Source"), "text", "source", _OWNERS, RAW),
        Dimension("coupon", _("Promo code"), "text", "coupon", EVERYBODY, RAW),
        Dimension("country", _("Country"), "text", "country", EVERYBODY, DETAIL),
        Dimension("device", _("Device"), "text", "device", EVERYBODY, DETAIL),
        Dimension("system", _("System"), "text", "system", EVERYBODY, RAW),
        Dimension("browser", _("Browser"), "text", "browser", EVERYBODY, RAW),
        Dimension("language", _("Language"), "text", "language", EVERYBODY, RAW),
    )
}
COLUMNS_BY_LINK = tuple(each.column for each in DIMENSIONS.values() if each.kept == BY_LINK and not each.is_time)
COLUMNS_DETAIL = tuple(each.column for each in DIMENSIONS.values() if each.kept == DETAIL)
COLUMNS_RAW = tuple(each.column for each in DIMENSIONS.values() if each.kept == RAW)


def split_for(keys: Iterable[str]) -> str:
    """The split that knows all dimensions among these which are not in every roll-up; "" where there is none."""
    wanted = {key for key in keys if DIMENSIONS[key].kept != BY_LINK}
    return next((name for name, known in SPLITS.items() if wanted and wanted <= set(known)), "")


def dimensions_for(audience: str) -> dict[str, Dimension]:
    """The dimensions this audience may group by; those that are no times may be filtered by as well."""
    return {key: dimension for key, dimension in DIMENSIONS.items() if audience in dimension.audiences}
