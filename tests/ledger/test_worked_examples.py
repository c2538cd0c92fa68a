"""The life of money in numbers a bookkeeper can read. Each line says what happened and what everybody has then."""

from datetime import timedelta

from cpanet.core.money import to_text
from cpanet.ledger.kinds import natural
from cpanet.ledger.models import Account
from payouts.services import batches, deposits, outcomes, requests
from tests import factories
from tests.factories import NOW
from tests.payouts import story
from tests.payouts.story import AFTER_HOLD, money, usd
from tracking.services.holds import release_due_holds

DAY = timedelta(days=1)


def books(currency="USD"):
    """Trial balance: every account of the network that is not zero, as people read it, in major units."""
    rows = Account.objects.filter(currency=currency).order_by("kind")
    totals: dict[str, int] = {}
    for row in rows:
        totals[row.kind] = totals.get(row.kind, 0) + natural(row.kind, row.balance)
    return {kind: to_text(units, currency) for kind, units in totals.items() if units}


def test_a_lead_from_approval_to_the_bank(people, in_network):
    alice = people.alice.affiliate
    lead = story.lead(alice, revenue="100", earning="80")
    assert money(alice) == {"pending": "80.00"}
    assert books() == {}

    story.approve(lead)
    assert money(alice) == {"hold": "80.00"}
    assert books() == {"receivable": "100.00", "revenue": "100.00", "cost": "80.00", "hold": "80.00"}

    release_due_holds(now=NOW + 13 * DAY)
    assert money(alice) == {"hold": "80.00"}
    release_due_holds(now=AFTER_HOLD)
    assert money(alice) == {"available": "80.00"}

    # The method takes 1.00 + 1 %.
    payout = story.requested(alice, "50", story.payable(alice, story.method()))
    assert money(alice) == {"available": "30.00", "in_payout": "50.00"}
    assert payout.fee == usd("1.50")

    batch = batches.create_batch(
        method_id=payout.method_id, payout_ids=[payout.pk], actor=people.finance.user, now=AFTER_HOLD
    )
    batches.confirm_batch(batch_id=batch.pk, actor=people.owner.user, now=AFTER_HOLD)
    assert money(alice) == {"available": "30.00", "in_payout": "50.00"}

    batches.mark_sent(batch_id=batch.pk, actor=people.finance.user, now=AFTER_HOLD)
    assert money(alice) == {"available": "30.00", "in_payout": "48.50"}
    assert books()["clearing"] == "48.50"
    assert books()["fees"] == "1.50"

    outcomes.mark_paid(payout_ids=[payout.pk], actor=people.finance.user, now=AFTER_HOLD)
    assert money(alice) == {"available": "30.00", "paid": "48.50"}
    assert books() == {
        "available": "30.00",
        "cash": "-48.50",
        "cost": "80.00",
        "fees": "1.50",
        "receivable": "100.00",
        "revenue": "100.00",
    }


def test_advertiser_pays_in_advance_then_owes(people, in_network):
    alice, shop = people.alice.affiliate, people.adam.advertiser
    offer = factories.offer(advertiser=shop)
    factories.goal(offer=offer, revenue="60", earning="45")
    _deposit(shop, "100", people)
    assert books() == {"cash": "100.00", "deposit": "100.00"}

    story.approve(story.lead(alice, offer=offer))
    assert books() == {"cash": "100.00", "deposit": "40.00", "revenue": "60.00", "cost": "45.00", "hold": "45.00"}

    second = story.approve(story.lead(alice, offer=offer))
    assert books()["receivable"] == "20.00"
    assert "deposit" not in books()

    _deposit(shop, "50", people)
    assert books()["deposit"] == "30.00"
    assert "receivable" not in books()

    story.decline(second)
    assert books() == {"cash": "150.00", "deposit": "90.00", "revenue": "60.00", "cost": "45.00", "hold": "45.00"}


def _deposit(shop, amount, people):
    deposits.record_deposit(
        advertiser=shop,
        amount=usd(amount),
        currency="USD",
        reference=f"Payment of {amount}",
        idempotency_key=f"bank-{amount}",
        actor=people.finance.user,
        now=NOW,
    )


