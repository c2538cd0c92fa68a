"""Who may call: tokens, signatures, addresses."""

import hashlib
import hmac
import json
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from cpanet.tenancy.scope import network_scope
from offers.models import Goal
from tracking.models import Conversion, InboundPostback
from tracking.services.postback_keys import create_key, revoke_key
from tracking.services.postback_settings import BadSettings, save_settings


@pytest.fixture
def setting(shop, people):
    def change(**values):
        with network_scope(shop.network.pk):
            return save_settings(
                advertiser=people.adam.advertiser, actor=people.adam.user, now=timezone.now(), **values
            )

    return change


def signature(secret, *lines, body=b""):
    """As docs/integration.md describes it, written without our code."""
    text = "\n".join(["v1", *lines, hashlib.sha256(body).hexdigest()])
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


@pytest.fixture
def send(shop, people):
    """A signed call: `kind` get, form or json; `wrong` spoils what was signed afterwards."""

    def sent(values, *, kind="get", key=None, at=None, in_address=False, wrong=None):
        key, stamp = key or shop.key, str(int(at if at is not None else time.time()))
        query = "&".join(f"{name}={value}" for name, value in values.items()) if kind == "get" else ""
        if in_address:
            query += f"{'&' if query else ''}sig_key={key.pk}&sig_time={stamp}"
        body, content = b"", ""
        if kind == "form":
            body, content = (
                "&".join(f"{n}={v}" for n, v in values.items()).encode(),
                "application/x-www-form-urlencoded",
            )
        if kind == "json":
            body, content = json.dumps(values).encode(), "application/json"
        method = "GET" if kind == "get" else "POST"
        proof = signature(key.secret, str(key.pk), stamp, method, shop.url, query, body=body)
        headers = (
            {}
            if in_address
            else {"X-Postback-Key": str(key.pk), "X-Postback-Time": stamp, "X-Postback-Signature": proof}
        )
        address = shop.url + (f"?{query}" if query else "")
        address += f"&sig={proof}" if in_address else ""
        address, body = wrong(address, body) if wrong else (address, body)
        client = people.stranger.client
        return (
            client.get(address, headers=headers)
            if method == "GET"
            else client.post(address, body, content, headers=headers)
        )

    return sent


@pytest.mark.parametrize("kind", ["get", "form", "json"])
@pytest.mark.parametrize("in_address", [False, True])
def test_a_signed_call_needs_no_token(shop, send, kind, in_address):
    answer = send({"click_id": shop.click.id.hex, "order_id": "S-1"}, kind=kind, in_address=in_address)
    assert (answer.status_code, answer.json()["status"]) == (200, "accepted")
    with network_scope(shop.network.pk):
        call = InboundPostback.objects.get()
        assert f"№ {shop.key.pk}" in call.authenticated_by and "sig" not in call.parameters


@pytest.mark.parametrize("kind", ["get", "form", "json"])
def test_what_was_signed_cannot_be_changed(shop, send, kind):
    def raise_amount(address, body):
        return address.replace("amount=10", "amount=99"), body.replace(b'"10"', b'"99"').replace(
            b"amount=10", b"amount=99"
        )

    answer = send({"click_id": shop.click.id.hex, "amount": "10"}, kind=kind, wrong=raise_amount)
    assert answer.status_code == 401 and "signature is wrong" in answer.json()["message"]


@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_old_signature_opens_nothing(shop, send, seconds):
    answer = send({"click_id": shop.click.id.hex}, at=time.time() + seconds + (1 if seconds > 0 else -1))
    assert answer.status_code == 401 and "clock" in answer.json()["message"]


def test_a_signature_within_the_set_window_is_good(shop, send, setting):
    setting(signature_seconds=3600)
    assert send({"click_id": shop.click.id.hex}, at=time.time() - 3000).status_code == 200


def test_a_call_played_back_makes_nothing_new(shop, send):
    """Also where the goal counts every call, and nothing else would tell the two apart."""
    with network_scope(shop.network.pk):
        Goal.objects.filter(pk=shop.goal.pk).update(duplicate_policy=Goal.DuplicatePolicy.EVERY_CALL)
    at = time.time()
    first, second = (send({"click_id": shop.click.id.hex}, at=at) for _ in range(2))
    assert (first.json()["status"], second.json()["status"]) == ("accepted", "repeat")
    assert second.json()["conversion"] == first.json()["conversion"]
    assert send({"click_id": shop.click.id.hex}, at=at + 1).json()["status"] == "accepted"
    with network_scope(shop.network.pk):
        assert Conversion.objects.count() == 2 and InboundPostback.objects.count() == 3


