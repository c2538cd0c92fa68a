"""What became of payouts, over HTTP: every step once, none out of order."""

import pytest

from cpanet.core.errors import Conflict
from cpanet.ledger.models import Journal
from payouts.services import batches, outcomes, requests
from tests.payouts.story import AFTER_HOLD, BATCHES, INBOX, money, status_of, text_of


def act(client, batch, action):
    return client.post(f"{BATCHES}{batch.pk}/act/", {"action": action})


def test_sent_and_paid_happen_once(confirmed, payout, people):
    for _ in range(2):
        assert act(people.finance.client, confirmed, "sent").status_code == 302
    assert status_of(payout) == "sent"
    assert money(people.alice.affiliate) == {"available": "50.00", "in_payout": "48.50"}
    for _ in range(2):
        assert act(people.finance.client, confirmed, "paid").status_code == 302
    assert (status_of(payout), status_of(confirmed)) == ("paid", "closed")
    assert money(people.alice.affiliate) == {"available": "50.00", "paid": "48.50"}
    kinds = Journal.objects.filter(subject=payout.subject).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["payout_request", "payout_send", "payout_confirm"]


def test_batch_must_be_confirmed_before_it_is_sent(batch, people):
    response = act(people.finance.client, batch, "sent")
    assert response.status_code == 409
    assert "is “In review” meanwhile" in response.content.decode()
    assert money(people.alice.affiliate)["in_payout"] == "50.00"


def test_unknown_action_is_refused(batch, people):
    assert act(people.finance.client, batch, "burn").status_code == 422


@pytest.mark.parametrize("stage", ["batch", "confirmed"])
def test_dissolved_batch_gives_its_payouts_back_to_the_inbox(request, people, payout, stage):
    batch = request.getfixturevalue(stage)
    for _ in range(2):
        assert act(people.finance.client, batch, "dissolve").status_code == 302
    assert (status_of(batch), status_of(payout)) == ("dissolved", "requested")
    assert money(people.alice.affiliate)["in_payout"] == "50.00"
    again = batches.create_batch(
        method_id=payout.method_id, payout_ids=[payout.pk], actor=people.owner.user, now=AFTER_HOLD
    )
    assert again.pk != batch.pk


def test_sent_batch_cannot_be_dissolved(confirmed, people):
    act(people.finance.client, confirmed, "sent")
    assert act(people.finance.client, confirmed, "dissolve").status_code == 409


def decide(client, payout, action, **fields):
    return client.post(f"{INBOX}{payout.pk}/act/", {"action": action, **fields})


def test_payout_can_be_taken_out_of_a_batch_in_review_only(batch, payout, people):
    for _ in range(2):
        assert decide(people.finance.client, payout, "take_out").status_code == 302
    assert status_of(payout) == "requested"
    again = batches.create_batch(
        method_id=payout.method_id, payout_ids=[payout.pk], actor=people.finance.user, now=AFTER_HOLD
    )
    batches.confirm_batch(batch_id=again.pk, actor=people.owner.user, now=AFTER_HOLD)
    response = decide(people.finance.client, payout, "take_out")
    assert response.status_code == 422
    assert "its register is made" in response.content.decode()
    response = decide(people.finance.client, payout, "reject", reason="Doubtful")
    assert response.status_code == 422
    assert status_of(payout) == "approved"


def test_rejection_needs_a_reason_and_gives_the_money_back(payout, people):
    response = decide(people.finance.client, payout, "reject", reason="  ")
    assert response.status_code == 422
    assert "This field is required" in response.content.decode()
    for _ in range(2):
        assert decide(people.finance.client, payout, "reject", reason="Wrong account").status_code == 302
    assert money(people.alice.affiliate) == {"available": "100.00"}
    assert "Wrong account" in text_of(people.alice.client.get(f"/webmaster/payouts/{payout.pk}/"))


def test_every_outcome_over_http(confirmed, payout, people):
    act(people.finance.client, confirmed, "sent")
    client = people.finance.client
    assert decide(client, payout, "unknown", reason="No answer").status_code == 302
    assert decide(client, payout, "paid", reference="SEPA 1").status_code == 302
    assert status_of(confirmed) == "closed"
    assert "SEPA 1" in text_of(people.alice.client.get(f"/webmaster/payouts/{payout.pk}/"))
    assert decide(client, payout, "failed", reason="x").status_code == 422
    for _ in range(2):
        assert decide(client, payout, "returned", reason="Account closed").status_code == 302
    assert status_of(payout) == "returned"
    assert money(people.alice.affiliate) == {"available": "98.50"}
    assert decide(client, payout, "nonsense").status_code == 422


@pytest.mark.parametrize(
    ("start", "service", "fields"),
    [
        ("requested", outcomes.mark_failed, {"reason": "x"}),
        ("requested", outcomes.mark_returned, {"reason": "x"}),
        ("requested", outcomes.mark_unknown, {"reason": "x"}),
        ("rejected", batches.take_out, {}),
    ],
)
def test_no_outcome_out_of_order(payout, people, start, service, fields):
    if start == "rejected":
        requests.reject_payout(payout_id=payout.pk, reason="x", actor=None, now=AFTER_HOLD)
    before = (money(people.alice.affiliate), Journal.objects.count())
    with pytest.raises(Conflict):
        service(payout_id=payout.pk, actor=people.finance.user, now=AFTER_HOLD, **fields)
    assert (money(people.alice.affiliate), Journal.objects.count()) == before
