"""A payment service behind a small JSON API (docs/rails.md): the adapter in front of a bank or wallet.

`POST <url>/payments` with reference, amount, currency and destination; `GET <url>/payments/<reference>`. Both are
signed like webhooks, and both answer {"status", "version", "reason", "id"}; 404 on the GET says never received.
"""

import json
import time
from collections.abc import Callable
from urllib.parse import quote

from cpanet.core.ids import uuid7
from cpanet.core.outbound import OutboundError, Response, fetch
from payouts.rails.signing import signed_headers
from payouts.rails.words import CALL_SECONDS, Answer, Destination, Outcome, RailUnreachable

STATUSES = {each.value: each for each in (Outcome.ACCEPTED, Outcome.PAID, Outcome.FAILED, Outcome.RETURNED)}
LARGEST = 2**53


class HttpRail:
    """A Rail over HTTP. `clock` gives the seconds that signatures carry."""

    def __init__(self, *, url: str, secret: str, clock: Callable[[], float] = time.time):
        self.url, self.secret, self.clock = url.rstrip("/"), secret, clock

    def submit(self, *, reference: str, amount: str, currency: str, destination: Destination) -> Answer:
        """See Rail. A refusal is a 200 with status failed, or a 422 with a reason."""
        payment = {
            "reference": reference,
            "amount": amount,
            "currency": currency,
            "destination": {
                "kind": destination.kind,
                "account": destination.account,
                "holder": destination.holder,
                **destination.more,
            },
        }
        response = self._call("POST", "/payments", json.dumps(payment, ensure_ascii=False).encode(), reference)
        if response.status == 422:
            return Answer(Outcome.FAILED, reason=str(_told(response).get("reason", ""))[:300] or "refused")
        return _answer(response)

    def look_up(self, *, reference: str) -> Answer:
        """See Rail. Only a 404 that names the reference says “never received”: any proxy can say 404."""
        response = self._call("GET", f"/payments/{quote(reference, safe='')}", b"", reference)
        if response.status == 404 and _told(response).get("reference") == reference:
            return Answer(Outcome.NEVER_RECEIVED)
        return _answer(response)

    def _call(self, method, path, body, reference) -> Response:
        headers = signed_headers(self.secret, f"msg_{uuid7().hex}", int(self.clock()), body)
        headers |= {"Content-Type": "application/json", "Idempotency-Key": reference}
        try:
            return fetch(
                self.url + path, method=method, data=body or None, headers=headers, timeout=CALL_SECONDS, cut=True
            )
        except OutboundError as error:
            raise RailUnreachable(str(error)) from None


def _answer(response: Response) -> Answer:
    told = _told(response) if response.status in (200, 201, 202) else {}
    outcome, version = STATUSES.get(told.get("status")), told.get("version", 0)
    if outcome is None or not isinstance(version, int) or not 0 <= version < LARGEST:
        raise RailUnreachable(f"HTTP {response.status} without a status that this side knows")
    return Answer(outcome, version, str(told.get("reason") or "")[:300], str(told.get("id") or "")[:120])


def _told(response: Response) -> dict:
    try:
        told = json.loads(response.body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
