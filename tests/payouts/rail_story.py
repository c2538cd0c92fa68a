"""Stories about rails: many payouts, a rail that misbehaves, time that passes. Nothing here runs in a transaction."""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from cpanet.core.money import to_text
from cpanet.tenancy.scope import network_scope
from payouts.books import examine_books
from payouts.models import Payout, PayoutAttempt
from payouts.rails.signing import signed_headers
from payouts.rails.simulated import SimulatedRail
from payouts.services import batches, sending
from payouts.services.sending import look_up_due, submit_due
from tests import factories
from tests.payouts import story
from tests.payouts.story import AFTER_HOLD

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WAIT_FOR_THE_RAIL = (MINUTE, 6 * MINUTE, HOUR + MINUTE, DAY, DAY, DAY)


def rail() -> SimulatedRail:
    """The rail that methods of these tests use, with its own hands tied: it works when told to."""
    return SimulatedRail(Path(settings.DATA_DIR) / "simulated-rail.sqlite3", works_by_itself=False)


def prepare(settings, folder, monkeypatch) -> SimulatedRail:
    """Allow the simulated rail, with its book in this folder; it works only when it is told to."""
    settings.SIMULATED_RAIL, settings.DATA_DIR = True, folder
    monkeypatch.setattr(sending, "rail_of", lambda method: rail())
    return rail()


def method(**changes):
    return story.method(**{"kind": "email_wallet", "rail": "simulated"} | changes)


def handed_over(payouts, *, first, second, at=AFTER_HOLD):
    """A batch of these payouts, confirmed and due to be submitted; call it inside the scope."""
    return story.sent(payouts, first=first, second=second, at=at)


def pass_time(network_id, *, since=AFTER_HOLD, waits=WAIT_FOR_THE_RAIL, works=True):
    """Let the clock do what it does: submit, look up, with the rail at work in between; answers the last moment."""
    now = since
    for wait in waits:
        submit_due(network_id=network_id, now=now, limit=1000)
        if works:
            rail().work()
        now += wait
        look_up_due(network_id=network_id, now=now, limit=1000)
    submit_due(network_id=network_id, now=now, limit=1000)
    return now


def notify(client, method_id, secret, number, reference, state):
    """Send one notice as the rail would; answers the status."""
    body = json.dumps({"reference": reference, "status": state}).encode()
    stamp = int(timezone.now().timestamp())
    headers = signed_headers(secret, f"notice-{number}", stamp, body)
    return client.post(
        f"/payout-rails/{method_id}/notices/", body, content_type="application/json", headers=headers
    ).status_code


def assert_books_agree(network_id, now):
    """Our books hold; the rail's book says of every payout what ours says, and it has paid none twice."""
    with network_scope(network_id):
        broken = [each.as_dict() for each in examine_books(network_id=network_id, now=now) if not each.holds]
        assert broken == []
        ours = {payout.public_id: payout for payout in Payout.objects.all()}
        answers = PayoutAttempt.objects.filter(step__in=["answered", "looked_up"], outcome="paid")
        heard_paid = set(answers.values_list("payout_id", flat=True))
    out, back, double = Counter(), Counter(), []
    states = {}
    for payment in rail().payments():
        name = payment.reference.rpartition("-")[0]
        out[name] += payment.times_paid
        back[name] += payment.times_paid and payment.state in ("returned", "failed")
        states[name] = payment.state
        assert payment.amount == to_text(ours[name].net, "USD")
        if payment.times_paid > 1:
            double.append(payment.reference)
    double += [name for name, count in out.items() if count > 1]
    assert double == []
    told = {name: payout.status for name, payout in ours.items()}
    expected = {
        name: _expected(out[name], back[name], states.get(name), payout.pk in heard_paid)
        for name, payout in ours.items()
    }
    wrong = {name: (told[name], expected[name]) for name in ours if told[name] not in expected[name]}
    assert not wrong, wrong


def _expected(out, back, state, heard_paid):
    if back:  # what is said to have failed after all was never more than that to those who did not ask in between
        return {"failed"} if state == "failed" and not heard_paid else {"returned"}
    if out:
        return {"paid"}
    return {"accepted": {"sent", "unknown"}, "failed": {"failed"}, None: {"unknown", "approved"}}[state]


def rich_network(webmasters, each):
    """(network id, method, payouts): this many webmasters with `each` payouts of 10.00 apiece, handed to the rail."""
    network = factories.network()
    with network_scope(network.pk):
        pay_by = method(minimum=story.usd("5"))
        first, second = factories.user(), factories.user()
        payouts = [payout for number in range(webmasters) for payout in _payouts_of(number, each, pay_by)]
        for start in range(0, len(payouts), batches.MAX_SIZE):
            handed_over(payouts[start : start + batches.MAX_SIZE], first=first, second=second)
    return network.pk, pay_by, payouts


def account_of(number) -> str:
    return f"w{number}@pay.example"


def _payouts_of(number, each, pay_by):
    affiliate = factories.affiliate(name=f"Webmaster {number}")
    story.earned(affiliate, str(10 * each))
    details = story.payable(affiliate, pay_by, account=account_of(number))
    return [story.requested(affiliate, "10", details) for _ in range(each)]
