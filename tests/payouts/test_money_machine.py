"""Everything that can happen to money, in random order, against an independent model; the books are asked each time.

MONEY_RUNS, MONEY_STEPS, MONEY_SEED: size and seed. A short round each time, 200 × 50 with `--run-slow`.
"""

import os
import random
from contextlib import ExitStack
from datetime import timedelta
from itertools import count, product

import hypothesis
import pytest
from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from cpanet.core.errors import DomainError
from cpanet.ledger.models import Account
from cpanet.tenancy.scope import network_scope
from payouts.books import examine_books
from payouts.currencies.services.exchange import exchange
from payouts.currencies.services.rates import import_rates
from payouts.services import adjustments, batches, deposits, outcomes, requests
from payouts.services.terms import save_terms
from tests import factories
from tests.factories import NOW
from tests.payouts import story
from tests.payouts.money_model import COIN, PAYOUT_EVENTS, Lead, Model, Part, Payout
from tests.payouts.money_reached import EVENTS, LEAD_EVENTS, LEAD_STATES, REACHED, STORY, one_of, table
from tracking.models import Conversion
from tracking.services.blocks import block_lead, unblock_lead
from tracking.services.conversions import Action, record_conversion
from tracking.services.decisions import decide
from tracking.services.holds import release_due_holds

RUNS, STEPS, SEED = (int(os.environ.get(f"MONEY_{name}", usual)) for name, usual in
                     (("RUNS", 6), ("STEPS", 30), ("SEED", 20_261_122)))  # fmt: skip
CURRENCIES = ("USD", "EUR")
HOLD = timedelta(days=story.HOLD_DAYS)
PERCENT = 777  # basis points: parts that are no whole units
_hosts = count(1)
seeds = st.integers(0, 2**32 - 1)


def _draw(chance):
    return chance.randrange(1000), chance.randrange(1000), chance.randint(1, 900_000)


