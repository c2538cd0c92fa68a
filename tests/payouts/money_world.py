"""The network of the random runs of money: its people, offers and methods, and what is asked of it after each event."""

from collections import defaultdict
from contextlib import ExitStack
from datetime import timedelta
from itertools import count, product

from django.db import connection, transaction

from cpanet.core.errors import DomainError
from cpanet.tenancy.scope import network_scope
from payouts.books import ALL, examine_books
from payouts.currencies.services.exchange import choose_wallet
from payouts.currencies.services.rates import save_rules
from payouts.services.terms import save_terms
from tests import factories
from tests.factories import NOW
from tests.payouts import story
from tests.payouts.money_model import Model
from tests.payouts.money_papers import Papers

CURRENCIES = ("USD", "EUR", "JPY")
HOLD = timedelta(days=story.HOLD_DAYS)
COOLED_OFF = timedelta(days=3)  # the details are old enough: a bonus of the first day may be gathered at once
PERCENT = 777  # basis points: parts that are no whole units
SPREAD = 150
NUMBERS = count(1)
IBANS = (
    story.IBAN, story.OTHER_IBAN, "FR14 2004 1010 0505 0001 3M02 606", "NL91 ABNA 0417 1643 00",
)  # fmt: skip
# What the books say, asked after every event: one statement, planned once. Rows of (about what, word, id, currency, two
# numbers); the last are the names of the invariants that do not hold.
_TOLD = """
SELECT 'account', kind, owner_id, currency, balance, 0 FROM ledger_account WHERE network_id = $1 AND balance <> 0
UNION ALL SELECT 'paper', status, id, '', total, settled FROM payouts_invoice WHERE network_id = $1
UNION ALL SELECT 'dispute', '', id, '', 0, 0 FROM tracking_dispute WHERE network_id = $1 AND state = 'open'
UNION ALL SELECT 'funded', '', id, '', 0, 0 FROM tracking_conversion WHERE network_id = $1 AND funded_at IS NOT NULL
UNION ALL SELECT 'doubted', '', id, '', 0, 0 FROM payouts_payout WHERE network_id = $1 AND attention <> ''
"""
_BROKEN = "UNION ALL SELECT 'broken', '{name}', 0, '', 0, 0 WHERE EXISTS ({sql})\n"


def _told_by_the_books() -> str:
    asked = "".join(_BROKEN.format(name=each.name, sql=each.sql) for each in ALL)
    return _TOLD + asked.replace("%(network)s", "$1").replace("%(now)s", "$2").replace("%%", "%")


class Stage:
    """The network before anything has happened to it, made once for all runs; `close` leaves nothing behind."""

    def __init__(self):
        self.stack = ExitStack()
        self._prepare()
        self.stack.enter_context(transaction.atomic())
        self.stack.callback(transaction.set_rollback, True)
        network = factories.network(name="Machine", host="machine.test")
        self.network_id = network.pk
        self.stack.enter_context(network_scope(network.pk))
        self._people()
        self._methods()
        self._offers()

    def close(self):
        self.stack.close()

    def _prepare(self):
        with connection.cursor() as cursor:
            cursor.execute("SET plan_cache_mode = force_generic_plan")
            cursor.execute(f"PREPARE told (bigint, timestamptz) AS {_told_by_the_books()}")
        self.stack.callback(self._forget)

    @staticmethod
    def _forget():
        with connection.cursor() as cursor:
            cursor.execute("DEALLOCATE told; RESET plan_cache_mode")

    def _people(self):
        """Bob has referred Carol, for a part of what she earns; Alice has referred Dave, for one of the margin."""
        self.first, self.second = factories.user(), factories.user()
        alice, bob = factories.affiliate(name="Alice"), factories.affiliate(name="Bob")
        carol, dave = factories.affiliate(name="Carol", referrer=bob), factories.affiliate(name="Dave", referrer=alice)
        self.webmasters, self.bases = [alice, bob, carol, dave], {carol.pk: "earning", dave.pk: "margin"}
        story.refer(percent=PERCENT)
        story.refer(percent=PERCENT, base="margin", referrer=alice)
        save_rules(source_url="", max_age_days=3, spread=SPREAD, actor=None, now=NOW)
        self.wallets = {bob.pk: "EUR", carol.pk: "USD", dave.pk: "JPY"}
        self.shops = [factories.advertiser(), factories.advertiser()]
        save_terms(advertiser=self.shops[0], mode="prepaid", actor=self.first, now=NOW)
        save_terms(advertiser=self.shops[1], mode="postpaid", actor=self.first, now=NOW)

    def _methods(self):
        """In each currency a register, in dollars also a rail; `details` by (webmaster, currency, is it the rail)."""
        methods = {(code, False): story.method(currency=code) for code in CURRENCIES}
        methods["USD", True] = story.method(kind="email_wallet", rail="simulated")
        self.details = {
            (person.pk, *key): story.payable(
                person, method, account=f"w{place}@pay.example" if key[1] else iban, at=NOW - COOLED_OFF
            )
            for place, (person, iban) in enumerate(zip(self.webmasters, IBANS, strict=True))
            for key, method in methods.items()
        }

    def _offers(self):
        self.offers = []
        for shop in self.shops:
            for code, waits in product(CURRENCIES, (False, True)):
                offer = factories.offer(advertiser=shop, currency=code, hold_days=story.HOLD_DAYS, needs_funding=waits)
                worth = ("6000.07", "4500.03") if code == "JPY" else ("60.0007", "45.0003")
                factories.goal(offer=offer, revenue=worth[0], earning=worth[1])
                self.offers.append((offer, waits))


