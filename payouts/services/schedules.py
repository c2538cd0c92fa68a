"""Payouts that webmasters need not ask for: on their day, for what is there."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from cpanet.accounts.models import Affiliate
from cpanet.core.errors import DomainError
from cpanet.ledger.selectors import webmaster_balance
from cpanet.tenancy.scope import network_scope
from payouts.fees import in_whole_coins
from payouts.models import Payout, PayoutDetails
from payouts.selectors.agreed import last_payout_date, released_since, terms_of, today_of_network
from payouts.services.requests import request_payout

log = logging.getLogger(__name__)
CATCH_UP = timedelta(days=2)  # how long after its day a payout is still made, should the platform have stood still


def request_scheduled(*, network_id: int, now: datetime) -> int:
    """Request every payout of one network that is due by its schedule, each in a transaction of its own; answers how
    many were made. Run again, it makes none twice: the key names method and day."""
    with network_scope(network_id):
        candidates = list(_candidates().values_list("pk", flat=True))
    return sum(_request(network_id, details_id, now) for details_id in candidates)


def _candidates():
    return PayoutDetails.objects.filter(
        is_active=True, method__is_active=True, affiliate__status=Affiliate.Status.APPROVED
    ).order_by("-id")


def _request(network_id, details_id, now) -> bool:
    try:
        with network_scope(network_id):
            return request_if_due(details_id=details_id, now=now) is not None
    except DomainError as error:  # one webmaster's trouble is not the others'
        log.info("scheduled payout to details %s of network %s: %s", details_id, network_id, error)
        return False


@transaction.atomic
def request_if_due(*, details_id: int, now: datetime) -> Payout | None:
    """The payout of the latest due day, made now; None when none is due, it was made before, or there is too little.

    Raises requests.BadRequest, ledger.journal.NotEnough, PayoutDetails.DoesNotExist.
    """
    details = PayoutDetails.objects.select_related("method", "affiliate").get(pk=details_id)
    terms = terms_of(details.method, affiliate_id=details.affiliate_id)
    due = last_payout_date(terms, now=now)
    if due is None or today_of_network(now) - due.day > CATCH_UP:
        return None
    key = f"auto:{details.method_id}:{due.day}"
    if Payout.objects.filter(affiliate=details.affiliate_id, idempotency_key=key).exists():
        return None
    amount = _amount(details, terms, due)
    if amount < terms.minimum:
        return None
    return request_payout(
        affiliate=details.affiliate, details_id=details.pk, amount=amount, idempotency_key=key, actor=None, now=now,
        is_automatic=True,
    )  # fmt: skip


def _amount(details, terms, due):
    """Everything available, for net terms without what was released after the month; at most the maximum."""
    owner, currency = details.affiliate_id, details.method.currency
    amount = webmaster_balance(affiliate_id=owner, currency=currency).available
    if due.earned_before:
        amount -= released_since(due.earned_before, affiliate_id=owner, currency=currency)
    amount = in_whole_coins(max(amount, 0))
    return amount if terms.maximum is None else min(amount, terms.maximum)
