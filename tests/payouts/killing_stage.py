"""A network for those who kill what works in it, and the deeds they kill."""

from datetime import date, timedelta
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile

from cpanet.accounts.roles import Role
from cpanet.tenancy.scope import network_scope
from payouts import tasks
from payouts.currencies.services.exchange import choose_wallet
from payouts.currencies.services.rates import import_rates
from payouts.models import BankPayment
from payouts.services import adjustments, bank, deposits, drafts, invoices, outcomes, schedules, terms
from tests import factories
from tests.factories import NOW
from tests.fixtures.people import client_of
from tests.payouts import statements, story
from tests.payouts.story import AFTER_HOLD, BATCHES, usd
from tracking.models import Conversion
from tracking.services.bulk_decisions import decide_many
from tracking.services.holds import release_due_holds
from tracking.tasks.deadlines import approve_overdue

MONDAY = AFTER_HOLD + timedelta(days=(7 - AFTER_HOLD.weekday()) % 7)
DAY = timedelta(days=1)
_numbers = count(1)


class World:
    """A network with Alice, whom Bob referred, a shop with an offer of 60.00 / 45.00, and two of the staff."""

    def __init__(self):
        self.host = f"killed{next(_numbers)}.test"
        self.network_id = factories.network(name=self.host, host=self.host).pk
        self.now = AFTER_HOLD
        with network_scope(self.network_id):
            bob, self.user = factories.affiliate(name="Bob"), factories.user()
            self.alice = factories.affiliate(name="Alice", user=self.user, referrer=bob)
            self.first, self.second = factories.user(), factories.user()
            for person in (self.first, self.second):
                factories.membership(user=person, role=Role.OWNER)
            self.shop = factories.advertiser(name="Adams Shop Ltd")
            story.refer(percent=500)
            self.offer = factories.offer(advertiser=self.shop, hold_days=story.HOLD_DAYS)
            self.goal = factories.goal(offer=self.offer, revenue="60", earning="45")

    def lead(self, *, at=NOW):
        return story.lead(self.alice, offer=self.offer, at=at)

    def leads(self, number):
        return [self.lead() for _ in range(number)]

    def earn(self):
        """90.00 of Alice's are available."""
        for lead in self.leads(2):
            story.approve(lead)
        release_due_holds(now=AFTER_HOLD)

    def posting(self, path, data, *, by=None):
        """The deed of sending a form to the network's host."""
        client = client_of(by or self.first, self.host)
        return lambda: _posted(client, path, data() if callable(data) else data)


def _posted(client, path, data):
    """422: a repeat of what can be done once is refused in words."""
    answer = client.post(path, data)
    assert answer.status_code in (200, 302, 422), (path, answer.status_code, answer.content[:2000])


# Each of these makes, in the scope of the network, what a deed is about, and answers the deed itself.


def release(world):
    waiting = factories.offer(advertiser=world.shop, hold_days=story.HOLD_DAYS, needs_funding=True)
    factories.goal(offer=waiting, revenue="60", earning="45")
    for offer in (world.offer, world.offer, waiting):
        story.approve(story.lead(world.alice, offer=offer))
    deposit_of(world, "300")
    Conversion.objects.filter(offer=waiting).update(funded_at=None)  # the clock has to find it
    return lambda: tasks.release_all(world.network_id, world.now)


def deadlines(world):
    type(world.offer).objects.filter(pk=world.offer.pk).update(auto_approve=True)
    world.leads(3)
    Conversion.objects.update(decide_by=NOW - DAY)
    return lambda: approve_overdue(world.network_id)


def deposit(world):
    for lead in world.leads(2):
        story.approve(lead)
    story.invoiced(world.shop, world.first, at=NOW)
    form = {"amount": "100", "currency": "USD", "reference": "Bank", "key": "once"}
    return world.posting(f"/manager/advertisers/{world.shop.pk}/deposit/", form)


def refund(world):
    deposit_of(world, "100")
    form = {"amount": "40", "currency": "USD", "reason": "Asked for", "key": "once"}
    return world.posting(f"/manager/advertisers/{world.shop.pk}/refund/", form)


def deposit_of(world, amount):
    deposits.record_deposit(
        advertiser=world.shop, amount=usd(amount), currency="USD", reference="Bank", idempotency_key=amount, actor=None,
        now=NOW,
    )  # fmt: skip


def decide(world):
    form = {"status": "approved", "reason": "", "note": ""}
    return world.posting(f"/manager/leads/{world.lead().pk}/decide/", form)


def decline_after_release(world):
    world.earn()
    lead = Conversion.objects.first()
    form = {"status": "declined", "reason": "returned", "note": ""}
    return world.posting(f"/manager/leads/{lead.pk}/decide/", form)


def decide_about_many(world):
    form = {"lead": [lead.pk for lead in world.leads(3)], "status": "approved", "reason": "", "note": ""}
    return world.posting("/manager/leads/bulk/", form)


def undo_about_many(world):
    done = decide_many(
        conversions=world.leads(3), status="approved", source="manager", actor=world.first, now=NOW
    )  # fmt: skip
    return world.posting(f"/manager/leads/bulk/{done.bulk.pk}/undo/", {})


