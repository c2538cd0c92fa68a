"""The ways of paying that a network offers."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.core.errors import DomainError
from cpanet.core.money import MAX_UNITS, exponent
from payouts.fees import in_whole_coins
from payouts.models import PayoutDetails, PayoutMethod

MAX_PERCENT = 5_000


class BadMethod(DomainError):
    """These are not the terms of a payout method."""

    code = "bad_method"


@transaction.atomic
def save_method(
    *, kind: str, name: str, currency: str, minimum: int, fee_fixed: int, fee_percent: int, is_active: bool, actor,
    now: datetime, method_id: int | None = None,
) -> PayoutMethod:  # fmt: skip
    """A new method, or (with `method_id`) new terms of one; payouts already requested keep theirs.

    `minimum` and `fee_fixed` in units of `currency`, `fee_percent` in basis points. Raises BadMethod,
    core.money.BadAmount (currency), PayoutMethod.DoesNotExist.
    """
    method = PayoutMethod.objects.select_for_update(of=("self",)).get(pk=method_id) if method_id else PayoutMethod()
    before = _facts(method) if method_id else {}
    if method_id and (kind, currency) != (method.kind, method.currency) and _is_used(method):
        raise BadMethod(
            _("Webmasters use this method already: its kind and currency stay. Make a new one."), field="kind"
        )
    method.kind, method.name, method.currency, method.is_active = kind, " ".join(name.split()), currency, is_active
    method.minimum, method.fee_fixed, method.fee_percent = minimum, fee_fixed, fee_percent
    _check(method)
    method.save()
    changes = {
        field: [before.get(field), value] for field, value in _facts(method).items() if before.get(field) != value
    }
    if changes:
        action = "payout_method.changed" if method_id else "payout_method.created"
        audit.record(action=action, subject=method, actor=actor, now=now, changes=changes)
    return method


def _facts(method):
    names = ("kind", "name", "currency", "minimum", "fee_fixed", "fee_percent", "is_active")
    return {name: getattr(method, name) for name in names}


def _is_used(method):
    return PayoutDetails.objects.filter(method=method).exists()


def _check(method):
    exponent(method.currency)
    if method.kind not in PayoutMethod.Kind.values:
        raise BadMethod(_("This kind of payout does not exist."), field="kind")
    if not method.name or len(method.name) > 80:
        raise BadMethod(_("Give the method a name of at most 80 letters."), field="name")
    if PayoutMethod.objects.filter(name=method.name).exclude(pk=method.pk).exists():
        raise BadMethod(_("There is a method of this name already."), field="name")
    for field in ("minimum", "fee_fixed"):
        value = getattr(method, field)
        if not 0 <= value <= MAX_UNITS or value != in_whole_coins(value):
            raise BadMethod(_("Write an amount in whole coins, not below zero."), field=field)
    if not 0 <= method.fee_percent <= MAX_PERCENT:
        raise BadMethod(_("The percentage is between 0 and 50."), field="fee_percent")
    if method.fee_of(method.minimum) >= method.minimum:
        raise BadMethod(
            _("The minimum must be more than its own fee, or a payout would bring nothing."), field="minimum"
        )