class World:
    """One run on the stage, in a transaction of its own that is rolled back; `model` is its second telling."""

    stage = None

    def __init__(self):
        super().__init__()
        self.now, self.rate_days, self.steps = NOW, set(), 0
        self.model = Model()
        self.papers, self.bulks = Papers(self.model), []
        for name in ("network_id", "first", "second", "webmasters", "bases", "wallets", "shops", "details", "offers"):
            setattr(self, name, getattr(self.stage, name))
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.stack.callback(transaction.set_rollback, True)

    def choose_wallets(self):
        """Once there are rates: before, no currency is known."""
        people = {person.pk: person for person in self.webmasters}
        return [
            choose_wallet(affiliate=people[pk], currency=code, actor=None, now=self.now)
            for pk, code in self.wallets.items()
        ]

    def made(self, service, **arguments):
        """What the service answers, None where it refuses."""
        try:
            return service(now=self.now, **arguments)
        except DomainError:
            return None

    def attempt(self, service, **arguments) -> bool:
        return self.made(service, **arguments) is not None

    def check(self):
        """What a commit would find, every balance and paper against the model, every invariant."""
        told = self._told()
        found = {tuple(row[:3]): row[3] for row in told["account"]}
        expected = self.model.balances()
        assert found == expected, set(found.items()) ^ set(expected.items())
        assert {pk: (status, *sums) for status, pk, _, *sums in told["paper"]} == self.papers.told()
        disputes = {pk for lead in self.model.leads for pk in lead.disputes}
        assert {row[1] for row in told["dispute"]} == disputes
        self._hear_whose_turn_it_is(told)
        if broken := {row[0] for row in told["broken"]}:
            findings = examine_books(network_id=self.network_id, now=self.now)
            raise AssertionError([(each.name, each.examples) for each in findings if each.name in broken])

    def _told(self) -> dict:
        """What the books say, by what it is about; after what a commit would check."""
        told = defaultdict(list)
        with connection.cursor() as cursor:
            cursor.execute(
                "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED; EXECUTE told (%s, %s)",
                [self.network_id, self.now],
            )
            for about, *row in cursor.fetchall():
                told[about].append(row)
        return told

    def _hear_whose_turn_it_is(self, told):
        """Which leads are paid for, and which payouts their rail leaves to a person, is the product's word; but where
        nothing is owed, all that are approved must be paid for."""
        funded = {row[1] for row in told["funded"]}
        net = self.model.shop_money()
        for lead in self.model.leads:
            lead.is_funded = lead.pk in funded
            is_clear = net[lead.shop, lead.currency] >= 0 and lead.status == "approved"
            assert lead.is_funded or not (is_clear and lead.needs_funding)
        doubted = {row[1] for row in told["doubted"]}
        for payout in self.model.payouts:
            payout.is_doubted = payout.pk in doubted
