"""Webmasters' trackers: real servers on this machine that remember every call and answer as they are told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.cache import cache
from django.utils import timezone

from cpanet.tenancy.scope import network_scope
from tests import factories
from tracking.models import PostbackAttempt, PostbackDelivery, PostbackReceiver
from tracking.outgoing.services.receivers import create_receiver
from tracking.outgoing.services.sending import send_due
from tracking.services.conversions import Action, record_conversion
from tracking.services.decisions import decide


class Tracker:
    """`answer`: (status, body, headers) or a function of the call that gives one. `calls`: what came, in order."""

    def __init__(self):
        self.calls, self.connections, self.answer = [], 0, (200, b"OK", {})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def _handler(tracker):
        class Handler(BaseHTTPRequestHandler):
            def setup(self):
                tracker.connections += 1
                super().setup()

            def _take(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                parts = urlsplit(self.path)
                call = SimpleNamespace(
                    method=self.command, path=parts.path, raw=self.path, body=body, headers=dict(self.headers),
                    query=dict(parse_qsl(parts.query, keep_blank_values=True)),
                )  # fmt: skip
                tracker.calls.append(call)
                status, text, headers = tracker.answer(call) if callable(tracker.answer) else tracker.answer
                self.send_response(status)
                for name, value in {"Content-Length": str(len(text)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = _take

            def log_message(self, *_arguments):
                """Quiet."""

        return Handler


@contextmanager
def running_tracker() -> Iterator[Tracker]:
    tracker = Tracker()
    try:
        yield tracker
    finally:
        tracker.close()


@pytest.fixture
def tracker(settings):
    """One that may be called although it stands on this machine."""
    with running_tracker() as made:
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{made.port}"]
        cache.delete("postbacks:sender")
        yield made


@pytest.fixture
def outbox(shop, people, tracker):
    """Alice's postbacks: `receiver(**values)`, `lead()`, `decide(lead, …)`, `send(later=seconds)` and what lies there.

    The clock of `send` is real time plus `later`.
    """
    made = SimpleNamespace(network=shop.network, tracker=tracker, now=timezone.now())
    scope = lambda: network_scope(shop.network.pk)  # noqa: E731

    def receiver(affiliate=None, kind="postback", **values):
        values = {
            "name": "Tracker", "address": tracker.url + "/pb?cid={external_click_id}&status={status}&sum={payout}",
            "events": ["created", "approved", "declined", "changed", "paid"],
        } | values  # fmt: skip
        with scope():
            return create_receiver(
                affiliate=affiliate or people.alice.affiliate, kind=kind, actor=None, now=made.now, **values
            )

    def lead(order_id="A-1", *, link=None, goal=None, is_test=False, amount=None, **click):
        with scope():
            click = factories.click(link=link or shop.link, at=shop.clicked_at, **{"external_click_id": "w1"} | click)
            action = Action(goal or shop.goal, order_id, amount, "", is_test, call="1")
            return record_conversion(click=click, action=action, now=made.now).conversion

    def settle(lead, status="approved", later=0, **words):
        words = {"source": "advertiser", "actor": None, "reason": "returned" if status == "declined" else ""} | words
        with scope():
            now = made.now + timedelta(seconds=later)
            return decide(conversion_id=lead.pk, status=status, now=now, **words).conversion

    def send(later=0.0, seconds=20):
        clock = lambda: timezone.now() + timedelta(seconds=later)  # noqa: E731
        return send_due(network_ids=[shop.network.pk], clock=clock, seconds=seconds)

    def rows(model, **where):
        with scope():
            return list(model.objects.filter(**where).order_by("pk"))

    made.receiver, made.lead, made.decide, made.send, made.scope = receiver, lead, settle, send, scope
    made.deliveries = lambda **where: rows(PostbackDelivery, **where)
    made.attempts = lambda **where: rows(PostbackAttempt, **where)
    made.fresh = lambda row: rows(type(row), pk=row.pk)[0]
    made.receivers = lambda **where: rows(PostbackReceiver, **where)
    return made
