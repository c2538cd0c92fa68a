"""Several processes that post journals of all kinds over the same few accounts: for a test and for a figure."""

import multiprocessing
import random
from collections import Counter
from datetime import UTC, datetime

from django.db import IntegrityError, OperationalError, connections

from cpanet.ledger import postings
from cpanet.ledger.journal import NotEnough
from cpanet.tenancy.scope import network_scope

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WEBMASTERS, ADVERTISERS, RAILS, CURRENCIES = range(1, 7), range(1, 4), (1, 2), ("USD", "EUR")


class Clerk:
    """Posts one journal after another, each in its own transaction: his own leads and payouts, everybody's accounts.

    What he may do next depends on what his leads and payouts have come to, as it does in the services.
    """

    def __init__(self, network_id: int, name: str, seed: int):
        self.network_id, self.name, self.chance = network_id, name, random.Random(seed)
        self.number, self.said = 0, Counter()
        self.held, self.released, self.requested, self.sent, self.paid, self.posted = [], [], [], [], [], []

    def post(self, journals: int) -> Counter:
        """So many new journals. The counter: kinds posted, refused, repeated, and what must never be."""
        made = 0
        while made < journals:
            made += self._try(self.chance.choice(self._possible()))
        return self.said

    def _possible(self):
        choices = [self._approve] * 3 + [self._deposit, self._request]
        choices += [self._release, self._lower] if self.held else []
        choices += [self._claw_back] if self.released else []
        choices += [self._reject, self._send] if self.requested else []
        choices += [self._confirm, self._fail] if self.sent else []
        choices += [self._return] if self.paid else []
        return choices + ([self._repeat] if self.posted else [])

    def _try(self, step) -> int:
        """1 for a new journal, else 0."""
        try:
            with network_scope(self.network_id):
                is_new = step()
        except NotEnough:
            self.said["refused"] += 1
            return 0
        except (IntegrityError, OperationalError) as error:
            self.said["deadlocks" if "deadlock" in str(error) else "violations"] += 1
            self.said[f"{step.__name__}: {str(error)[:300]}"] += 1
            raise
        finally:
            connections["default"].close_if_unusable_or_obsolete()
        self.said[step.__name__.strip("_")] += 1
        return is_new

    def _do(self, event, **arguments):
        self.number += 1
        given = {"key": f"{self.name}:{self.number}", "subject": f"storm:{self.number}", "actor": None}
        call = (getattr(postings, event), given | {"effective_at": AT} | arguments)
        call[0](**call[1])
        self.posted = [*self.posted[-20:], call]
        return 1

    def _repeat(self):
        event, arguments = self.chance.choice(self.posted)
        event(**arguments)
        return 0

    def _units(self, most=900_000):
        return self.chance.randint(1, most)

    def _approve(self):
        worth, referral = self._units(), None
        webmaster, referrer = self.chance.sample(WEBMASTERS, 2)  # nobody refers himself
        if self.chance.random() < 0.3:
            referral = postings.Share(referrer, worth // 10)
        lead = {
            "affiliate_id": webmaster, "advertiser_id": self.chance.choice(ADVERTISERS),
            "currency": self.chance.choice(CURRENCIES), "worth": worth, "referral": referral,
        }  # fmt: skip
        done = self._recognise(lead, revenue=2 * worth, hold=worth, referral=referral)
        self.held.append(lead)
        return done

    def _recognise(self, lead, *, revenue, hold=0, released=0, referral=None):
        who = {name: lead[name] for name in ("affiliate_id", "advertiser_id", "currency")}
        amounts = {"revenue_change": revenue, "hold_change": hold, "released_change": released}
        return self._do("recognise", **who, **amounts, referral=referral)

    def _take(self, rows):
        return rows.pop(self.chance.randrange(len(rows)))

    def _release(self):
        lead = self._take(self.held)
        self.released.append(lead)
        who = {name: lead[name] for name in ("affiliate_id", "currency")}
        return self._do("release", **who, amount=lead["worth"], referral=lead["referral"])

    def _lower(self):
        lead = self._take(self.held)
        return self._recognise(lead, revenue=-2 * lead["worth"], hold=-lead["worth"], referral=_back(lead, held=True))

    def _claw_back(self):
        lead = self._take(self.released)
        return self._recognise(lead, revenue=-2 * lead["worth"], released=-lead["worth"], referral=_back(lead))

    def _request(self):
        payout = {"affiliate_id": self.chance.choice(WEBMASTERS), "currency": self.chance.choice(CURRENCIES)}
        payout["amount"] = self._units()
        self._do("request_payout", **payout)
        self.requested.append(payout)
        return 1

    def _reject(self):
        return self._do("reject_payout", **self._take(self.requested))

    def _send(self):
        payout = self._take(self.requested)
        fee, rail = payout["amount"] // 50, self.chance.choice(RAILS)
        self.sent.append((payout, fee, rail))
        return self._do("send_payout", **payout, fee=fee, rail=rail)

    def _confirm(self):
        payout, fee, rail = self._take(self.sent)
        self.paid.append((payout, fee, rail))
        return self._do("confirm_payout", currency=payout["currency"], amount=payout["amount"] - fee, rail=rail)

    def _fail(self):
        return self._came_back(*self._take(self.sent), was_paid=False)

    def _return(self):
        return self._came_back(*self._take(self.paid), was_paid=True)

    def _came_back(self, payout, fee, rail, *, was_paid):
        given = payout | {"amount": payout["amount"] - fee, "rail": rail, "fee": 0 if was_paid else fee}
        return self._do("fail_payout", **given, was_paid=was_paid)

    def _deposit(self):
        who = {"advertiser_id": self.chance.choice(ADVERTISERS), "currency": self.chance.choice(CURRENCIES)}
        return self._do("record_deposit", **who, amount=self._units(2_000_000))


def _back(lead, *, held=False):
    share = lead["referral"]
    return share and postings.Share(share.affiliate_id, *((-share.hold, 0) if held else (0, -share.hold)))


def blow(*, network_id: int, processes: int, journals: int, seed: int) -> Counter:
    """`journals` in all over so many processes; the counters of all clerks together. Call it outside transactions."""
    shares = [journals // processes + (place < journals % processes) for place in range(processes)]
    return sum(together(_work, [(network_id, f"p{place}", seed + place, share) for place, share in enumerate(shares)]),
               Counter())  # fmt: skip


def together(work, arguments: list[tuple]) -> list:
    """`work` with each of the arguments in a process of its own (forked: with the settings, not the connections)."""
    connections.close_all()
    with multiprocessing.get_context("fork").Pool(len(arguments)) as pool:
        return pool.starmap(work, arguments, chunksize=1)


def _work(network_id, name, seed, journals):
    clerk = Clerk(network_id, name, seed)
    try:
        return clerk.post(journals)
    except (IntegrityError, OperationalError):
        return clerk.said
    finally:
        connections.close_all()
