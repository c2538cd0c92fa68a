"""Signed messages after the Standard Webhooks: id, time and body under an HMAC-SHA256. Pure."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from cpanet.core.errors import DomainError

PREFIX = "whsec_"
TOLERANCE = 300  # seconds a message may be old or early


class BadSignature(DomainError):
    """This message is not signed as it should be."""

    code = "bad_signature"
    status = 401


def new_secret() -> str:
    """A secret of 32 random bytes in the usual form."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def is_secret(text: str) -> bool:
    """Whether `text` is a secret of the usual form, with 24 bytes or more."""
    try:
        return text.startswith(PREFIX) and len(base64.b64decode(text.removeprefix(PREFIX), validate=True)) >= 24
    except binascii.Error:
        return False


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the HMAC of the message with the key behind `whsec_…`."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def signed_headers(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers that go with a signed message."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, message_id, timestamp, body),
    }


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> str:
    """The id of a message whose signature and time are right (`now`: seconds). Raises BadSignature."""
    message_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (secret and 0 < len(message_id) <= 120 and stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        raise BadSignature(_("The message needs the headers webhook-id, webhook-timestamp and webhook-signature."))
    if abs(now - int(stamp)) > TOLERANCE:
        raise BadSignature(_("The time of the message is more than five minutes off."))
    expected = signature(secret, message_id, int(stamp), body)
    given = headers.get("webhook-signature", "").split(" ")
    if not any(hmac.compare_digest(expected.encode(), each.encode()) for each in given):
        raise BadSignature(_("The signature does not fit the message."))
    return message_id