def request(world):
    world.earn()
    pay_to = story.payable(world.alice, story.method())
    form = {"details": pay_to.pk, "amount": "30", "key": "once"}
    return world.posting("/webmaster/payouts/", form, by=world.user)


def by_schedule(world):
    world.earn()
    world.now = MONDAY
    story.payable(world.alice, story.method(schedule="weekly"))
    return lambda: schedules.request_scheduled(network_id=world.network_id, now=MONDAY)


def result_file(world):
    world.earn()
    pay_to = story.payable(world.alice, story.method())
    one, two, three = (story.requested(world.alice, "20", pay_to) for _ in range(3))
    batch = story.sent([one, two, three], first=world.first, second=world.second)
    outcomes.mark_paid(payout_ids=[three.pk], actor=world.first, now=AFTER_HOLD)
    content = f"payout,outcome,reason\n{one.pk},paid,\n{two.pk},failed,Closed\n{three.pk},returned,No such account\n"
    return world.posting(f"{BATCHES}{batch.pk}/results/", {"content": content})


def rates(world):
    content = f"date,base,currency,base_amount,currency_amount\n{AFTER_HOLD.date()},USD,EUR,1.1,1\n"
    import_rates(content=content.encode(), actor=None, now=AFTER_HOLD)


def exchange(world):
    world.earn()
    rates(world)
    form = {"source": "USD", "target": "EUR", "amount": "50", "key": "once"}
    return world.posting("/webmaster/exchanges/", form, by=world.user)


def wallets(world):
    world.earn()
    rates(world)
    for person in (world.alice, world.alice.referrer):
        choose_wallet(affiliate=person, currency="EUR", actor=None, now=AFTER_HOLD)
    return lambda: tasks.exchange_into_wallets(world.network_id)


def _invoice(world):
    for lead in world.leads(2):
        story.approve(lead)
    days = {"since": NOW.date() - 9 * DAY, "until": NOW.date() + DAY}
    return invoices.make_drafts(advertiser=world.shop, currency="USD", **days, actor=world.first, now=NOW)[0]


def issue(world):
    draft = _invoice(world)
    form = {"action": "issue", "total": draft.total}
    return world.posting(f"/manager/invoices/{draft.pk}/act/", form)


def cancel_invoice(world):
    _invoice(world)
    issued = story.invoiced(world.shop, world.first, at=NOW + DAY)
    form = {"action": "cancel", "reason": "Wrong address"}
    return world.posting(f"/manager/invoices/{issued.pk}/act/", form)


def credit_note(world):
    _invoice(world)
    story.invoiced(world.shop, world.first, at=NOW + DAY)
    story.decline(Conversion.objects.first(), at=NOW + DAY)
    days = {"since": date(2026, 11, 1), "until": AFTER_HOLD.date()}
    [draft] = invoices.make_drafts(advertiser=world.shop, currency="USD", **days, actor=world.first, now=AFTER_HOLD)
    return world.posting(f"/manager/invoices/{draft.pk}/act/", {"action": "issue", "total": draft.total})


def invoice_drafts(world):
    terms.save_terms(advertiser=world.shop, actor=None, now=NOW, invoice_period="week")
    for lead in world.leads(2):
        story.approve(lead)
    return lambda: drafts.make_due_drafts(network_id=world.network_id, now=world.now)


def bank_statement(world):
    def file():
        upload = SimpleUploadedFile("bank.sta", statements.MT940.encode())
        return {"file": upload, "currency": "USD", "encoding": ""}

    return world.posting("/manager/bank/upload/", file)


def bank_payments(world):
    for lead in world.leads(2):
        story.approve(lead)
    terms.save_terms(advertiser=world.shop, actor=None, now=NOW, legal_name="Adams Shop Ltd.")
    content = statements.MT940.encode()
    bank.import_statement(content=content, file_name="a.sta", currency="USD", actor=world.first, now=NOW)
    return world.posting("/manager/bank/confirm/", {"payment": [row.pk for row in BankPayment.objects.all()]})


def adjustment(world):
    found = adjustments.propose(
        debit=("cost", 0), credit=("available", world.alice.pk), currency="USD", amount=usd("25"), reason="Contest",
        idempotency_key="one", actor=world.first, now=NOW,
    )  # fmt: skip
    return world.posting(f"/manager/adjustments/{found.pk}/act/", {"action": "confirm"}, by=world.second)


def write_off(world):
    story.approve(world.lead())
    found = adjustments.propose_write_off(
        advertiser=world.shop, currency="USD", amount=usd("25"), reason="Bankrupt", idempotency_key="one",
        actor=world.first, now=NOW,
    )  # fmt: skip
    return world.posting(f"/manager/adjustments/{found.pk}/act/", {"action": "confirm"}, by=world.second)


DEEDS = {
    each.__name__: each
    for each in (
        release, deadlines, decide, decline_after_release, decide_about_many, undo_about_many, deposit, refund, request,
        by_schedule, result_file, exchange, wallets, issue, cancel_invoice, credit_note, invoice_drafts, bank_statement,
        bank_payments, adjustment, write_off,
    )
}  # fmt: skip
