"""Short words for stories about money. Call them inside a network scope; amounts are decimal strings in USD."""

import itertools
import re
from datetime import timedelta
from decimal import Decimal

from cpanet.core.money import to_text, to_units
from payouts.currencies.services.exchange import exchange
from payouts.currencies.services.rates import import_rates
from payouts.models import Payout, PayoutMethod
from payouts.selectors.money import webmaster_money
from payouts.services import batches, details, invoices, methods, outcomes, requests
from tests import factories
from tests.factories import NOW
from tracking.models import Conversion
from tracking.services.conversions import Action, record_conversion
from tracking.services.decisions import decide
from tracking.services.holds import release_due_holds
from tracking.services.terms import save_referral_terms

IBAN = "DE89 3704 0044 0532 0130 00"
OTHER_IBAN = "GB82 WEST 1234 5698 7654 32"
TRON = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
DETAILS, PAYOUTS, BALANCE = "/webmaster/payout-details/", "/webmaster/payouts/", "/webmaster/balance/"
INBOX, BATCHES = "/manager/payouts/", "/manager/batches/"
HOLD_DAYS = 14
AFTER_HOLD = NOW + timedelta(days=HOLD_DAYS, minutes=1)
_numbers = itertools.count(1)


def usd(amount: str) -> int:
    return to_units(amount, "USD")


def lead(affiliate, *, earning="8", revenue="10", offer=None, at=NOW) -> Conversion:
    """A pending lead worth this much, as a postback would have made it."""
    offer = offer or factories.offer(hold_days=HOLD_DAYS)
    goal = offer.goals.first() or factories.goal(offer=offer, revenue=revenue, earning=earning)
    click = factories.click(link=_link(offer, affiliate), at=at)
    action = Action(goal, f"order-{next(_numbers)}", None, "", False, "")
    return record_conversion(click=click, action=action, now=at).conversion


def _link(offer, affiliate):
    return offer.links.filter(affiliate=affiliate).first() or factories.link(offer=offer, affiliate=affiliate)


def approve(conversion, *, at=NOW, **amounts) -> Conversion:
    return decide(
        conversion_id=conversion.pk, status="approved", source="advertiser", actor=None, now=at, **amounts
    ).conversion


def decline(conversion, *, at=NOW, reason="cancelled") -> Conversion:
    return decide(
        conversion_id=conversion.pk, status="declined", source="advertiser", actor=None, now=at, reason=reason
    ).conversion


def refer(*, percent, base="earning", days=None, referrer=None):
    """From now on referrers get `percent` basis points: all of them, or one."""
    return save_referral_terms(affiliate=referrer, percent=percent, base=base, days=days, actor=None, now=NOW)


def earned(affiliate, amount="100", *, at=NOW, **lead_options) -> Conversion:
    """Money that has left its hold."""
    revenue = str(Decimal(amount) * 2)
    conversion = approve(lead(affiliate, earning=amount, revenue=revenue, at=at, **lead_options), at=at)
    release_due_holds(now=at + (AFTER_HOLD - NOW))
    conversion.refresh_from_db()
    return conversion


def exchanged(affiliate, amount, *, source="USD", target="EUR", at=AFTER_HOLD):
    """Available units of one currency become another, by a rate of that day."""
    content = f"date,base,currency,base_amount,currency_amount\n{at.date()},{source},{target},1.1,1\n".encode()
    import_rates(content=content, actor=None, now=at)
    return exchange(
        affiliate=affiliate, source=source, target=target, amount=amount, idempotency_key=f"key-{next(_numbers)}",
        actor=None, now=at,
    )  # fmt: skip


def method(**changes) -> PayoutMethod:
    """A bank transfer from 10.00 on, for 1.00 and 1 %."""
    given = {
        "kind": "iban",
        "name": f"Bank {next(_numbers)}",
        "currency": "USD",
        "minimum": usd("10"),
        "fee_fixed": usd("1"),
        "fee_percent": 100,
        "is_active": True,
        "actor": None,
        "now": NOW,
    }
    return methods.save_method(**given | changes)


def payable(affiliate, pay_by, *, account=IBAN, at=NOW):
    """The webmaster's details with the method."""
    return details.add_details(
        affiliate=affiliate, method_id=pay_by.pk, account=account, holder="Alice Lee", actor=None, now=at
    )


def requested(affiliate, amount, pay_to, *, key=None, at=AFTER_HOLD) -> Payout:
    return requests.request_payout(
        affiliate=affiliate,
        details_id=pay_to.pk,
        amount=usd(amount),
        idempotency_key=key or f"key-{next(_numbers)}",
        actor=None,
        now=at,
    )


def waiting(affiliate, amount="50", *, pay_by=None, earn="100") -> Payout:
    """A requested payout with everything it needs."""
    earned(affiliate, earn)
    return requested(affiliate, amount, payable(affiliate, pay_by or method()))


def sent(payouts, *, first, second, at=AFTER_HOLD):
    """A batch of these payouts, made by the first person, confirmed by the second, sent."""
    batch = batches.create_batch(
        method_id=payouts[0].method_id, payout_ids=[payout.pk for payout in payouts], actor=first, now=at
    )
    batches.confirm_batch(batch_id=batch.pk, actor=second, now=at)
    return batches.mark_sent(batch_id=batch.pk, actor=first, now=at)


def paid(payouts, *, first, second, at=AFTER_HOLD):
    batch = sent(payouts, first=first, second=second, at=at)
    outcomes.mark_batch_paid(batch_id=batch.pk, actor=first, now=at)
    return batch


def money(affiliate) -> dict[str, str]:
    """What is not zero of the journey of his money."""
    found = webmaster_money(affiliate_id=affiliate.pk, currency="USD")
    names = ("pending", "hold", "available", "in_payout", "paid", "debt")
    return {name: to_text(getattr(found, name), "USD") for name in names if getattr(found, name)}


def text_of(response) -> str:
    """The words of a page, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def status_of(row) -> str:
    """The status of a payout or batch as it is now."""
    return type(row).objects.get(pk=row.pk).status


def invoiced(advertiser, actor, *, at=AFTER_HOLD):
    """Everything of an advertiser that waits for an invoice or credit note until today, issued. The last of them."""
    today = at.date()
    drafts = invoices.make_drafts(
        advertiser=advertiser, currency="USD", since=today - timedelta(days=40), until=today + timedelta(days=1),
        actor=actor, now=at,
    )  # fmt: skip
    for each in drafts:
        issued = invoices.issue(invoice_id=each.pk, expected_total=each.total, actor=actor, now=at)
    return issued
