"""What happens to the money of shops and webmasters in the random runs: brought, given back, invoiced, adjusted,
exchanged."""

from datetime import timedelta
from fractions import Fraction

from payouts.currencies.services.exchange import exchange, exchange_into_wallet
from payouts.currencies.services.rates import import_rates
from payouts.services import adjustments, deposits, invoices
from tests.payouts.money_model import COIN
from tests.payouts.money_reached import REACHED
from tests.payouts.money_world import CURRENCIES, NUMBERS, SPREAD

DOLLARS = {"USD": Fraction(1), "EUR": Fraction(11, 10), "JPY": Fraction(1, 150)}
DIGITS = {"USD": 4, "EUR": 4, "JPY": 2}


def bought_for(sold, source, target):
    """What the network gives for it: counted as a fraction, rounded down once."""
    exact = Fraction(sold, 10 ** DIGITS[source]) * DOLLARS[source] / DOLLARS[target] * 10 ** DIGITS[target]
    return int(exact * (10_000 - SPREAD) / 10_000)


class ShopEvents:
    """Advertisers bring money, take it back, are invoiced, and do not pay."""

    def deposit(self, who, code, coins, again):
        shop, amount, key = self.shops[who % 2], coins * COIN, f"paid-{next(NUMBERS)}"
        for _ in range(1 + again):
            assert self.attempt(
                deposits.record_deposit, advertiser=shop, amount=amount, currency=code, reference="Bank",
                idempotency_key=key, actor=self.first,
            )  # fmt: skip
        self._shop_money(shop, code, amount, "cash", "deposit")

    def refund(self, who, code, coins):
        shop, amount = self.shops[who % 2], coins * COIN
        done = self.attempt(
            deposits.refund_deposit, advertiser=shop, amount=amount, currency=code, reason="Asked for",
            idempotency_key=f"back-{next(NUMBERS)}", actor=self.first,
        )  # fmt: skip
        assert done == (amount <= self.model.shop_money()[shop.pk, code])
        self._shop_money(shop, code, -amount if done else 0, "cash", "refund")

    def write_off(self, who, code, amount):
        shop = self.shops[who % 2]
        found = adjustments.propose_write_off(
            advertiser=shop, currency=code, amount=amount, reason="Bankrupt", actor=self.first, now=self.now,
            idempotency_key=f"loss-{next(NUMBERS)}",
        )  # fmt: skip
        assert not self.attempt(adjustments.confirm, adjustment_id=found.pk, actor=self.first)
        done = self.attempt(adjustments.confirm, adjustment_id=found.pk, actor=self.second)
        assert done == (amount <= -self.model.shop_money()[shop.pk, code])
        self._shop_money(shop, code, amount if done else 0, "bad_debt", "write_off")

    def _shop_money(self, shop, code, amount, against, event):
        self.model.shops[shop.pk, code] += amount
        self.model.moved[against, 0, code] -= amount
        if amount:
            self.papers.settle(shop.pk, code)
        REACHED["money", event, "made" if amount else "refused"] += 1

    def invoice(self, who, code):
        """Everything that waits for an invoice or a credit note is issued."""
        shop, today = self.shops[who % 2], self.now.date()
        drafts = self.made(
            invoices.make_drafts, advertiser=shop, currency=code, since=today - timedelta(days=40),
            until=today + timedelta(days=1), actor=self.first,
        ) or []  # fmt: skip
        expected = [rows for rows in self.papers.open_amounts(shop.pk, code) if rows]
        assert [draft.total for draft in drafts] == [sum(rows.values()) for rows in expected]
        for draft, rows in zip(drafts, expected, strict=True):
            assert self.made(invoices.issue, invoice_id=draft.pk, expected_total=draft.total, actor=self.first)
            self.papers.issue(draft.pk, shop.pk, code, rows)
            REACHED["money", "invoice", "invoice" if draft.total > 0 else "credit note"] += 1

    def cancel_invoice(self, which, again):
        if not self.papers.all:
            return
        paper = self.papers.all[which % len(self.papers.all)]
        may, was = paper.is_invoice, paper.status
        given = {"invoice_id": paper.pk, "reason": "Wrong address", "actor": self.first}
        notes = [self.made(invoices.cancel, **given) for _ in range(1 + again)]
        assert all(bool(note) == may for note in notes)
        if may and was != "cancelled":
            self.papers.cancel(paper, notes[0].pk)
        REACHED["money", "cancel_invoice", was if may else "refused"] += 1


