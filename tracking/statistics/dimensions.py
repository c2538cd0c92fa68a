"""What a report can be grouped and filtered by, and who may. Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from tracking.statistics.metrics import ADVERTISER, AFFILIATE, EVERYBODY, MANAGER

MAX_DIMENSIONS = 4
_OWNERS = frozenset({AFFILIATE, MANAGER})
_PAYERS = frozenset({ADVERTISER, MANAGER})


@dataclass(frozen=True)
class Dimension:
    """`kind`: time (an instant, `column` is the unit), id (a row of ours) or text."""

    key: str
    label: str
    kind: str
    column: str
    audiences: frozenset[str] = EVERYBODY

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
        Dimension("advertiser", _("Advertiser"), "id", "advertiser_id", frozenset({MANAGER})),
        Dimension("affiliate", _("Webmaster"), "id", "affiliate_id", _PAYERS),
        Dimension("link", _("Link"), "id", "link_id", _OWNERS),
        *(Dimension(f"sub{n}", f"sub{n}", "text", f"sub{n}", _OWNERS) for n in range(1, 6)),
        Dimension("country", _("Country"), "text", "country"),
        Dimension("device", _("Device"), "text", "device"),
    )
}


def dimensions_for(audience: str) -> dict[str, Dimension]:
    """The dimensions this audience may group by; those that are no times may be filtered by as well."""
    return {key: dimension for key, dimension in DIMENSIONS.items() if audience in dimension.audiences}
