"""Decisions in all their kinds, over HTTP: by lines and amounts, about many with preview and undo, blocks."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from cpanet.accounts.models import AuditEntry
from cpanet.ledger.selectors import webmaster_balance
from cpanet.tenancy.scope import network_scope
from payouts.books import examine_books
from tests import factories
from tracking.models import BulkDecision, Conversion, ConversionRevision
from tracking.services.conversions import Action, record_conversion
from tracking.services.decisions import decide
from tracking.services.holds import release_due_holds

BULK, LATER = "/advertiser/leads/bulk/", timedelta(days=60)
LINES = (
    {"id": "7", "category": "", "name": "Lamp", "price": "30.00", "quantity": "2"},
    {"id": "8", "category": "", "name": "Bulb", "price": "20.00", "quantity": "2"},
)


@pytest.fixture
def make(shop):
    """A pending lead of Alice's: 10 / 8 USD, or 10 % / 8 % of an order with lines."""

    def make_lead(order_id, *, amount=None, basket=()):
        with network_scope(shop.network.pk):
            goal = shop.goal
            if amount:
                goal = shop.offer.goals.filter(code="percent").first()
                goal = goal or factories.goal(offer=shop.offer, code="percent", percent=(1000, 800))
            click = factories.click(link=shop.link, at=shop.clicked_at)
            action = Action(goal, order_id, amount and Decimal(amount), "", False, call="1", basket=basket)
            return record_conversion(click=click, action=action, now=timezone.now()).conversion

    return make_lead


@pytest.fixture
def fresh(shop):
    def read(lead):
        with network_scope(shop.network.pk):
            return Conversion.objects.get(pk=lead.pk)

    return read


@pytest.fixture
def books(shop, people):
    """(hold, available, debt) of Alice; every invariant of the books is asked each time."""

    def read():
        with network_scope(shop.network.pk):
            now = timezone.now()
            broken = [f for f in examine_books(network_id=shop.network.pk, now=now) if not f.holds]
            assert broken == []
            found = webmaster_balance(affiliate_id=people.alice.affiliate.pk, currency="USD")
            return found.hold, found.available, found.debt

    return read


def main(answer) -> str:
    return answer.content.decode().partition("<main")[2]


def post(client, lead, values, space="advertiser", page="decide"):
    return client.post(f"/{space}/leads/{lead.pk}/{page}/", values)


# -- Lines and amounts ------------------------------------------------------------------------------------------------


def test_lines_of_an_order_are_approved_in_part_and_priced_anew(people, make, fresh, books):
    lead = make("B-1", amount="110.00", basket=LINES)  # 100.00 of goods, 10.00 of delivery
    page = main(people.adam.client.get(f"/advertiser/leads/{lead.pk}/"))
    assert page.count('name="quantity"') == 2
    assert post(people.adam.client, lead, {"status": "approved", "quantity": ["1", "2"]}).status_code == 302
    lead = fresh(lead)  # 70.00 of 100.00 of the goods: 77.00 of 110.00
    assert (lead.order_amount, lead.revenue, lead.earning) == (770_000, 77_000, 61_600)
    assert [line["approved"] for line in lead.basket] == ["1", "2"] and books() == (61_600, 0, 0)

    post(people.adam.client, lead, {"status": "approved", "quantity": ["0", "1"]})
    assert fresh(lead).order_amount == 220_000 and books() == (17_600, 0, 0)
    post(people.adam.client, lead, {"status": "approved", "quantity": ["2", "2"]})
    assert (fresh(lead).order_amount, fresh(lead).earning) == (1_100_000, 88_000) and books() == (88_000, 0, 0)
    with network_scope(lead.network_id):
        numbers = list(ConversionRevision.objects.values_list("order_amount", flat=True))
    assert numbers == [770_000, 220_000, 1_100_000]


BAD_QUANTITIES = [["3", "1"], ["-1", "1"], ["x", "1"], ["NaN", "1"], ["1"], ["1", "1", "1"], ["0", "0"], ["1e-9", "1"]]


@pytest.mark.parametrize("quantities", BAD_QUANTITIES, ids=" ".join)
def test_quantities_that_make_no_sense_change_nothing(people, make, fresh, quantities):
    lead = make("B-1", amount="100.00", basket=LINES)
    answer = post(people.adam.client, lead, {"status": "approved", "quantity": quantities})
    assert answer.status_code == 422 and fresh(lead).status == "pending"


