"""What happens to payouts in the random runs of money: by registers and people, and by a rail."""

from itertools import product

from payouts.models import Payout as Row
from payouts.rails.words import Answer, Outcome
from payouts.services import batches, notices, outcomes, requests
from payouts.services.sending import look_up_due, submit_due
from tests.payouts.money_model import COIN, Payout
from tests.payouts.money_reached import REACHED, rarest
from tests.payouts.money_world import CURRENCIES, NUMBERS


class ToldRail:
    """A rail that knows of every reference what the dice have told it, and nothing of the others."""

    def __init__(self):
        self.next, self.known = Outcome.ACCEPTED, {}

    def submit(self, **order) -> Answer:
        return Answer(self.next)

    def look_up(self, *, reference) -> Answer:
        return Answer(self.known.get(reference, Outcome.NO_ANSWER))


RAIL = ToldRail()
AT_ONCE = ("accepted", "accepted", "no_answer", "no_answer", "paid", "failed", "never_received")
LATER = ("accepted", "paid", "paid", "failed", "returned", "never_received", "never_received", "no_answer")


class PayoutEvents:
    """Webmasters ask, the staff gathers, confirms, sends and writes down; a rail says what it says."""

    def request(self, who, code, part, again, by_rail):
        """All, half or a coin more than there is; maybe twice with the same key."""
        webmaster, purses = self.webmasters[who % len(self.webmasters)], self.model.free_money()
        if again:  # whoever has most: or hardly anybody would ever have enough
            pairs = list(product(self.webmasters, CURRENCIES))
            enough = [pair for pair in pairs if by_rail and pair[1] == "USD" and purses[pair[0].pk, "USD"] >= 100_000]
            webmaster, code = max(enough or pairs, key=lambda pair: purses[pair[0].pk, pair[1]])
        free = purses[webmaster.pk, code]
        amount = free // part // COIN * COIN if part < 3 else max(free // COIN + 1, 1000) * COIN
        is_rails = by_rail and code == "USD"
        details, key = self.details[webmaster.pk, code, is_rails], f"key-{next(NUMBERS)}"
        given = {"affiliate": webmaster, "details_id": details.pk, "amount": amount, "idempotency_key": key}
        made = [self.made(requests.request_payout, **given, actor=None) for _ in range(1 + again)]
        assert all(bool(each) == (100_000 <= amount <= free) for each in made)
        assert len({each.pk for each in made if each}) <= 1
        if made[0]:
            payout = Payout(made[0].pk, webmaster.pk, code, details.method_id, amount, is_rails)
            assert payout.fee == made[0].fee
            self.model.payouts.append(payout)
        REACHED["money", "request", "made" if made[0] else "refused"] += 1

    def payout(self, event, a, where_it_may):
        """Any event at any payout: what its state does not allow is refused and moves nothing."""
        ready = [payout for payout in self.model.payouts if payout.may(event)] if where_it_may else []
        payout = rarest(ready or self.model.payouts, lambda each: self._met(each, event), a)
        if payout is None:
            return
        REACHED[self._met(payout, event)] += 1
        service, arguments = self._payout_call(payout, event)
        if not service:
            return
        made = self.made(service, **arguments)
        assert made is not None or not payout.may(event)
        if payout.may(event):
            payout.do(event)
            payout.batch = made.pk if event == "gather" else payout.batch

    @staticmethod
    def _met(payout, event):
        return "rail" if payout.is_rails else "payout", payout.state, event

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

    def submit(self, size):
        """The next payout that is due is handed to the rail."""
        due = Row.objects.filter(status="approved", submit_at__lte=self.now, batch__status="sent")
        first = due.order_by("submit_at", "id").first()
        RAIL.next = Outcome(AT_ONCE[size % len(AT_ONCE)])
        assert submit_due(network_id=self.network_id, now=self.now, limit=1) == bool(first)
        if first:
            payout = next(each for each in self.model.payouts if each.pk == first.pk)
            REACHED["rail", payout.state, f"→{RAIL.next}"] += 1
            payout.submit(RAIL.next, self.now)

    def rail_tells(self, a, size):
        """A notice of the rail, or somebody who asks: it is looked up, with all others whose time has come."""
        asked = [payout for payout in self.model.payouts if payout.attempt]
        outcome = LATER[size % len(LATER)]
        payout = rarest(asked, lambda each: self._met(each, f"says {outcome}"), a)
        if payout is None:
            return
        REACHED[self._met(payout, f"says {outcome}")] += 1
        RAIL.known = {Row.objects.get(pk=payout.pk).reference: Outcome(outcome)}
        assert self.made(notices.ask_the_rail, payout_id=payout.pk, actor=self.first)
        assert look_up_due(network_id=self.network_id, now=self.now, limit=100) < 100
        payout.told(outcome, self.now)
