"""What is asked of the figures, checked. Pure but for the names of the audiences."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext_lazy as _

from cpanet.core.errors import DomainError
from cpanet.core.money import is_currency
from cpanet.core.numbers import whole_number
from cpanet.core.time_zones import zone_names
from tracking.statistics.bases import BASES, CLICK
from tracking.statistics.dimensions import DIMENSIONS, MAX_DIMENSIONS, dimensions_for
from tracking.statistics.metrics import ADVERTISER, AFFILIATE, metrics_for
from tracking.statistics.periods import Period

MAX_VALUES = 500
MAX_TEXT = 600


class BadReport(DomainError):
    """This report cannot be made."""

    code = "bad_report"


@dataclass(frozen=True)
class Audience:
    """For whom: `kind` is affiliate, advertiser or manager, `owner_id` his row. `currency` is the one he thinks in."""

    kind: str
    owner_id: int | None
    currency: str

    @property
    def restriction(self) -> dict[str, int]:
        """The rows of the roll-up that are his."""
        column = {AFFILIATE: "affiliate_id", ADVERTISER: "advertiser_id"}.get(self.kind)
        return {column: self.owner_id} if column else {}


@dataclass(frozen=True)
class ReportRequest:
    """A report that can be made. `filters` hold ids as ints; `sort` is a key, "-" in front for descending."""

    dimensions: tuple[str, ...]
    metrics: tuple[str, ...]
    filters: Mapping[str, tuple] = field(hash=False)
    period: Period
    zone: ZoneInfo
    audience: Audience
    currency: str
    sort: str
    basis: str = CLICK


def checked(
    *,
    dimensions: Sequence[str],
    metrics: Sequence[str],
    filters: Mapping[str, Sequence],
    period: Period,
    timezone: str,
    audience: Audience,
    basis: str = CLICK,
    currency: str = "",
    sort: str = "",
) -> ReportRequest:
    """The request, if this audience may ask it. Raises BadReport with the parameter's name in `field`."""
    known = dimensions_for(audience.kind)
    dimensions = tuple(_known(key, known, "dimensions") for key in dict.fromkeys(dimensions))
    if len(dimensions) > MAX_DIMENSIONS:
        raise BadReport(_("Group by at most %d dimensions.") % MAX_DIMENSIONS, field="dimensions")
    metrics = tuple(_known(key, metrics_for(audience.kind), "metrics") for key in dict.fromkeys(metrics))
    if not metrics:
        raise BadReport(_("Name at least one metric."), field="metrics")
    if currency and not is_currency(currency):
        raise BadReport(_("“%s” is not a currency code: use one such as USD, EUR or RUB.") % currency, field="currency")
    return ReportRequest(
        dimensions=dimensions,
        metrics=metrics,
        filters=_filters(filters, known),
        period=period,
        zone=zone_named(timezone),
        audience=audience,
        currency=currency,
        sort=_sort(sort, dimensions, metrics),
        basis=_known(basis, BASES, "basis"),
    )


def zone_named(name: str) -> ZoneInfo:
    """The time zone. Raises BadReport for a name that the zone database does not know."""
    try:
        if name in zone_names():
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        pass
    raise BadReport(_unknown(name, zone_names(), _("time zone")), field="timezone")


def _known(key, known: Iterable[str], parameter):
    if key not in known:
        raise BadReport(_unknown(key, known, _(parameter)), field=parameter)
    return key


def _unknown(key, known, what):
    near = difflib.get_close_matches(str(key), list(known), n=1, cutoff=0.5)
    said = _("“%(key)s” is not known here (%(what)s).") % {"key": str(key)[:60], "what": what}
    return f"{said} {_('Did you mean “%s”?') % near[0]}" if near else said


def _filters(filters, known):
    return {key: _values(key, values, known) for key, values in filters.items() if values}


def _values(key, values, known):
    if key not in known or DIMENSIONS[key].is_time:
        raise BadReport(_("You cannot filter by “%s”.") % key, field=key)
    if len(values) > MAX_VALUES:
        raise BadReport(_("At most %d values at once.") % MAX_VALUES, field=key)
    if DIMENSIONS[key].kind == "id":
        return tuple(_id(key, value) for value in values)
    return tuple(_text(key, str(value)) for value in values)


def _id(key, value):
    number = whole_number(str(value))
    if number is None:
        raise BadReport(_("“%s” is not an id: ids are whole numbers.") % str(value)[:60], field=key)
    return number


def _text(key, text):
    if "\x00" in text or len(text) > MAX_TEXT:
        raise BadReport(_("This value is too long, or has characters that no mark can have."), field=key)
    return text


def _sort(sort, dimensions, metrics):
    if not sort:
        return _default_sort(dimensions, metrics)
    return ("-" if sort.startswith("-") else "") + _known(sort.removeprefix("-"), [*dimensions, *metrics], "sort")


def _default_sort(dimensions, metrics):
    """Times run forward; anything else begins with the greatest."""
    if dimensions and DIMENSIONS[dimensions[0]].is_time:
        return dimensions[0]
    return f"-{metrics[0]}"