def test_another_amount_is_priced_by_the_leads_own_rate(people, make, fresh, books):
    lead = make("A-1", amount="100.00")
    post(people.adam.client, lead, {"status": "approved", "order_amount": "55,50"})
    assert (fresh(lead).revenue, fresh(lead).earning) == (55_500, 44_400)
    for bad in ("", "-1", "many", "0.00001"):
        answer = post(people.adam.client, lead, {"status": "approved", "order_amount": bad})
        assert answer.status_code == 422, bad
    answer = post(people.adam.client, lead, {"status": "approved", "order_amount": "", "earning": "99"})
    assert answer.status_code == 422 and books() == (44_400, 0, 0)  # what webmasters earn is not his to say


def test_the_staff_sets_revenue_and_earning_and_it_stands(people, make, fresh, books):
    lead = make("A-1")
    values = {"status": "approved", "order_amount": "", "revenue": "5", "earning": "4.5", "note": "Half came back"}
    assert post(people.adman.client, lead, values, "manager").status_code == 302
    assert (fresh(lead).revenue, fresh(lead).earning, fresh(lead).note) == (50_000, 45_000, "Half came back")
    assert books() == (45_000, 0, 0)
    post(people.adam.client, lead, {"status": "declined", "reason": "returned"})
    assert fresh(lead).status == "approved"


# -- Many at once -----------------------------------------------------------------------------------------------------


def many(people, leads, **values):
    values = {"lead": [lead.pk for lead in leads], "status": "approved", **values}
    return people.adam.client.post(BULK, values)


def test_preview_says_in_money_what_would_change_and_changes_nothing(people, shop, make, fresh, books):
    leads = [make(f"P-{number}") for number in range(4)]
    post(people.adam.client, leads[0], {"status": "approved"})
    post(people.adman.client, leads[1], {"status": "declined", "reason": "fraud"}, "manager")
    numbers = {"lead": [lead.pk for lead in leads]}
    page = main(people.adam.client.post(BULK + "preview/", numbers | {"status": "approved"}))
    assert "+$20.00" in page and "It is so already" in page and "A manager has decided otherwise" in page
    assert "$16.00" not in page  # what webmasters earn is not his to know
    page = main(people.owner.client.post("/manager/leads/bulk/preview/", numbers | {"status": "approved"}))
    assert "+$30.00" in page and "+$24.00" in page
    page = main(people.adam.client.post(BULK + "preview/", numbers | {"status": "declined", "reason": "returned"}))
    assert "−$10.00" in page
    for values in ({"status": "declined"}, {"status": "paid"}):
        assert people.adam.client.post(BULK + "preview/", numbers | values).status_code == 422
    assert [fresh(lead).revision for lead in leads] == [1, 1, 0, 0] and books() == (80_000, 0, 0)
    with network_scope(shop.network.pk):
        assert not BulkDecision.objects.exists()


def test_undo_puts_everything_back_that_nobody_decided_since(people, shop, make, fresh, books):
    leads = [make(f"U-{number}") for number in range(3)]
    post(people.adam.client, leads[0], {"status": "declined", "reason": "not_paid", "note": "Asked twice"})
    assert many(people, leads).status_code == 302 and books() == (240_000, 0, 0)
    assert "3 leads: Approved" in main(people.adam.client.get("/advertiser/leads/"))
    with network_scope(shop.network.pk):
        bulk = BulkDecision.objects.get()
    post(people.adam.client, leads[2], {"status": "declined", "reason": "returned"})
    page = main(people.adam.client.get(f"{BULK}{bulk.pk}/"))
    assert page.count("decided again since") == 1

    answer = people.adam.client.post(f"{BULK}{bulk.pk}/undo/")
    assert "2 of 3 leads put back" in answer.text and "somebody has decided about it since" in answer.text
    first, second, third = (fresh(lead) for lead in leads)
    assert (first.status, first.reason, first.note, first.decided_by) == (
        "declined", "not_paid", "Asked twice", "advertiser",
    )  # fmt: skip
    assert (second.status, second.decided_by, second.revenue) == ("pending", "", 100_000)
    assert (third.status, third.reason) == ("declined", "returned") and books() == (0, 0, 0)

    people.adam.client.post(f"{BULK}{bulk.pk}/undo/")  # again: nothing
    assert [fresh(lead).revision for lead in leads] == [3, 2, 2]
    assert "3 leads: Approved" not in main(people.adam.client.get("/advertiser/leads/"))
    with network_scope(shop.network.pk):
        assert AuditEntry.objects.get(action="bulk_decision.undone").changes == {"undone": 2, "of": 3}


