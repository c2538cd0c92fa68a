"""The advertiser's side and money moved by hand, in numbers a bookkeeper can read."""

from datetime import timedelta

from payouts.models import Invoice
from payouts.services import adjustments, deposits
from tests import factories
from tests.factories import NOW
from tests.ledger.test_worked_examples import books
from tests.payouts import story
from tests.payouts.story import AFTER_HOLD, money, usd

DAY = timedelta(days=1)


def shop_with_offer(people):
    shop = people.adam.advertiser
    offer = factories.offer(advertiser=shop)
    factories.goal(offer=offer, revenue="60", earning="45")
    return shop, offer


def paid_in(shop, amount, *, at=NOW):
    deposits.record_deposit(
        advertiser=shop, amount=usd(amount), currency="USD", reference="Bank", idempotency_key=f"{amount}-{at}",
        actor=None, now=at,
    )  # fmt: skip


def moved(people, debit, credit, amount, reason="Agreed"):
    made = adjustments.propose(
        debit=debit, credit=credit, currency="USD", amount=usd(amount), reason=reason,
        idempotency_key=f"{debit}{credit}", actor=people.finance.user, now=NOW,
    )  # fmt: skip
    adjustments.confirm(adjustment_id=made.pk, actor=people.owner.user, now=NOW)


def test_deposit_used_in_part_and_the_rest_given_back(people, in_network):
    shop, offer = shop_with_offer(people)
    paid_in(shop, "100")
    story.approve(story.lead(people.alice.affiliate, offer=offer))
    assert books() == {"cash": "100.00", "deposit": "40.00", "revenue": "60.00", "cost": "45.00", "hold": "45.00"}
    deposits.refund_deposit(
        advertiser=shop, amount=usd("40"), currency="USD", reason="He leaves", idempotency_key="1", actor=None, now=NOW
    )
    assert books() == {"cash": "60.00", "revenue": "60.00", "cost": "45.00", "hold": "45.00"}


def test_month_is_invoiced_paid_in_two_parts_and_one_lead_taken_back(people, in_network):
    shop, offer = shop_with_offer(people)
    leads = [story.approve(story.lead(people.alice.affiliate, offer=offer)) for _ in range(2)]
    invoice = story.invoiced(shop, None, at=NOW)
    assert (invoice.total, books()["receivable"]) == (usd("120"), "120.00")

    paid_in(shop, "100", at=NOW + DAY)
    assert books()["receivable"] == "20.00"
    assert Invoice.objects.get().unpaid == usd("20")

    # The advertiser finds that a customer has sent the goods back: he owes nothing more, and has 40.00 to his credit.
    story.decline(leads[0], at=NOW + 2 * DAY)
    assert (books().get("receivable"), books()["deposit"]) == (None, "40.00")
    note = story.invoiced(shop, None, at=NOW + 2 * DAY)
    assert (note.kind, note.total) == ("credit_note", usd("-60"))
    assert Invoice.objects.get(pk=invoice.pk).status == "paid"

    # The next lead is invoiced, and what he has paid too much settles the most of it.
    story.approve(story.lead(people.alice.affiliate, offer=offer, at=NOW + 3 * DAY), at=NOW + 3 * DAY)
    second = story.invoiced(shop, None, at=NOW + 3 * DAY)
    assert (second.total, second.settled, books()["receivable"]) == (usd("60"), usd("40"), "20.00")


def test_bonus_fine_and_a_bill_of_the_bank(people, in_network):
    alice = people.alice.affiliate
    moved(people, ("cost", 0), ("available", alice.pk), "25", "Contest won")
    assert money(alice) == {"available": "25.00"}
    assert books() == {"cost": "25.00", "available": "25.00"}

    # A fine of 30.00: 25.00 are there, 5.00 become his debt.
    moved(people, ("available", alice.pk), ("revenue", 0), "30", "Forbidden traffic")
    assert money(alice) == {"debt": "5.00"}
    assert books() == {"cost": "25.00", "debt": "5.00", "revenue": "30.00"}

    moved(people, ("cost", 0), ("cash", 0), "3", "Charges of the bank")
    assert books() == {"cash": "-3.00", "cost": "28.00", "debt": "5.00", "revenue": "30.00"}


def test_bankrupt_advertiser(people, in_network):
    shop, offer = shop_with_offer(people)
    lead = story.approve(story.lead(people.alice.affiliate, offer=offer))
    invoice = story.invoiced(shop, None, at=NOW)
    lost = adjustments.propose_write_off(
        advertiser=shop, currency="USD", amount=usd("60"), reason="Bankrupt", idempotency_key="1",
        actor=people.finance.user, now=AFTER_HOLD,
    )  # fmt: skip
    adjustments.confirm(adjustment_id=lost.pk, actor=people.owner.user, now=AFTER_HOLD)
    assert books() == {"bad_debt": "60.00", "revenue": "60.00", "cost": "45.00", "hold": "45.00"}
    assert Invoice.objects.get(pk=invoice.pk).status == "paid"  # nobody asks for it any more

    # He recovers and pays after all: the loss is taken back, his money is his deposit no longer.
    paid_in(shop, "60", at=AFTER_HOLD)
    moved(people, ("deposit", shop.pk), ("bad_debt", 0), "60", "Paid after all")
    assert books() == {"cash": "60.00", "revenue": "60.00", "cost": "45.00", "hold": "45.00"}
    assert lead.status == "approved"
