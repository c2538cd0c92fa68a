"""Many conversions in one call: kept all or none, each with its verdict."""

import json

import pytest
from django.db import OperationalError

from cpanet.jobs.models import Job
from cpanet.tenancy.scope import network_scope
from tests import factories
from tracking.models import Conversion, InboundPostback
from tracking.services import batches

PATH = "conversions/batch"


@pytest.fixture
def clicks(shop, network):
    """Hexadecimal ids of ten clicks."""
    from django.utils import timezone

    with network_scope(network.pk):
        return [factories.click(link=shop.link, at=timezone.now()).id.hex for _ in range(10)]


def stored(network, model=InboundPostback):
    with network_scope(network.pk):
        return list(model.objects.order_by("id"))


def items(clicks, number):
    return [{"click_id": clicks[n % len(clicks)], "order_id": f"B-{n}", "amount": 10.5} for n in range(number)]


def test_a_small_batch_is_answered_with_its_verdicts(adam, clicks, network):
    body = [*items(clicks, 3), {"order_id": "x"}, "nonsense", {"click_id": clicks[0], "order_id": "B-0"}]
    answer = adam.post(PATH, {"conversions": body})
    assert answer.status_code == 200, answer.data
    assert (answer.data["state"], answer.data["total"]) == ("partial", 6)
    assert [item["verdict"] for item in answer.data["data"]] == ["accepted"] * 3 + ["refused", "refused", "repeat"]
    assert [item["index"] for item in answer.data["data"]] == list(range(6))
    assert answer.data["data"][5]["conversion"] == answer.data["data"][0]["conversion"]
    assert answer.data["counts"] == {"accepted": 3, "refused": 2, "repeat": 1}
    assert len(stored(network, Conversion)) == 3
    assert {call.origin for call in stored(network)} == {"batch"}


def test_a_large_batch_is_read_by_a_job(adam, clicks, network, run_queue):
    with run_queue():
        answer = adam.post(PATH, {"conversions": items(clicks, 230)})
        assert (answer.status_code, answer.data["state"], answer.data["counts"]) == (200, "queued", {"queued": 230})
        assert stored(network, Conversion) == []
    path = f"{PATH}/{answer.data['id']}"
    answer = adam.get(path + "?limit=500")
    assert (answer.data["state"], answer.data["counts"]) == ("done", {"accepted": 230})
    assert [item["index"] for item in answer.data["data"]] == list(range(230))
    first = adam.get(path + "?limit=200")
    rest = adam.get(path + f"?limit=200&after={first.data['next_cursor']}")
    assert len(first.data["data"]) + len(rest.data["data"]) == 230 and not rest.data["has_more"]
    assert adam.get(path + "?verdict=refused").data["data"] == []


def test_the_same_key_and_body_are_taken_once(adam, clicks, network):
    body = {"conversions": items(clicks, 3)}
    first, second = (adam.post(PATH, body, idempotency_key="k1") for _ in range(2))
    assert first.data == second.data and second["Idempotent-Replayed"] == "true"
    assert len(stored(network)) == 3
    other = adam.post(PATH, {"conversions": items(clicks, 2)}, idempotency_key="k1")
    assert (other.status_code, other.data["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize(
    "body",
    [
        "{", "[", '{"conversions": [{"click_id": "x"}', '{"conversions": [{"a": 1},, {"b": 2}]}',
        '{"conversions": {}}', " ",
        '{"other": []}', "7", b"[\xff]", '[{"a": 1}{"b": 2}]', '[{"a": "' + "x" * 200_000 + '"}]', "[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_batch_is_refused_whole(adam, network, body):
    answer = adam.post(PATH, body)
    assert (answer.status_code, answer.data["code"]) == (400, "bad_batch"), answer.data
    assert stored(network) == [] and stored(network, Job) == []


def test_a_fault_at_the_end_leaves_nothing_of_the_beginning(adam, clicks, network):
    text = json.dumps(items(clicks, 1500))[:-1] + ", {]"
    assert adam.post(PATH, text).status_code == 400
    assert stored(network) == [] and stored(network, Conversion) == []


def test_one_too_many_is_refused_whole(adam, clicks, network, monkeypatch):
    monkeypatch.setattr("tracking.incoming.batch_stream.MOST_ITEMS", 5)
    answer = adam.post(PATH, {"conversions": items(clicks, 6)})
    assert (answer.status_code, answer.data["code"]) == (400, "too_many_items") and stored(network) == []
    assert adam.post(PATH, {"conversions": items(clicks, 5)}).status_code == 200


def test_a_body_too_large_is_refused(adam, monkeypatch):
    monkeypatch.setattr("tracking.api.batches.LARGEST", 1000)
    answer = adam.post(PATH, {"conversions": [{"a": "x" * 2000}]})
    assert (answer.status_code, answer.data["code"]) == (413, "body_too_large")


def test_lines_of_json(adam, clicks, network):
    lines = "\n".join(json.dumps(item) for item in items(clicks, 3)) + "\n\n"
    answer = adam.post(PATH, lines, content_type="application/x-ndjson")
    assert answer.data["counts"] == {"accepted": 3}
    answer = adam.post(PATH, lines + "{", content_type="application/x-ndjson")
    assert answer.status_code == 400 and "Line 5" in answer.data["detail"]


def test_a_dry_run_writes_nothing(adam, clicks, network):
    answer = adam.post(PATH + "?dry_run=1", {"conversions": items(clicks, 3)})
    assert answer.data["counts"] == {"accepted": 3}
    assert stored(network) == [] and stored(network, Conversion) == []
    assert adam.post(PATH + "?dry_run=1", {"conversions": items(clicks, 201)}).status_code == 422


def test_a_slice_that_was_in_the_way_is_read_item_by_item(adam, clicks, network, run_queue, monkeypatch):
    real = batches.read_items
    sizes = []

    def unlucky(*, job, numbers):
        sizes.append(len(numbers))
        if len(numbers) > 1:
            raise OperationalError("deadlock detected")
        real(job=job, numbers=numbers)

    monkeypatch.setattr("tracking.tasks.postbacks.read_items", unlucky)
    monkeypatch.setattr(batches, "AT_ONCE", 20)
    monkeypatch.setattr(batches, "SLICE", 20)
    with run_queue():
        batch = adam.post(PATH, {"conversions": items(clicks, 25)}).data["id"]
    assert adam.get(f"{PATH}/{batch}").data["counts"] == {"accepted": 25}
    assert sizes[:2] == [20, 1]


def test_nobody_elses_batch_is_found(adam, alice, people, clicks, network):
    from tests.api.conftest import caller_of

    batch = adam.post(PATH, {"conversions": items(clicks, 1)}).data["id"]
    eve = caller_of(people.eve, "alpha.test", network)
    assert eve.get(f"{PATH}/{batch}").status_code == 404
    assert alice.get(f"{PATH}/{batch}").status_code == 403
    for wrong in ("x", "0", "9" * 40, "-1"):
        assert adam.get(f"{PATH}/{wrong}").status_code == 404
    other = eve.post(PATH, {"conversions": items(clicks, 1)})
    assert other.data["data"][0]["verdict"] == "refused" and "did not lead" in other.data["data"][0]["message"]


@pytest.mark.slow
def test_forty_thousand(adam, clicks, network, run_queue):
    with run_queue():
        batch = adam.post(PATH, {"conversions": items(clicks, 40_000)}).data["id"]
    assert adam.get(f"{PATH}/{batch}").data["counts"] == {"accepted": 40_000}