class MoneyMachine(RuleBasedStateMachine):
    """One network with its people, to which everything happens that somebody, or the clock, may do."""

    def __init__(self):
        super().__init__()
        self.stack, self.model, self.now, self.rate_days, self.steps = ExitStack(), Model(), NOW, set(), 0
        self.stack.enter_context(transaction.atomic())
        self.stack.callback(transaction.set_rollback, True)  # a run leaves nothing behind
        number = next(_hosts)
        network = factories.network(name=f"Network {number}", host=f"machine{number}.test")
        self.network_id = network.pk
        self.stack.enter_context(network_scope(network.pk))
        self._people()
        self._offers()

    def _people(self):
        self.first, self.second = factories.user(), factories.user()
        alice, bob = factories.affiliate(name="Alice"), factories.affiliate(name="Bob")
        self.webmasters = [alice, bob, factories.affiliate(name="Carol", referrer=bob)]
        self.shops = [factories.advertiser(), factories.advertiser()]
        save_terms(advertiser=self.shops[0], mode="prepaid", actor=self.first, now=NOW)
        save_terms(advertiser=self.shops[1], mode="postpaid", actor=self.first, now=NOW)
        story.refer(percent=PERCENT)
        methods = {code: story.method(currency=code) for code in CURRENCIES}
        accounts = [story.IBAN, story.OTHER_IBAN, "FR14 2004 1010 0505 0001 3M02 606"]
        self.details = {
            (person.pk, code): story.payable(person, methods[code], account=account)
            for person, account in zip(self.webmasters, accounts, strict=True)
            for code in CURRENCIES
        }

    def _offers(self):
        self.offers = []
        for shop in self.shops:
            for code, waits in (("USD", False), ("EUR", False), ("USD", True)):
                offer = factories.offer(advertiser=shop, currency=code, hold_days=story.HOLD_DAYS, needs_funding=waits)
                factories.goal(offer=offer, revenue="60.0007", earning="45.0003")
                self.offers.append((offer, waits))

    def teardown(self):
        self.stack.close()

    @initialize(number=seeds)
    def begin(self, number):
        """Some leads to decide about, and a part of the usual story, so that runs start at every age."""
        chance = random.Random(f"begin {number}")
        for who in range(4):
            self.happens("lead", chance.randrange(6), who, 1, False)
        for event in STORY[: chance.choice((0, 5, 8, len(STORY), len(STORY)))]:
            self.happens(event, *_draw(chance), True)

    @rule(number=seeds)
    def next_event(self, number):
        """Drawn evenly: hypothesis by itself likes few events and the same numbers."""
        self.steps += 1
        chance = random.Random(f"{self.steps} {number}")
        self.happens(chance.choice(EVENTS), *_draw(chance), chance.random() < 0.6)

    def happens(self, event, a, b, size, again):
        """One event. `a` and `b` say to whom, `size` how much, `again` whether a second time or where it may be."""
        hypothesis.note(f"{event}: {a}, {b}, {size}, {again}")
        if event in ("approve", "lower", "raise", "decline"):
            self.decide(self._lead(a, b, event), event, size, "manager" if size % 5 == 0 else "advertiser")
        elif event in ("block", "unblock"):
            getattr(self, event)(self._lead(a, b, event))
        elif event in PAYOUT_EVENTS:
            self.payout(event, a, b, again)
        else:
            self._of_money(event, a, b, size, again)
        self.check()

    def _of_money(self, event, a, b, size, again):
        code = CURRENCIES[b % 2]
        calls = {
            "lead": lambda: self.lead(a, b),
            "release": self.release,
            "time_passes": lambda: self.time_passes((1, 24, 24 * 8, 24 * 15)[a % 4]),
            "the_next_hold_is_over": self.the_next_hold_is_over,
            "request": lambda: self.request(a, code, (1, 2, 2, 3)[size % 4], again),
            "deposit": lambda: self.deposit(a, code, size // 100 + 1, again),
            "refund": lambda: self.refund(a, code, size // 200 + 1),
            "write_off": lambda: self.write_off(a, code, size),
            "bonus": lambda: self.adjust(a, code, size // 3 + 1, True),
            "fine": lambda: self.adjust(a, code, size // 3 + 1, False),
            "exchange": lambda: self.exchange(a, 1 + size % 3),
        }
        calls[event]()

    def lead(self, offer, who):
        offer, waits = self.offers[offer % len(self.offers)]
        webmaster = self.webmasters[who % len(self.webmasters)]
        link = story._link(offer, webmaster)
        click, goal = factories.click(link=link, at=self.now), offer.goals.get()
        action = Action(goal, f"order-{next(_hosts)}", None, "", False, "")
        row = record_conversion(click=click, action=action, now=self.now).conversion
        assert (row.revenue, row.earning, row.hold_until) == (600_007, 450_003, self.now + HOLD)
        referral = Part(webmaster.referrer_id) if webmaster.referrer_id else None
        self.model.leads.append(
            Lead(row.pk, row.advertiser_id, row.currency, 600_007, 450_003, row.hold_until, Part(webmaster.pk),
                 referral, PERCENT, needs_funding=waits)
        )  # fmt: skip

    def decide(self, lead, wish, worth, source):
        amounts = self._amounts(lead, wish, worth)
        status, reason = ("declined", "cancelled") if wish == "decline" else ("approved", "")
        decide(
            conversion_id=lead.pk, status=status, source=source, actor=None, now=self.now, reason=reason,
            revenue=amounts[0], earning=amounts[1],
        )  # fmt: skip
        lead.decide(status, source, *amounts, reason)

    def _amounts(self, lead, wish, worth):
        if wish == "lower":
            return worth * lead.revenue // 1_000_000, worth * lead.earning // 1_000_000
        return (lead.revenue + worth, lead.earning + worth // 2) if wish == "raise" else (None, None)

    def _lead(self, a, b, event):
        lead = one_of(self.model.leads, self._state, a, b)
        shop = "prepaid" if lead.shop == self.shops[0].pk else "postpaid"
        REACHED["lead", self._state(lead), event] += 1
        REACHED["pair", lead.currency, shop, "referral" if lead.referral else "no referral", event] += 1
        return lead

    def _state(self, lead):
        if lead.status != "approved":
            return lead.status
        if lead.is_blocked and lead.is_on_hold:
            return "blocked"
        if lead.is_on_hold and lead.own.released:
            return "mixed"
        if lead.is_on_hold:
            late = lead.hold_until <= self.now
            return ("due" if lead.is_due(self.now) else "unpaid_for") if late else "hold"
        paid = {each.owner for each in self.model.payouts if each.state == "paid"}
        return "after_payment" if lead.own.owner in paid else "released"

    def block(self, lead):
        done = self._attempt(block_lead, conversion_id=lead.pk, reason="Looked at", actor=self.first)
        assert done == (not lead.own.released or lead.own.held > 0)
        lead.is_blocked = lead.is_blocked or done

    def unblock(self, lead):
        assert self._attempt(unblock_lead, conversion_id=lead.pk, actor=self.first)
        lead.is_blocked = False

    def time_passes(self, hours):
        """The clock of the platform releases what is due; a second time releases nothing more."""
        self.now += timedelta(hours=hours)
        self.release()

    def the_next_hold_is_over(self):
        """Without the clock having come round yet: decisions meet leads that are due."""
        self.release()
        coming = [lead.hold_until for lead in self.model.leads if lead.is_on_hold and lead.hold_until > self.now]
        self.now = min(coming, default=self.now) + timedelta(minutes=1)

    def release(self):
        for _twice in range(2):
            release_due_holds(now=self.now)
        self.model.release(self.now)

    def request(self, who, code, part, again):
        """All, half or a coin more than there is; maybe twice with the same key."""
        webmaster, purses = self.webmasters[who % len(self.webmasters)], self.model.free_money()
        if again:  # whoever has most: or hardly anybody would ever have enough
            pairs = product(self.webmasters, CURRENCIES)
            webmaster, code = max(pairs, key=lambda pair: purses[pair[0].pk, pair[1]])
        free = purses[webmaster.pk, code]
        amount = free // part // COIN * COIN if part < 3 else max(free // COIN + 1, 1000) * COIN
        details, key = self.details[webmaster.pk, code], f"key-{next(_hosts)}"
        given = {"affiliate": webmaster, "details_id": details.pk, "amount": amount, "idempotency_key": key}
        made = [self._made(requests.request_payout, **given, actor=None) for _ in range(1 + again)]
        assert all(bool(each) == (100_000 <= amount <= free) for each in made)
        assert len({each.pk for each in made if each}) <= 1
        if made[0]:
            payout = Payout(made[0].pk, webmaster.pk, code, details.method_id, amount)
            assert payout.fee == made[0].fee
            self.model.payouts.append(payout)
        REACHED["money", "request", "made" if made[0] else "refused"] += 1

    def payout(self, event, a, b, where_it_may):
        """Any event at any payout: what its state does not allow is refused and moves nothing."""
        ready = [payout for payout in self.model.payouts if payout.may(event)] if where_it_may else []
        payout = one_of(ready or self.model.payouts, lambda each: each.state, a, b)
        if payout is None:
            return
        REACHED["payout", payout.state, event] += 1
        service, arguments = self._payout_call(payout, event)
        if not service:
            return
        made = self._made(service, **arguments)
        assert made is not None or not payout.may(event)
        if payout.may(event):
            payout.do(event)
            payout.batch = made.pk if event == "gather" else payout.batch

    def _payout_call(self, payout, event):
        one, why = {"payout_id": payout.pk, "actor": self.first}, {"reason": "Because"}
        many = {"payout_ids": [payout.pk], "actor": self.first}
        webmaster = next(each for each in self.webmasters if each.pk == payout.owner)
        calls = {
            "cancel": (requests.cancel_payout, {**one, "affiliate": webmaster}),
            "reject": (requests.reject_payout, one | why),
            "gather": (batches.create_batch, {**many, "method_id": payout.method}),
            "take_out": (batches.take_out, one),
            "paid": (outcomes.mark_paid, many),
            "failed": (outcomes.mark_failed, one | why),
            "unknown": (outcomes.mark_unknown, one | why),
            "returned": (outcomes.mark_returned, one | why),
        }
        if payout.batch:
            calls["confirm"] = (batches.confirm_batch, {"batch_id": payout.batch, "actor": self.second})
            calls["send"] = (batches.mark_sent, {"batch_id": payout.batch, "actor": self.first})
        return calls.get(event, (None, None))

    def deposit(self, who, code, coins, again):
        shop, amount, key = self.shops[who % 2], coins * COIN, f"paid-{next(_hosts)}"
        for _ in range(1 + again):
            assert self._attempt(
                deposits.record_deposit, advertiser=shop, amount=amount, currency=code, reference="Bank",
                idempotency_key=key, actor=self.first,
            )  # fmt: skip
        self._shop_money(shop, code, amount, "cash")
        REACHED["money", "deposit", "made"] += 1

    def refund(self, who, code, coins):
        shop, amount = self.shops[who % 2], coins * COIN
        done = self._attempt(
            deposits.refund_deposit, advertiser=shop, amount=amount, currency=code, reason="Asked for",
            idempotency_key=f"back-{next(_hosts)}", actor=self.first,
        )  # fmt: skip
        assert done == (amount <= self.model.shop_money()[shop.pk, code])
        self._shop_money(shop, code, -amount if done else 0, "cash")
        REACHED["money", "refund", "made" if done else "refused"] += 1

    def write_off(self, who, code, amount):
        shop = self.shops[who % 2]
        found = adjustments.propose_write_off(
            advertiser=shop, currency=code, amount=amount, reason="Bankrupt", actor=self.first, now=self.now,
            idempotency_key=f"loss-{next(_hosts)}",
        )  # fmt: skip
        assert not self._attempt(adjustments.confirm, adjustment_id=found.pk, actor=self.first)
        done = self._attempt(adjustments.confirm, adjustment_id=found.pk, actor=self.second)
        assert done == (amount <= -self.model.shop_money()[shop.pk, code])
        self._shop_money(shop, code, amount if done else 0, "bad_debt")
        REACHED["money", "write_off", "made" if done else "refused"] += 1

    def _shop_money(self, shop, code, amount, against):
        self.model.shops[shop.pk, code] += amount
        self.model.moved[against, 0, code] -= amount

    def adjust(self, who, code, amount, gives):
        """A bonus, or money taken back: beyond what is available it becomes a debt."""
        webmaster = self.webmasters[who % len(self.webmasters)]
        sides = [("cost", 0), ("available", webmaster.pk)]
        debit, credit = sides if gives else reversed(sides)
        found = adjustments.propose(
            debit=debit, credit=credit, currency=code, amount=amount, reason="Agreed", actor=self.first, now=self.now,
            idempotency_key=f"hand-{next(_hosts)}",
        )  # fmt: skip
        assert all(self._attempt(adjustments.confirm, adjustment_id=found.pk, actor=self.second) for _ in range(2))
        sign = 1 if gives else -1
        self.model.free[webmaster.pk, code] += sign * amount
        self.model.moved["cost", 0, code] -= sign * amount
        REACHED["money", "bonus" if gives else "fine", "made"] += 1

    def exchange(self, who, part):
        """Dollars into euros at 1.1 : 1."""
        webmaster = self.webmasters[who % len(self.webmasters)]
        free = self.model.free_money()[webmaster.pk, "USD"]
        sold = max(free // part if part < 3 else free + 1, 1)
        self._rates()
        made = self._made(exchange, affiliate=webmaster, source="USD", target="EUR", amount=sold, actor=None,
                          idempotency_key=f"fx-{next(_hosts)}")  # fmt: skip
        bought = sold * 10 * (10_000 - made.spread) // (11 * 10_000) if made else 0
        assert bool(made) == (sold <= free and sold > 1) or bought == 0
        if made:
            assert made.bought == bought
            self._exchanged(webmaster, sold, bought)
        REACHED["money", "exchange", "made" if made else "refused"] += 1

    def _rates(self):
        if self.now.date() not in self.rate_days:
            self.rate_days.add(self.now.date())
            head = "date,base,currency,base_amount,currency_amount\n"
            import_rates(content=f"{head}{self.now.date()},USD,EUR,1.1,1\n".encode(), actor=None, now=self.now)

    def _exchanged(self, webmaster, sold, bought):
        self.model.free[webmaster.pk, "USD"] -= sold
        self.model.free[webmaster.pk, "EUR"] += bought
        self.model.moved["position", 0, "USD"] += sold
        self.model.moved["position", 0, "EUR"] -= bought

    def _made(self, service, **arguments):
        """What the service answers, None where it refuses."""
        try:
            return service(now=self.now, **arguments)
        except DomainError:
            return None

    def _attempt(self, service, **arguments) -> bool:
        return self._made(service, **arguments) is not None

    def check(self):
        with connection.cursor() as cursor:  # what a commit would find
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        rows = Account.objects.exclude(balance=0).values_list("kind", "owner_id", "currency", "balance")
        found, expected = {tuple(row[:3]): row[3] for row in rows}, self.model.balances()
        assert found == expected, set(found.items()) ^ set(expected.items())
        self._ask_who_has_paid()
        findings = examine_books(network_id=self.network_id, now=self.now)
        broken = [f"{finding.name}: {finding.examples}" for finding in findings if not finding.holds]
        assert not broken, broken

    def _ask_who_has_paid(self):
        """Which leads are paid for is the product's word; where nothing is owed, all that are approved must be."""
        funded = set(Conversion.objects.filter(funded_at__isnull=False).values_list("pk", flat=True))
        net = self.model.shop_money()
        for lead in self.model.leads:
            lead.is_funded = lead.pk in funded
            is_clear = net[lead.shop, lead.currency] >= 0 and lead.status == "approved"
            assert lead.is_funded or not (is_clear and lead.needs_funding)


def play(runs, steps, report):
    """So many runs; then the table of what was reached."""
    hypothesis.seed(SEED)(MoneyMachine)
    quick = hypothesis.settings(
        max_examples=runs, stateful_step_count=steps, deadline=None, database=None, print_blob=True,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate, *([hypothesis.Phase.shrink] if os.environ.get("MONEY_SHRINK") else [])],
    )  # fmt: skip
    report(f"\nmoney machine: MONEY_SEED={SEED} MONEY_RUNS={runs} MONEY_STEPS={steps}")
    run_state_machine_as_test(MoneyMachine, settings=quick)
    for line in table():
        report(line)


def test_any_order_of_events_ends_with_the_models_balances(db, capsys):
    with capsys.disabled():
        play(RUNS, STEPS, print)
    assert len([key for key in REACHED if key[0] == "lead"]) >= RUNS * STEPS // 20  # it has gone somewhere at all


@pytest.mark.slow
def test_many_runs_reach_every_pair(db, capsys):
    with capsys.disabled():
        play(max(RUNS, 200), max(STEPS, 50), print)
    unreached = {(state, event) for state in LEAD_STATES for event in LEAD_EVENTS if not REACHED["lead", state, event]}
    assert not unreached