def test_two_keys_live_during_rotation(shop, send, people):
    with network_scope(shop.network.pk):
        second = create_key(advertiser=people.adam.advertiser, actor=people.adam.user, now=timezone.now())
    assert send({"click_id": shop.click.id.hex, "order_id": "1"}, key=second).status_code == 200
    assert send({"click_id": shop.click.id.hex, "order_id": "2"}).status_code == 200
    with network_scope(shop.network.pk):
        revoke_key(key=shop.key, actor=people.adam.user, now=timezone.now())
    answer = send({"click_id": shop.click.id.hex, "order_id": "3"})
    assert answer.status_code == 401 and "no live key" in answer.json()["message"]
    assert send({"click_id": shop.click.id.hex, "order_id": "3"}, key=second).status_code == 200


def test_another_advertisers_key_signs_nothing(shop, send, people):
    with network_scope(shop.network.pk):
        foreign = create_key(advertiser=people.eve.advertiser, actor=people.eve.user, now=timezone.now())
    assert send({"click_id": shop.click.id.hex}, key=foreign).status_code == 401


def test_a_token_is_not_enough_where_calls_must_be_signed(shop, send, setting):
    setting(must_sign=True)
    answer = shop.call(order_id="1")
    assert answer.status_code == 401 and "signed" in answer.json()["message"]
    assert send({"click_id": shop.click.id.hex, "order_id": "1"}).status_code == 200


@pytest.mark.parametrize(
    ("listed", "caller", "is_taken"),
    [
        (["203.0.113.7"], "203.0.113.7", True), (["203.0.113.7"], "203.0.113.8", False),
        (["203.0.113.9/24"], "203.0.113.200", True), (["10.0.0.0/8", "2001:db8::/32"], "2001:db8:1::7", True),
        (["::ffff:203.0.113.7"], "203.0.113.7", True), (["2001:DB8:0:0::1"], "2001:db8::1", True),
        (["2001:db8::/32"], "203.0.113.7", False),
    ],
)  # fmt: skip
def test_addresses_of_the_list_may_call(shop, people, setting, listed, caller, is_taken):
    setting(addresses=listed)
    values = {"token": shop.key.secret, "click_id": shop.click.id.hex}
    answer = people.stranger.client.get(shop.url, values, REMOTE_ADDR=caller)
    assert answer.status_code == (200 if is_taken else 401)
    if not is_taken:
        assert caller in answer.json()["message"]


@pytest.mark.parametrize(
    "wrong", ["300.1.1.1", "203.0.113.0/33", "shop.example", "0.0.0.0/0", "::/0", "10.0.0.0-10.0.0.9"]
)
def test_what_is_no_address_is_refused_by_name(setting, wrong):
    with pytest.raises(BadSettings) as error:
        setting(addresses=["203.0.113.7", wrong])
    assert wrong in str(error.value) and error.value.field == "addresses"


def test_addresses_are_spelled_one_way(setting):
    spelled = setting(addresses=[" 203.0.113.9/24 ", "2001:0DB8::0001", "203.0.113.0/24", ""]).addresses
    assert spelled == ["203.0.113.0/24", "2001:db8::1"]


def test_a_nonsense_signature_is_no_error(shop, people):
    for headers in (
        {"X-Postback-Signature": "ж"}, {"X-Postback-Signature": "a" * 64, "X-Postback-Key": "9" * 30},
        {"X-Postback-Signature": "a" * 64, "X-Postback-Key": str(shop.key.pk), "X-Postback-Time": "9" * 40},
        {"X-Postback-Signature": "a" * 64, "X-Postback-Key": str(shop.key.pk), "X-Postback-Time": "-1"},
    ):  # fmt: skip
        headers = {name: value.encode().decode("latin-1") for name, value in headers.items()}
        assert people.stranger.client.get(shop.url, {"click_id": "x"}, headers=headers).status_code == 401
    with network_scope(shop.network.pk):
        hour = timezone.now() - timedelta(hours=1)
        assert InboundPostback.objects.filter(received_at__gt=hour, verdict="unauthenticated").count() == 4