class PurseEvents:
    """Webmasters' own money moves by hand and between currencies."""

    def adjust(self, who, code, amount, gives):
        """A bonus, or money taken back: beyond what is available it becomes a debt."""
        webmaster = self.webmasters[who % len(self.webmasters)]
        sides = [("cost", 0), ("available", webmaster.pk)]
        debit, credit = sides if gives else reversed(sides)
        found = adjustments.propose(
            debit=debit, credit=credit, currency=code, amount=amount, reason="Agreed", actor=self.first, now=self.now,
            idempotency_key=f"hand-{next(NUMBERS)}",
        )  # fmt: skip
        assert all(self.attempt(adjustments.confirm, adjustment_id=found.pk, actor=self.second) for _ in range(2))
        sign = 1 if gives else -1
        self.model.free[webmaster.pk, code] += sign * amount
        self.model.moved["cost", 0, code] -= sign * amount
        REACHED["money", "bonus" if gives else "fine", "made"] += 1

    def exchange(self, who, pair, part):
        """All, half, or more than there is of one currency into another."""
        webmaster = self.webmasters[who % len(self.webmasters)]
        source, target = [(one, two) for one in CURRENCIES for two in CURRENCIES if one != two][pair % 6]
        free = self.model.free_money()[webmaster.pk, source]
        sold = max(free // part if part < 3 else free + 1, 1)
        self._rates()
        made = self.made(exchange, affiliate=webmaster, source=source, target=target, amount=sold, actor=None,
                         idempotency_key=f"fx-{next(NUMBERS)}")  # fmt: skip
        bought = bought_for(sold, source, target)
        assert bool(made) == (sold <= free and bought > 0)
        if made:
            assert made.bought == bought
            self._exchanged(webmaster.pk, sold, source, bought, target)
        REACHED["money", f"exchange {source}→{target}", "made" if made else "refused"] += 1

    def exchange_into_wallets(self):
        """What the clock does for those who want all their money in one currency."""
        self._rates()
        for wallet in self.choose_wallets():
            made = exchange_into_wallet(wallet=wallet, now=self.now)
            purses, owner, target = self.model.free_money(), wallet.affiliate_id, wallet.currency
            sold = {code: purses[owner, code] for code in CURRENCIES if code != target and purses[owner, code] > 0}
            bought = {code: bought_for(units, code, target) for code, units in sold.items()}
            assert {each.source: each.bought for each in made} == {
                code: units for code, units in bought.items() if units
            }
            for each in made:
                self._exchanged(owner, sold[each.source], each.source, bought[each.source], target)
            REACHED["money", f"wallet {target}", "made" if made else "nothing"] += 1

    def _rates(self):
        if self.now.date() not in self.rate_days:
            self.rate_days.add(self.now.date())
            head, day = "date,base,currency,base_amount,currency_amount\n", self.now.date()
            rows = f"{day},USD,EUR,1.1,1\n{day},USD,JPY,1,150\n"
            import_rates(content=f"{head}{rows}".encode(), actor=None, now=self.now)

    def _exchanged(self, owner, sold, source, bought, target):
        self.model.free[owner, source] -= sold
        self.model.free[owner, target] += bought
        self.model.moved["position", 0, source] += sold
        self.model.moved["position", 0, target] -= bought
