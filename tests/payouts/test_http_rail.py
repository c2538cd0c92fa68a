"""The API rail against a real service over HTTP, as docs/rails.md tells it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from payouts.rails.http import HttpRail
from payouts.rails.signing import BadSignature, new_secret, signed_headers, verify
from payouts.rails.words import Destination, Outcome, RailUnreachable

SECRET = new_secret()
TO = Destination("iban", "DE89370400440532013000", "Анна Ли", {"bic": "COBADEFFXXX"})
ORDER = {"reference": "payout_x-1", "amount": "12.34", "currency": "EUR", "destination": TO}


class Service(BaseHTTPRequestHandler):
    """Answers what `server.answer` says; keeps what it was asked, with whether the signature was right."""

    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        verify(SECRET, self.headers, body, int(self.headers["webhook-timestamp"]))
        self.server.asked.append((self.command, self.path, json.loads(body or b"null"), self.headers))
        status, answer = self.server.answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(answer if isinstance(answer, bytes) else json.dumps(answer).encode())

    do_POST = do_GET

    def log_message(self, *arguments):
        pass


@pytest.fixture
def service(settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.asked, server.answer = [], (200, {"status": "accepted", "version": 1, "id": "R1"})
    settings.OUTBOUND_ALLOW = [f"127.0.0.1:{server.server_port}"]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def rail(service):
    return HttpRail(url=f"http://127.0.0.1:{service.server_port}/v1/", secret=SECRET)


def test_submission_carries_everything_once(rail, service):
    answer = rail.submit(**ORDER)
    assert (answer.outcome, answer.version, answer.rail_reference) == (Outcome.ACCEPTED, 1, "R1")
    [(method, path, body, headers)] = service.asked
    assert (method, path, headers["Idempotency-Key"]) == ("POST", "/v1/payments", "payout_x-1")
    assert body == {
        "reference": "payout_x-1", "amount": "12.34", "currency": "EUR",
        "destination": {"kind": "iban", "account": TO.account, "holder": "Анна Ли", "bic": "COBADEFFXXX"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "answer", "outcome"),
    [
        (200, {"status": "paid"}, Outcome.PAID),
        (202, {"status": "accepted"}, Outcome.ACCEPTED),
        (200, {"status": "failed", "reason": "closed"}, Outcome.FAILED),
        (422, {"reason": "no such account"}, Outcome.FAILED),
    ],
)
def test_answers_to_a_submission(rail, service, status, answer, outcome):
    service.answer = (status, answer)
    assert rail.submit(**ORDER).outcome == outcome


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (500, {"status": "paid"}),
        (404, {"reference": "payout_x-1"}),
        (302, {"status": "paid"}),
        (400, {"status": "failed"}),
        (200, {"status": "perhaps"}),
        (200, {"status": "paid", "version": "x"}),
        (200, {"status": "paid", "version": -1}),
        (200, ["paid"]),
        (200, b"<html>"),
        (200, b"\xff"),
        (200, b"[" * 100_000),
    ],
)
def test_whatever_else_it_says_nobody_knows(rail, service, status, answer):
    service.answer = (status, answer)
    with pytest.raises(RailUnreachable):
        rail.submit(**ORDER)


def test_only_its_own_404_says_never_received(rail, service):
    service.answer = (404, {"reference": "payout_x-1"})
    assert rail.look_up(reference="payout_x-1").outcome == Outcome.NEVER_RECEIVED
    assert service.asked[0][:2] == ("GET", "/v1/payments/payout_x-1")
    for answer in ((404, b"nginx"), (404, {"reference": "payout_y-1"}), (404, {})):
        service.answer = answer
        with pytest.raises(RailUnreachable):
            rail.look_up(reference="payout_x-1")


def test_nobody_there_is_no_answer(service):
    url = f"http://127.0.0.1:{service.server_port}"
    service.server_close()
    with pytest.raises(RailUnreachable):
        HttpRail(url=url, secret=SECRET).submit(**ORDER)


def test_signatures():
    headers = signed_headers(SECRET, "msg_1", 1000, b"{}")
    assert verify(SECRET, headers, b"{}", 1200) == "msg_1"
    for secret, given, body, now in (
        (new_secret(), headers, b"{}", 1000),
        (SECRET, headers, b"{ }", 1000),
        (SECRET, headers, b"{}", 1301),
        (SECRET, headers | {"webhook-id": "msg_2"}, b"{}", 1000),
        (SECRET, headers | {"webhook-signature": "é"}, b"{}", 1000),
        (SECRET, {}, b"{}", 1000),
        ("", headers, b"{}", 1000),
    ):
        with pytest.raises(BadSignature):
            verify(secret, given, body, now)
