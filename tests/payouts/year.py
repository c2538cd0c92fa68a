"""The network of tests/payouts/test_a_year_in_numbers.py: who deals there, what they can do, and its books as the pages
give them out. Days are "MM-DD" of 2026, amounts decimal strings."""

import io
from datetime import UTC, datetime

from django.utils import timezone
from python_calamine import CalamineWorkbook

from cpanet.core.money import to_text
from cpanet.ledger.selectors import advertiser_balance
from payouts.books import examine_books
from payouts.currencies.services.rates import import_rates, save_rules
from payouts.models import Adjustment, CurrencyExchange, Invoice, Payout, PayoutBatch
from payouts.selectors.money import webmaster_money
from tests import factories
from tests.fixtures.people import client_of
from tests.payouts import story
from tracking.services.holds import release_due_holds

JOURNEY = ("pending", "hold", "available", "in_payout", "paid", "debt")


class Year:
    """Alice and Carol bring leads, Bob has referred Carol; Adam pays in advance, Eve by invoice."""

    def __init__(self, people, network, time_machine):
        self.people, self.network, self.machine = people, network, time_machine
        self.on("01-01")
        story.refer(percent=1000)  # 10 % of what the referred webmaster earns
        self.alice, self.bob = people.alice.affiliate, people.bob.affiliate
        self.carol = people.carol.affiliate
        self.shoes = self._offer("Shoes", people.adam.advertiser, "50", "40", hold_days=14)
        self.hats = self._offer("Hats", people.eve.advertiser, "30", "20", hold_days=30)
        self.accounts = {}

    def _offer(self, name, advertiser, revenue, earning, **fields):
        offer = factories.offer(name=name, advertiser=advertiser, **fields)
        factories.goal(offer=offer, revenue=revenue, earning=earning)
        return offer

    # -- the clock

    def on(self, day: str):
        """It is noon of the day; what was due until then is released."""
        self.machine.move_to(datetime.fromisoformat(f"2026-{day}T12:00:00").replace(tzinfo=UTC), tick=False)
        release_due_holds(now=timezone.now())

    # -- leads

    def leads(self, webmaster, offer, count: int) -> list:
        """They come in today, pending."""
        return [story.lead(webmaster, offer=offer, at=timezone.now()) for _ in range(count)]

    def approve(self, *leads, **amounts):
        for lead in leads:
            story.approve(lead, at=timezone.now(), **{name: story.usd(amount) for name, amount in amounts.items()})

    def decline(self, *leads, reason):
        for lead in leads:
            story.decline(lead, at=timezone.now(), reason=reason)

    # -- what people do on their pages

    def post(self, person, path: str, **fields):
        """A form of a person who has just signed in; it must be taken."""
        answer = client_of(person.user, "alpha.test").post(path, {name: str(value) for name, value in fields.items()})
        assert answer.status_code == 302, answer.content.decode()
        return answer

    def _key(self) -> str:
        return f"{timezone.now():%m%d}"

    def pays(self, shop, amount, reference):
        """An advertiser's money arrives."""
        path = f"/manager/advertisers/{shop.advertiser.pk}/deposit/"
        self.post(self.people.finance, path, amount=amount, currency="USD", reference=reference, key=self._key())

    def is_given_back(self, shop, amount, reason):
        path = f"/manager/advertisers/{shop.advertiser.pk}/refund/"
        self.post(self.people.finance, path, amount=amount, currency="USD", reason=reason, key=self._key())

    def invoice(self, shop, since: str, last: str) -> dict[str, str]:
        """Draft and issue what waits for an invoice or credit note: {number: total}."""
        before = set(Invoice.objects.values_list("pk", flat=True))
        self.post(
            self.people.finance, "/manager/invoices/new/", advertiser=shop.advertiser.pk, currency="USD",
            since=f"2026-{since}", last=f"2026-{last}",
        )  # fmt: skip
        made = Invoice.objects.exclude(pk__in=before).order_by("pk")
        for each in made:
            self.post(self.people.finance, f"/manager/invoices/{each.pk}/act/", action="issue", total=each.total)
        return {paper.number_text: to_text(paper.total, "USD") for paper in made.all()}

    def papers(self) -> dict[str, str]:
        """{number: status} of all invoices and credit notes."""
        return dict(Invoice.objects.order_by("number").values_list("number_text", "status"))

    def asks_for(self, webmaster, amount, currency="USD") -> Payout:
        """A webmaster requests a payout to his account (he names it when he asks for the first time)."""
        who = {person.affiliate.pk: person for person in vars(self.people).values() if hasattr(person, "affiliate")}
        to = self.accounts.get((webmaster.pk, currency)) or self._account(webmaster, currency)
        self.post(who[webmaster.pk], story.PAYOUTS, details=to.pk, amount=amount, key=self._key())
        return Payout.objects.get(affiliate=webmaster, idempotency_key=self._key())

    def _account(self, webmaster, currency):
        method = story.method(currency=currency, name=f"{webmaster} {currency}")
        self.accounts[webmaster.pk, currency] = story.payable(webmaster, method, at=timezone.now())
        return self.accounts[webmaster.pk, currency]

    def sends(self, payout):
        """One person makes the batch, another confirms it, and it goes to the bank."""
        self.post(self.people.finance, "/manager/batches/new/", payout=payout.pk)
        batch = PayoutBatch.objects.latest("pk")
        self.post(self.people.owner, f"/manager/batches/{batch.pk}/confirm/")
        self.post(self.people.finance, f"/manager/batches/{batch.pk}/act/", action="sent")

    def outcome(self, payout, action, **fields):
        """What the bank says: paid, returned …"""
        self.post(self.people.finance, f"/manager/payouts/{payout.pk}/act/", action=action, **fields)

    def confirm(self, adjustment):
        """A second person books what the first has proposed."""
        self.post(self.people.owner, f"/manager/adjustments/{adjustment.pk}/act/", action="confirm")

    def bonus(self, webmaster, amount, reason):
        self.post(
            self.people.finance, "/manager/adjustments/new/", debit_kind="cost", credit_kind="available",
            credit_owner=webmaster.pk, amount=amount, currency="USD", reason=reason, key=self._key(),
        )  # fmt: skip
        self.confirm(Adjustment.objects.latest("pk"))

    def writes_off(self, shop, amount, reason):
        path = f"/manager/advertisers/{shop.advertiser.pk}/write-off/"
        self.post(self.people.finance, path, amount=amount, currency="USD", reason=reason, key=self._key())
        self.confirm(Adjustment.objects.latest("pk"))

    def exchanges(self, person, amount, *, usd_for_one_eur) -> str:
        """Dollars become euros at today's rate; the network keeps 1 %."""
        now = timezone.now()
        save_rules(source_url="", max_age_days=4, spread=100, actor=None, now=now)
        line = f"{now.date()},USD,EUR,{usd_for_one_eur},1"
        head = "date,base,currency,base_amount,currency_amount"
        import_rates(content=f"{head}\n{line}\n".encode(), actor=None, now=now)
        fields = {"source": "USD", "target": "EUR", "amount": amount, "key": self._key()}
        self.post(person, "/webmaster/exchanges/", **fields)
        return to_text(CurrencyExchange.objects.latest("pk").bought, "EUR")

    # -- the books

    def trial_balance(self, day: str, currency="USD") -> dict[str, tuple[str, str]]:
        """{account: (debit, credit)} at the end of a day, out of the file the page gives; both sums under "Total"."""
        rows = self._file("/manager/trial-balance/", at=f"2026-{day}T23:59")
        rows = [row for row in rows if row[1] == currency]
        return {row[0]: (_amount(row[3]), _amount(row[4])) for row in rows}

    def profit(self, since: str, until: str, currency="USD") -> dict[str, str]:
        """The line of the network for a period, its zeros left out."""
        head, *rows = self._file("/manager/profit/", since=f"2026-{since}", until=f"2026-{until}")
        row = next(row for row in rows if (row[0], row[2]) == ("Total", currency))
        return {name: _amount(value) for name, value in zip(head, row, strict=True) if _amount(value)}

    def _file(self, path, **query):
        client = client_of(self.people.finance.user, "alpha.test")
        answer = client.get(path, query | {"file": "xlsx"})
        assert answer.status_code == 200
        book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
        return book.get_sheet_by_index(0).to_python()

    def money(self, webmaster, currency="USD") -> dict[str, str]:
        """What is not zero of the journey of his money."""
        found = webmaster_money(affiliate_id=webmaster.pk, currency=currency)
        return {name: to_text(getattr(found, name), currency) for name in JOURNEY if getattr(found, name)}

    def owes(self, shop) -> tuple[str, str]:
        """(deposit, owed) of an advertiser."""
        deposit, owed = advertiser_balance(advertiser_id=shop.advertiser.pk, currency="USD")
        return to_text(deposit, "USD"), to_text(abs(owed), "USD")

    def faults(self) -> list[str]:
        """What is wrong with the books: the nightly check."""
        found = examine_books(network_id=self.network.pk, now=timezone.now())
        return [each.name for each in found if not each.holds]


def _amount(value) -> str:
    return f"{value:.2f}" if isinstance(value, float) and value else ""