def test_decline_during_the_hold_takes_the_hold(people, in_network):
    alice = people.alice.affiliate
    lead = story.approve(story.lead(alice, revenue="100", earning="80"))
    story.decline(lead, at=NOW + DAY)
    assert money(alice) == {}
    assert books() == {}
    release_due_holds(now=AFTER_HOLD)
    assert money(alice) == {}


def test_partial_approval_and_a_later_raise(people, in_network):
    alice = people.alice.affiliate
    lead = story.approve(story.lead(alice, revenue="100", earning="80"), revenue=usd("50"), earning=usd("40"))
    assert money(alice) == {"hold": "40.00"}
    release_due_holds(now=AFTER_HOLD)
    story.approve(lead, revenue=usd("100"), earning=usd("80"), at=AFTER_HOLD)
    assert money(alice) == {"hold": "40.00", "available": "40.00"}
    release_due_holds(now=AFTER_HOLD)
    assert money(alice) == {"available": "80.00"}


def test_clawback_after_payment_becomes_debt_and_the_next_release_repays_it(people, in_network):
    alice = people.alice.affiliate
    lead = story.earned(alice, "80")
    payout = story.requested(alice, "50", story.payable(alice, story.method()))
    story.paid([payout], first=people.finance.user, second=people.owner.user)
    assert money(alice) == {"available": "30.00", "paid": "48.50"}

    story.decline(lead, reason="returned", at=AFTER_HOLD)
    assert money(alice) == {"paid": "48.50", "debt": "50.00"}

    story.earned(alice, "20", at=AFTER_HOLD)
    assert money(alice) == {"paid": "48.50", "debt": "30.00"}
    story.earned(alice, "70", at=AFTER_HOLD)
    assert money(alice) == {"available": "40.00", "paid": "48.50"}


def test_clawback_while_a_payout_waits_is_debt_that_a_rejection_repays(people, in_network):
    alice = people.alice.affiliate
    lead = story.earned(alice, "80")
    payout = story.requested(alice, "80", story.payable(alice, story.method()))
    story.decline(lead, at=AFTER_HOLD)
    assert money(alice) == {"in_payout": "80.00", "debt": "80.00"}
    requests.reject_payout(payout_id=payout.pk, reason="The lead came back", actor=people.finance.user, now=AFTER_HOLD)
    assert money(alice) == {}


def test_failed_payout_gives_back_amount_and_fee(people, in_network):
    alice = people.alice.affiliate
    story.earned(alice, "100")
    payout = story.requested(alice, "50", story.payable(alice, story.method()))
    story.sent([payout], first=people.finance.user, second=people.owner.user)
    outcomes.mark_failed(payout_id=payout.pk, reason="Account closed", actor=people.finance.user, now=AFTER_HOLD)
    assert money(alice) == {"available": "100.00"}
    assert "fees" not in books()
    assert "clearing" not in books()


def test_returned_payout_gives_back_what_was_sent(people, in_network):
    alice = people.alice.affiliate
    story.earned(alice, "100")
    payout = story.requested(alice, "50", story.payable(alice, story.method()))
    story.paid([payout], first=people.finance.user, second=people.owner.user)
    outcomes.mark_returned(payout_id=payout.pk, reason="Wrong account", actor=people.finance.user, now=AFTER_HOLD)
    assert money(alice) == {"available": "98.50"}
    assert books()["fees"] == "1.50"
    assert "cash" not in books()


def test_unknown_outcome_moves_nothing_until_somebody_knows(people, in_network):
    alice = people.alice.affiliate
    story.earned(alice, "100")
    payout = story.requested(alice, "50", story.payable(alice, story.method()))
    story.sent([payout], first=people.finance.user, second=people.owner.user)
    before = books()
    outcomes.mark_unknown(payout_id=payout.pk, reason="No answer", actor=people.finance.user, now=AFTER_HOLD)
    assert books() == before
    outcomes.mark_paid(payout_ids=[payout.pk], actor=people.finance.user, now=AFTER_HOLD)
    assert money(alice) == {"available": "50.00", "paid": "48.50"}