def test_undo_of_a_decline_after_release_gives_the_money_back_through_the_hold(people, shop, make, fresh, books):
    leads = [make("R-1", amount="110.00", basket=LINES), make("R-2")]
    post(people.adam.client, leads[0], {"status": "approved", "quantity": ["1", "0"]})
    post(people.adam.client, leads[1], {"status": "approved"})
    with network_scope(shop.network.pk):
        release_due_holds(now=timezone.now() + LATER)
    before = [(lead.revenue, lead.earning, lead.order_amount, lead.basket) for lead in map(fresh, leads)]
    many(people, leads, status="declined", reason="returned")
    assert [fresh(lead).recognised_revenue for lead in leads] == [0, 0]
    with network_scope(shop.network.pk):
        bulk = BulkDecision.objects.get()
        assert webmaster_balance(affiliate_id=people.alice.affiliate.pk, currency="USD").available == 0
    people.adam.client.post(f"{BULK}{bulk.pk}/undo/")
    assert [(lead.revenue, lead.earning, lead.order_amount, lead.basket) for lead in map(fresh, leads)] == before
    with network_scope(shop.network.pk):
        assert webmaster_balance(affiliate_id=people.alice.affiliate.pk, currency="USD").hold == sum(
            earning for _revenue, earning, *_rest in before
        )


def test_whose_decision_it_was_stays_so_after_an_undo(people, shop, make, fresh):
    lead = make("W-1")
    post(people.adam.client, lead, {"status": "declined", "reason": "returned"})
    answer = people.adman.client.post("/manager/leads/bulk/", {"lead": [lead.pk], "status": "approved"})
    assert answer.status_code == 302 and fresh(lead).decided_by == "manager"
    with network_scope(shop.network.pk):
        bulk = BulkDecision.objects.get()
    assert people.adam.client.post(f"{BULK}{bulk.pk}/undo/").status_code == 404  # another's decision
    assert people.support.client.post(f"/manager/leads/bulk/{bulk.pk}/undo/").status_code == 403
    assert people.support.client.get(f"/manager/leads/bulk/{bulk.pk}/").status_code == 200
    people.owner.client.post(f"/manager/leads/bulk/{bulk.pk}/undo/")
    assert (fresh(lead).status, fresh(lead).decided_by) == ("declined", "advertiser")
    approve = {"lead": [lead.pk], "status": "approved"}
    people.adman.client.post("/manager/leads/bulk/", approve)  # and the same once more
    with network_scope(shop.network.pk):
        bulk = BulkDecision.objects.latest("pk")
    people.owner.client.post(f"/manager/leads/bulk/{bulk.pk}/undo/")
    assert (fresh(lead).status, fresh(lead).decided_by) == ("declined", "advertiser")
    post(people.adam.client, lead, {"status": "approved"})
    assert fresh(lead).status == "approved"  # his word counts again


# -- Holding back -----------------------------------------------------------------------------------------------------


def test_blocked_money_stays_on_hold_until_it_is_unblocked(people, shop, make, fresh, books):
    lead = make("K-1")
    post(people.adam.client, lead, {"status": "approved"})
    assert post(people.adman.client, lead, {"reason": "Ask the shop"}, "manager", "block").status_code == 302
    assert "Ask the shop" in main(people.alice.client.get(f"/webmaster/leads/{lead.pk}/"))
    with network_scope(shop.network.pk):
        assert release_due_holds(now=timezone.now() + LATER).count == 0
    assert books() == (80_000, 0, 0)
    post(people.adman.client, lead, {"unblock": "1"}, "manager", "block")
    with network_scope(shop.network.pk):
        assert release_due_holds(now=timezone.now() + LATER).count == 1
        actions = AuditEntry.objects.filter(action__startswith="conversion.").values_list("action", flat=True)
        assert list(actions) == ["conversion.unblocked", "conversion.blocked"]
    page = main(people.owner.client.get(f"/manager/leads/{lead.pk}/"))
    assert "Unblocked" in page and "Paid for by the advertiser" not in page


def test_blocks_need_a_reason_a_right_and_no_review(people, shop, make, fresh):
    lead = make("K-1")
    for reason in ("", "   "):
        post(people.adman.client, lead, {"reason": reason}, "manager", "block")
        assert not fresh(lead).is_blocked
    assert post(people.support.client, lead, {"reason": "x"}, "manager", "block").status_code == 403
    with network_scope(shop.network.pk):
        Conversion.objects.update(is_blocked=True, block_reason="under review")
    post(people.adman.client, lead, {"unblock": "1"}, "manager", "block")
    assert fresh(lead).is_blocked  # the fraud review clears it itself
    with network_scope(shop.network.pk):
        Conversion.objects.update(is_blocked=False, block_reason="")
        decide(conversion_id=lead.pk, status="approved", source="advertiser", actor=None, now=timezone.now())
        release_due_holds(now=timezone.now() + LATER)
    answer = people.adman.client.post(f"/manager/leads/{lead.pk}/block/", {"reason": "Late"}, follow=True)
    assert "has left its hold" in answer.text and not fresh(lead).is_blocked
