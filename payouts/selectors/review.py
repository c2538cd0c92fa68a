"""What a reviewer sees of payouts: the facts behind each, gathered for all of them at once."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import Avg, Count, Sum

from cpanet.accounts.models import Affiliate
from cpanet.ledger.models import Account, Entry
from payouts.anomalies import RECENT_APPROVAL, Anomaly, Facts, anomalies_of
from payouts.models import Payout, PayoutDetails
from tracking.choices import Status
from tracking.models import Conversion

CLAWBACK_MEMORY = timedelta(days=90)


def anomalies(payouts: list[Payout], *, now: datetime) -> dict[int, list[Anomaly]]:
    """{payout id: reasons to look twice}; six queries for any number of payouts (with affiliate and details loaded)."""
    if not payouts:
        return {}
    webmasters = {payout.affiliate_id for payout in payouts}
    paid, fresh = _paid(webmasters), _fresh(webmasters, now)
    replaced, sharers = _replaced(webmasters), _sharers(payouts)
    debts, clawed_back = _debts(webmasters), _clawed_back(webmasters, now)
    found = {}
    for payout in payouts:
        owner = (payout.affiliate_id, payout.currency)
        count, average = paid.get(owner, (0, 0))
        facts = Facts(
            amount=payout.amount,
            currency=payout.currency,
            is_approved=payout.affiliate.status == Affiliate.Status.APPROVED,
            paid_count=count,
            paid_average=average,
            details_since=payout.details.created_at,
            details_replaced=(payout.affiliate_id, payout.method_id) in replaced,
            sharers=len(sharers[payout.details.fingerprint] - {payout.affiliate_id}),
            fresh=fresh.get(owner, 0),
            debt=debts.get(owner, 0),
            clawed_back=owner in clawed_back,
            usable_at=payout.details.usable_at,
        )
        found[payout.pk] = anomalies_of(facts, now)
    return found


def _paid(webmasters):
    rows = Payout.objects.filter(affiliate_id__in=webmasters, status=Payout.Status.PAID).order_by()
    rows = rows.values("affiliate_id", "currency").annotate(count=Count("id"), average=Avg("amount"))
    return {(row["affiliate_id"], row["currency"]): (row["count"], int(row["average"])) for row in rows}


def _fresh(webmasters, now):
    rows = Conversion.objects.filter(
        affiliate_id__in=webmasters,
        status=Status.APPROVED,
        released__gt=0,
        status_updated_at__gte=now - RECENT_APPROVAL,
    )
    sums = rows.order_by().values("affiliate_id", "currency").annotate(units=Sum("released"))
    return {(row["affiliate_id"], row["currency"]): row["units"] for row in sums}


def _replaced(webmasters):
    rows = PayoutDetails.objects.filter(affiliate_id__in=webmasters).order_by()
    counted = rows.values("affiliate_id", "method_id").annotate(count=Count("id")).filter(count__gt=1)
    return {(row["affiliate_id"], row["method_id"]) for row in counted}


def _sharers(payouts):
    marks = {payout.details.fingerprint for payout in payouts if payout.details.fingerprint}
    found = defaultdict(set)
    rows = PayoutDetails.objects.filter(fingerprint__in=marks).values_list("fingerprint", "affiliate_id")
    for mark, affiliate_id in rows:
        found[mark].add(affiliate_id)
    return found


def _debts(webmasters):
    rows = Account.objects.filter(kind="debt", owner_id__in=webmasters, balance__lt=0)
    return {(row.owner_id, row.currency): -row.balance for row in rows}


def _clawed_back(webmasters, now):
    rows = Entry.objects.filter(
        account__kind="debt",
        account__owner_id__in=webmasters,
        amount__lt=0,
        journal__effective_at__gte=now - CLAWBACK_MEMORY,
    )
    return set(rows.values_list("account__owner_id", "account__currency").distinct())
