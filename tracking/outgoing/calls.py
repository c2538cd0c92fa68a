"""One call to a receiver: how it is written, how it is signed, and what came of it. Pure but for the call itself."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from cpanet.core.outbound import FetchFailed, ForbiddenAddress, OutboundError, fetch
from tracking.outgoing.macros import filled
from tracking.outgoing.words import Method

TIMEOUT = 10.0  # seconds, over the whole exchange
KEPT_ANSWER = 1024
MOST_BYTES = 64 * 1024
REDIRECTS = 2
SECRET_PREFIX = "whsec_"  # noqa: S105 - the prefix of the standard, not a secret
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Order:
    """A call as it will be sent. `body` is text; the signature is made at the moment of sending."""

    method: str
    url: str
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    redirects: int = 0


@dataclass(frozen=True)
class Answer:
    """What came of a call: `status` None when there was no answer, then `error` says why. `hopeless`: the address is
    one that is never called, so no further attempt is made."""

    status: int | None
    text: str
    error: str
    duration_ms: int
    retry_after: str = ""
    hopeless: bool = False

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def postback_order(*, address: str, method: str, facts: Mapping[str, str], words: Mapping[str, str]) -> Order:
    """A postback: a POST sends as a form what stands after the question mark of the address."""
    url = filled(address, facts, words)
    if method != Method.POST:
        return Order(Method.GET, url, redirects=REDIRECTS)
    parts = urlsplit(url)
    target = urlunsplit(parts._replace(query="", fragment=""))
    return Order(Method.POST, target, parts.query, {"Content-Type": FORM}, REDIRECTS)


def webhook_order(
    *, address: str, message_id: str, facts: Mapping[str, str], secrets: Sequence[str], timestamp: int
) -> Order:
    """A signed message after the Standard Webhooks: the same id at every attempt, the time of this one."""
    message = {"type": message_type(facts), "timestamp": facts["event_time_iso"], "data": dict(facts)}
    body = json.dumps(message, separators=(",", ":"), ensure_ascii=False)
    signatures = (signature(secret, message_id, timestamp, body) for secret in secrets)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
    return Order(Method.POST, address, body, headers)


def message_type(facts: Mapping[str, str]) -> str:
    """`conversion.approved`, `payout.paid` …"""
    is_payout = "payout_status" in facts
    return f"payout.{facts['payout_status']}" if is_payout else f"conversion.{facts['event']}"


def signature(secret: str, message_id: str, timestamp: int, body: str) -> str:
    """`v1,` and the HMAC-SHA256 of id, time and body with the key behind `whsec_…`."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{timestamp}.{body}".encode()
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def send(order: Order) -> Answer:
    """Make the call. Never raises for what the other side does; safe in a thread, touches no database."""
    started = time.monotonic()
    try:
        response = fetch(
            order.url,
            method=order.method,
            data=order.body.encode() if order.body else None,
            headers=order.headers,
            timeout=TIMEOUT,
            max_bytes=MOST_BYTES,
            allow_redirects=order.redirects,
            cut=True,
        )
    except OutboundError as error:
        hopeless = isinstance(error, ForbiddenAddress) and not isinstance(error, FetchFailed)
        return Answer(None, "", str(error)[:500], _milliseconds(started), hopeless=hopeless)
    text = response.body[:KEPT_ANSWER].decode("utf-8", "replace").replace("\0", "")
    retry_after = response.headers.get("Retry-After", "")[:100]
    return Answer(response.status, text, _complaint(response.status), _milliseconds(started), retry_after)


def _complaint(status: int) -> str:
    return "" if 200 <= status < 300 else f"HTTP {status}"


def _milliseconds(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
