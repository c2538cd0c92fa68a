"""The ways of paying that a network offers, and what it has agreed otherwise with single webmasters."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.core import outbound
from cpanet.core.errors import DomainError
from cpanet.core.money import MAX_UNITS, exponent
from offers.countries import codes
from payouts.fees import in_whole_coins
from payouts.models import Payout, PayoutDetails, PayoutMethod, Schedule
from payouts.rails.registry import REGISTER, offered
from payouts.rails.signing import is_secret, new_secret

MAX_PERCENT = 5_000
MAX_NET_DAYS = 120
TERMS = (
    "kind", "name", "currency", "minimum", "maximum", "fee_fixed", "fee_percent", "fee_cap", "countries", "schedule",
    "net_days", "rail", "rail_url", "is_active",
)  # fmt: skip


class BadMethod(DomainError):
    """These are not the terms of a payout method."""

    code = "bad_method"


@transaction.atomic
def save_method(
    *, kind: str, name: str, currency: str, minimum: int, fee_fixed: int, fee_percent: int, is_active: bool, actor,
    now: datetime, maximum: int | None = None, fee_cap: int | None = None, countries: Sequence[str] = (),
    schedule: str = Schedule.ON_REQUEST, net_days: int = 30, rail: str = REGISTER, rail_url: str = "",
    rail_secret: str = "", method_id: int | None = None,
) -> PayoutMethod:  # fmt: skip
    """A new method, or (with `method_id`) new terms of one; payouts already requested keep theirs.

    Amounts in units of `currency`, `fee_percent` in basis points. An empty `rail_secret` keeps the present one; a rail
    without one gets one. Raises BadMethod, core.money.BadAmount (currency), PayoutMethod.DoesNotExist.
    """
    method = PayoutMethod.objects.select_for_update(of=("self",)).get(pk=method_id) if method_id else PayoutMethod()
    before = _facts(method) if method_id else {}
    _refuse_changes_in_use(method, kind, currency, rail, rail_url)
    method.kind, method.name, method.currency, method.is_active = kind, " ".join(name.split()), currency, is_active
    method.minimum, method.maximum = minimum, maximum
    method.fee_fixed, method.fee_percent, method.fee_cap = fee_fixed, fee_percent, fee_cap
    method.countries = sorted({code.strip().upper() for code in countries})
    method.schedule, method.net_days = schedule, net_days
    method.rail, method.rail_url = rail, rail_url.strip()
    _check(method)
    _set_secret(method, rail_secret.strip())
    method.save()
    _record(method, before, actor, now)
    return method


def _refuse_changes_in_use(method, kind, currency, rail, rail_url):
    if method.pk is None:
        return
    if (kind, currency) != (method.kind, method.currency) and PayoutDetails.objects.filter(method=method).exists():
        raise BadMethod(
            _("Webmasters use this method already: its kind and currency stay. Make a new one."), field="kind"
        )
    if (rail, rail_url.strip()) != (method.rail, method.rail_url) and _has_payouts_underway(method):
        raise BadMethod(_("Payouts of this method are on their way: wait until they have arrived."), field="rail")


def _has_payouts_underway(method):
    statuses = (Payout.Status.APPROVED, Payout.Status.SUBMITTING, *Payout.UNDERWAY)
    return Payout.objects.filter(method=method, status__in=statuses).exists()


def _facts(method):
    return {name: getattr(method, name) for name in TERMS}


def _record(method, before, actor, now):
    changes = {
        field: [before.get(field), value] for field, value in _facts(method).items() if before.get(field) != value
    }
    if changes:
        action = "payout_method.changed" if before else "payout_method.created"
        audit.record(action=action, subject=method, actor=actor, now=now, changes=changes)


def _check(method):
    exponent(method.currency)
    if method.kind not in PayoutMethod.Kind.values:
        raise BadMethod(_("This kind of payout does not exist."), field="kind")
    if not method.name or len(method.name) > 80:
        raise BadMethod(_("Give the method a name of at most 80 letters."), field="name")
    if PayoutMethod.objects.filter(name=method.name).exclude(pk=method.pk).exists():
        raise BadMethod(_("There is a method of this name already."), field="name")
    _check_amounts(method)
    _check_when_and_where(method)
    _check_rail(method)


def _check_amounts(method):
    check_amounts({name: getattr(method, name) for name in ("minimum", "maximum", "fee_fixed", "fee_cap")})
    if not 0 <= method.fee_percent <= MAX_PERCENT:
        raise BadMethod(_("The percentage is between 0 and 50."), field="fee_percent")
    if method.fee_of(method.minimum) >= method.minimum:
        raise BadMethod(
            _("The minimum must be more than its own fee, or a payout would bring nothing."), field="minimum"
        )
    if method.maximum is not None and method.maximum < method.minimum:
        raise BadMethod(_("The maximum is not less than the minimum."), field="maximum")
    if method.fee_cap is not None and method.fee_cap < method.fee_fixed:
        raise BadMethod(_("The highest fee is not less than its fixed part."), field="fee_cap")


def check_amounts(amounts: dict[str, int | None]) -> None:
    """Raises BadMethod at the first that is no whole number of coins; None is no amount and passes."""
    for field, value in amounts.items():
        if value is not None and (not 0 <= value <= MAX_UNITS or value != in_whole_coins(value)):
            raise BadMethod(_("Write an amount in whole coins, not below zero."), field=field)


def _check_when_and_where(method):
    check_schedule(method.schedule, method.net_days)
    if unknown := [code for code in method.countries if code not in codes()]:
        raise BadMethod(_("“%s” is not the code of a country, such as DE or TR.") % unknown[0], field="countries")


def check_schedule(schedule: str, net_days: int) -> None:
    """Raises BadMethod for a schedule that does not exist, or too many days after the month."""
    if schedule not in Schedule.values:
        raise BadMethod(_("This schedule does not exist."), field="schedule")
    if not 0 <= net_days <= MAX_NET_DAYS:
        raise BadMethod(_("The days after the month are between 0 and %d.") % MAX_NET_DAYS, field="net_days")


def _check_rail(method):
    if method.rail not in dict(offered()):
        raise BadMethod(_("This way of sending does not exist here."), field="rail")
    if method.rail == "http":
        if not method.rail_url.startswith("https://"):
            raise BadMethod(_("The address of the service begins with https://."), field="rail_url")
        try:
            outbound.check_url(method.rail_url)
        except DomainError as error:
            raise BadMethod(str(error), field="rail_url") from None


def _set_secret(method, text):
    if text and not is_secret(text):
        raise BadMethod(_("A secret begins with whsec_ and holds 24 bytes or more in base 64."), field="rail_secret")
    if method.rail != REGISTER:
        method.rail_secret = text or method.rail_secret or new_secret()
