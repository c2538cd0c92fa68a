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
from tracking.models import Conversion
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


# -- Referrals: Bob referred Alice ------------------------------------------------------------------------------------


def referred(people, **terms):
    """Alice, whom Bob has referred just now; the terms are the network's."""
    story.refer(**terms)
    return factories.affiliate(name="Alice's friend", referrer=people.bob.affiliate), people.bob.affiliate


def test_referrer_gets_his_part_with_the_lead_and_loses_it_with_the_lead(people, in_network):
    carol, bob = referred(people, percent=1000)  # 10 % of what she earns
    lead = story.lead(carol, revenue="100", earning="80")
    assert money(bob) == {}  # what is not decided yet is an estimate of hers alone
    story.approve(lead)
    assert money(carol) == {"hold": "80.00"}
    assert money(bob) == {"hold": "8.00"}
    assert books() == {
        "receivable": "100.00", "revenue": "100.00", "cost": "80.00", "referral_cost": "8.00", "hold": "88.00",
    }  # fmt: skip
    story.decline(lead, at=NOW + DAY)
    assert money(bob) == money(carol) == books() == {}


def test_referrers_part_is_released_with_the_lead_and_taken_back_from_what_he_has(people, in_network):
    carol, bob = referred(people, percent=1000)
    lead = story.approve(story.lead(carol, revenue="200", earning="150"))
    release_due_holds(now=NOW + 13 * DAY)
    assert money(bob) == {"hold": "15.00"}
    release_due_holds(now=AFTER_HOLD)
    assert (money(carol), money(bob)) == ({"available": "150.00"}, {"available": "15.00"})

    payout = story.requested(bob, "12", story.payable(bob, story.method()))
    story.approve(lead, revenue=usd("100"), earning=usd("50"), at=AFTER_HOLD)  # half of it came back
    assert money(carol) == {"available": "50.00"}
    assert money(bob) == {"in_payout": "12.00", "debt": "7.00"}  # 10.00 of 15.00 taken back, 3.00 were still there

    story.approve(lead, revenue=usd("200"), earning=usd("150"), at=AFTER_HOLD)
    assert money(bob) == {"in_payout": "12.00", "debt": "7.00", "hold": "10.00"}
    release_due_holds(now=AFTER_HOLD)
    assert money(bob) == {"in_payout": "12.00", "available": "3.00"}
    assert payout.amount == usd("12")
    assert books()["referral_cost"] == "15.00"


def test_part_of_the_margin_never_is_more_than_the_margin(people, in_network):
    carol, bob = referred(people, percent=2500, base="margin")
    story.approve(story.lead(carol, revenue="100", earning="80"))
    assert money(bob) == {"hold": "5.00"}  # a quarter of 20.00
    lead = story.approve(story.lead(carol, revenue="50", earning="80"))
    assert money(bob) == {"hold": "5.00"}  # this one lost the network money: nothing to share
    story.approve(lead, revenue=usd("90"), earning=usd("80"), at=NOW + DAY)
    assert money(bob) == {"hold": "7.50"}


def test_terms_of_the_day_stay_with_the_lead(people, in_network):
    carol, bob = referred(people, percent=1000)
    first = story.lead(carol, revenue="100", earning="80")
    story.refer(percent=500)
    story.refer(percent=2000, referrer=people.alice.affiliate)  # agreed with another referrer
    second = story.lead(carol, revenue="100", earning="80")
    story.refer(percent=5000, referrer=bob)
    third = story.lead(carol, revenue="100", earning="80")
    parts = []
    for lead in (first, second, third):
        before = usd(money(bob).get("hold", "0"))
        story.approve(lead)
        parts.append(to_text(usd(money(bob)["hold"]) - before, "USD"))
    assert parts == ["8.00", "4.00", "40.00"]


def test_referral_ends_with_its_period_and_with_its_referrer(people, in_network):
    carol, bob = referred(people, percent=1000, days=30)
    type(carol).objects.filter(pk=carol.pk).update(created_at=NOW)
    last = story.lead(carol, revenue="100", earning="80", at=NOW + 30 * DAY - timedelta(seconds=1))
    late = story.lead(carol, revenue="100", earning="80", at=NOW + 30 * DAY)
    assert (last.referral, late.referral, late.referrer_id) == (usd("8"), 0, None)
    type(bob).objects.filter(pk=bob.pk).update(status="blocked")
    assert story.lead(carol, revenue="100", earning="80", at=NOW).referrer_id is None


# -- Held until the advertiser has paid -------------------------------------------------------------------------------


def unpaid_offer(shop, revenue="60", earning="45"):
    offer = factories.offer(advertiser=shop, needs_funding=True)
    factories.goal(offer=offer, revenue=revenue, earning=earning)
    return offer


def funded(*leads):
    return [Conversion.objects.get(pk=lead.pk).funded_at is not None for lead in leads]


def test_money_waits_for_the_advertiser_where_the_offer_says_so(people, in_network):
    alice, shop = people.alice.affiliate, people.adam.advertiser
    offer = unpaid_offer(shop)
    first, second = (story.approve(story.lead(alice, offer=offer), at=NOW + n * DAY) for n in (0, 1))
    other = story.approve(story.lead(alice, offer=factories.offer(advertiser=people.eve.advertiser)))
    release_due_holds(now=AFTER_HOLD + 90 * DAY)
    assert money(alice) == {"hold": "90.00", "available": "8.00"}
    assert funded(first, second, other) == [False, False, False]

    _deposit(shop, "59.99", people)
    assert funded(first, second) == [False, False]  # a cent is missing
    _deposit(shop, "0.01", people)
    assert funded(first, second, other) == [True, False, False]
    release_due_holds(now=AFTER_HOLD + 90 * DAY)
    assert money(alice) == {"hold": "45.00", "available": "53.00"}

    _deposit(shop, "100", people)
    assert funded(first, second) == [True, True]
    release_due_holds(now=AFTER_HOLD + 90 * DAY)
    assert money(alice) == {"available": "98.00"}


def test_prepaid_leads_are_paid_for_when_they_are_approved(people, in_network):
    shop = people.adam.advertiser
    offer = unpaid_offer(shop)
    _deposit(shop, "100", people)
    first, second = (story.approve(story.lead(people.alice.affiliate, offer=offer)) for _ in range(2))
    assert funded(first, second) == [True, False]
    story.decline(first, at=NOW + DAY)  # its money pays for the other one
    assert funded(first, second) == [False, True]
    story.approve(first, at=NOW + 2 * DAY)
    assert funded(first, second) == [False, True]
    release_due_holds(now=AFTER_HOLD)
    assert money(people.alice.affiliate) == {"hold": "45.00", "available": "45.00"}


def test_a_lead_that_became_dearer_waits_again(people, in_network):
    shop = people.adam.advertiser
    _deposit(shop, "60", people)
    lead = story.approve(story.lead(people.alice.affiliate, offer=unpaid_offer(shop)))
    assert funded(lead) == [True]
    story.approve(lead, revenue=usd("70"), earning=usd("55"), at=NOW + DAY)
    assert funded(lead) == [False]
    story.approve(lead, revenue=usd("60"), earning=usd("45"), at=NOW + 2 * DAY)
    assert funded(lead) == [True]
