"""Overdue invoices: the advertiser is reminded, weekly, four times, never twice for the same."""

from datetime import timedelta

import pytest
from django.core import mail

from payouts.models import Invoice, InvoiceReminder
from payouts.services import terms
from payouts.services.deposits import record_deposit
from payouts.services.reminders import remind_of_overdue
from payouts.tasks import remind_of_overdue_invoices
from tests import factories
from tests.factories import NOW
from tests.payouts import story
from tests.payouts.story import text_of, usd

DAY = timedelta(days=1)
DUE = NOW + 10 * DAY  # 12:00 of the last day to pay


@pytest.fixture(autouse=True)
def letters(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def invoice(people, in_network):
    """120.00 to Adam, to be paid within ten days."""
    shop = people.adam.advertiser
    terms.save_terms(advertiser=shop, actor=None, now=NOW, due_days=10)
    offer = factories.offer(advertiser=shop)
    factories.goal(offer=offer, revenue="60", earning="45")
    for _ in range(2):
        story.approve(story.lead(people.alice.affiliate, offer=offer))
    made = story.invoiced(shop, people.finance.user, at=NOW)
    mail.outbox.clear()
    return made


def remind(network, at):
    return remind_of_overdue(network_id=network.pk, now=at)


def pay(shop, amount, at):
    record_deposit(
        advertiser=shop,
        amount=usd(amount),
        currency="USD",
        reference="Bank",
        idempotency_key=amount,
        actor=None,
        now=at,
    )


def test_once_when_overdue_then_weekly_and_four_times_at_most(in_network, invoice):
    assert remind(in_network, DUE) == 0  # the last day is not over
    sent = [day for day in range(1, 60) for _ in range(3) if remind(in_network, DUE + day * DAY)]
    assert sent == [1, 8, 15, 22]
    assert [letter.to for letter in mail.outbox] == 4 * [["adam@example.com"]]
    letter = mail.outbox[0]
    assert "INV-1 is overdue" in letter.subject
    assert "2026-11-30" in letter.body and "$120.00" in letter.body and f"/invoices/{invoice.pk}/" in letter.body


def test_after_a_standstill_one_letter_not_three(in_network, invoice):
    assert remind(in_network, DUE + 30 * DAY) == 1
    assert remind(in_network, DUE + 36 * DAY) == 0
    assert remind(in_network, DUE + 37 * DAY) == 1


def test_only_what_is_open_is_asked_for(people, in_network, invoice):
    shop = people.adam.advertiser
    pay(shop, "50", DUE)
    remind(in_network, DUE + DAY)
    assert "$70.00" in mail.outbox[-1].body
    pay(shop, "70", DUE + 2 * DAY)
    assert Invoice.objects.get(pk=invoice.pk).status == "paid"
    assert remind(in_network, DUE + 8 * DAY) == 0


def test_a_cancelled_invoice_and_its_note_are_left_alone(people, in_network, invoice):
    path = f"/manager/invoices/{invoice.pk}/act/"
    assert people.finance.client.post(path, {"action": "cancel", "reason": "Wrong month"}).status_code == 302
    mail.outbox.clear()
    assert remind(in_network, DUE + 40 * DAY) == 0


def test_the_network_can_switch_it_off(people, in_network, invoice):
    form = {"legal_name": "", "tax_id": "", "address": "", "bank": "", "invoice_prefix": "INV-"}
    page = people.owner.client.get("/manager/network-details/").content.decode()
    assert 'name="reminds_overdue"' in page and "checked" in page
    assert people.owner.client.post("/manager/network-details/", form).status_code == 302
    assert remind(in_network, DUE + DAY) == 0
    people.owner.client.post("/manager/network-details/", form | {"reminds_overdue": "on"})
    assert remind(in_network, DUE + DAY) == 1


def test_not_at_night_of_the_networks_clock(in_network, invoice):
    type(in_network).objects.filter(pk=in_network.pk).update(timezone="Asia/Tokyo")
    assert remind(in_network, DUE + 0.4 * DAY) == 0  # 06:36 of the day after, in Tokyo
    assert remind(in_network, DUE + 0.6 * DAY) == 1  # 11:24


def test_both_sides_read_when_and_the_clock_does_it(people, in_network, invoice, time_machine):
    time_machine.move_to(DUE + DAY, tick=False)
    remind_of_overdue_invoices()
    remind_of_overdue_invoices()
    assert InvoiceReminder.objects.count() == 1
    for client, audience in ((people.finance.client, "manager"), (people.adam.client, "advertiser")):
        page = text_of(client.get(f"/{audience}/invoices/{invoice.pk}/"))
        assert "Reminded on Dec 1, 2026" in page
    assert "Invoice reminded" in text_of(people.finance.client.get(f"/manager/invoices/{invoice.pk}/"))
