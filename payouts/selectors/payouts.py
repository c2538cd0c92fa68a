"""Lists and totals of payouts, and what a page says about the freeze."""

from dataclasses import dataclass

from django.db.models import Case, Count, F, Q, Sum, When

from payouts.models import Payout, PayoutBatch, PayoutDetails, PayoutFreeze, PayoutMethod


@dataclass(frozen=True)
class MethodTotals:
    """What waits with one method: requested, in batches, on its way (units of its currency)."""

    method: PayoutMethod
    requested_count: int
    requested_units: int
    batched_units: int
    underway_units: int


def payouts_of(*, affiliate_id: int):
    """The payouts of a webmaster, newest first, with method and details loaded."""
    return Payout.objects.filter(affiliate_id=affiliate_id).select_related("method", "details__method").order_by("-id")


def all_payouts():
    """The payouts of the network, those that wait first, then the newest, with what a list shows of them."""
    waits_first = Case(When(status=Payout.Status.REQUESTED, then=0), default=1)
    return Payout.objects.select_related("method", "details", "affiliate", "batch").order_by(waits_first, "-id")


def all_batches():
    """The batches of the network, newest first, with count and sums of their payouts."""
    return PayoutBatch.objects.select_related("method", "created_by", "confirmed_by").annotate(
        size=Count("payouts"), units=Sum("payouts__amount", default=0), fees=Sum("payouts__fee", default=0)
    )


def totals_by_method() -> list[MethodTotals]:
    """What waits, per method; methods that are neither active nor owe anything are left out."""
    methods = PayoutMethod.objects.annotate(
        requested_count=Count("payouts", filter=Q(payouts__status=Payout.Status.REQUESTED)),
        requested_units=Sum("payouts__amount", filter=Q(payouts__status=Payout.Status.REQUESTED), default=0),
        batched_units=Sum("payouts__amount", filter=Q(payouts__status=Payout.Status.APPROVED), default=0),
        underway_units=Sum(
            F("payouts__amount") - F("payouts__fee"), filter=Q(payouts__status__in=Payout.UNDERWAY), default=0
        ),
    )
    totals = [MethodTotals(m, m.requested_count, m.requested_units, m.batched_units, m.underway_units) for m in methods]
    return [each for each in totals if each.method.is_active or each.requested_units or each.underway_units]


def number_in_doubt() -> int:
    """How many payouts ask for a person."""
    return Payout.objects.exclude(attention="").count()


def methods_for(*, affiliate_id: int) -> list[tuple[PayoutMethod, PayoutDetails | None]]:
    """The active methods, each with the webmaster's active details with it."""
    details = {row.method_id: row for row in active_details(affiliate_id=affiliate_id)}
    return [(method, details.get(method.pk)) for method in PayoutMethod.objects.filter(is_active=True)]


def active_details(*, affiliate_id: int):
    """The details a webmaster can be paid to now, with their methods."""
    return (
        PayoutDetails.objects.filter(affiliate_id=affiliate_id, is_active=True, method__is_active=True)
        .select_related("method")
        .order_by("method__name", "id")
    )


def freeze_in_force() -> PayoutFreeze | None:
    """The freeze of the network's payouts, if there is one."""
    return PayoutFreeze.objects.filter(lifted_at__isnull=True).first()
