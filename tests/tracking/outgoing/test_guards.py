"""Addresses inside the operator's own network: none is ever connected to, however it is written or reached."""

import socket
import threading

import pytest
from django.core.cache import cache

from tests.tracking.outgoing.conftest import running_tracker
from tracking.models import PostbackReceiver

SPELLINGS = [
    "http://127.0.0.1:{port}/", "http://localhost.localdomain:{port}/", "http://[::1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/", "http://[::ffff:7f00:1]:{port}/", "http://[0:0:0:0:0:ffff:127.0.0.1]:{port}/",
    "http://2130706433:{port}/", "http://0x7f000001:{port}/", "http://017700000001:{port}/", "http://0x7f.1:{port}/",
    "http://127.1:{port}/", "http://0177.0.0.1:{port}/", "http://0.0.0.0:{port}/", "http://0:{port}/",
    "http://127.0.0.1.:{port}/", "http://tracker.example@127.0.0.1:{port}/", "http://[64:ff9b::7f00:1]:{port}/",
    "http://[::127.0.0.1]:{port}/", "http://１２７.0.0.1:{port}/", "http://tracker.home.test:{port}/",
    "HTTP://127.0.0.1:{port}/", "http://127.0.0.1:{port}\\@tracker.example/", "http://169.254.169.254/latest/",
]  # fmt: skip


@pytest.fixture
def home(settings, monkeypatch):
    """A server at home that nothing is allowed to call; tracker.home.test is a public name for it."""
    real = socket.getaddrinfo

    def looked_up(host, port, *arguments, **options):
        known = {"tracker.home.test": "127.0.0.1", "public.test": "127.0.0.1", "localhost.localdomain": "127.0.0.1"}
        return real(known.get(host, host), port, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    with running_tracker() as listener:
        settings.OUTBOUND_ALLOW = []
        cache.delete("postbacks:sender")
        yield listener


def test_a_private_address_is_not_saved(people, home, network):
    for spelling in SPELLINGS:
        values = {"name": "x", "address": spelling.format(port=home.port), "method": "GET", "events": ["created"]}
        answer = people.alice.client.post("/webmaster/postbacks/new/", values)
        assert answer.status_code == 422, spelling
    assert home.connections == 0


def test_one_that_got_into_the_table_is_not_connected_to(people, outbox, home, settings):
    """As if it had been saved when its name still led elsewhere."""
    settings.OUTBOUND_ALLOW = []
    receivers = [outbox.receiver(name=str(number), address="http://8.8.8.8/") for number in range(len(SPELLINGS))]
    for receiver, spelling in zip(receivers, SPELLINGS, strict=True):
        with outbox.scope():
            PostbackReceiver.objects.filter(pk=receiver.pk).update(address=spelling.format(port=home.port))
    outbox.lead()
    outbox.send()
    assert home.connections == 0 and outbox.tracker.connections == 0
    attempts = outbox.attempts()
    assert len(attempts) == len(SPELLINGS) and {each.status for each in attempts} == {None}
    parked = outbox.deliveries(state="parked")
    assert len(parked) >= len(SPELLINGS) - 1  # of one the host cannot even be told apart: no connection either


def test_a_redirect_home_is_not_followed(people, outbox, home, settings):
    """A public receiver (the one that is allowed) sends the call on to private addresses."""
    settings.OUTBOUND_ALLOW = [f"127.0.0.1:{outbox.tracker.port}"]
    targets = [spelling.format(port=home.port) for spelling in SPELLINGS]
    outbox.tracker.answer = lambda call: (302, b"", {"Location": targets[int(call.query["n"])]})
    for number in range(len(targets)):
        outbox.receiver(name=str(number), address=f"{outbox.tracker.url}/?n={number}", events=["created"])
    outbox.lead()
    outbox.send()
    assert outbox.tracker.connections == len(targets) and home.connections == 0
    assert not outbox.deliveries(state="delivered")


def test_a_redirect_to_another_page_of_the_tracker_is_followed(outbox):
    def answer(call):
        return (
            (301, b"", {"Location": "/there?" + call.raw.partition("?")[2]}) if call.path == "/pb" else (200, b"", {})
        )

    outbox.tracker.answer = answer
    outbox.receiver()
    outbox.lead()
    outbox.send()
    assert [each.state for each in outbox.deliveries()] == ["delivered"]
    assert [call.path for call in outbox.tracker.calls] == ["/pb", "/there"]


def test_a_name_that_moves_home_after_it_was_saved(people, outbox, home, settings, monkeypatch):
    """Public when it was checked, private when it is called."""
    settings.OUTBOUND_ALLOW = []
    moved = threading.Event()
    known = socket.getaddrinfo

    def looked_up(host, port, *arguments, **options):
        public = host == "public.test" and not moved.is_set()
        return known("8.8.8.8" if public else host, port, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    outbox.receiver(address="http://public.test/pb?c={click_id}")
    outbox.lead()
    moved.set()
    outbox.send()
    (delivery,) = outbox.deliveries()
    assert delivery.state == "parked" and "not on the public internet" in delivery.last_error
    assert home.connections == 0
