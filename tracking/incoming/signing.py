"""Signed calls: what is signed, and how. Pure; docs/integration.md says the same to those who call.

The canonical string is seven lines joined by "\\n": the version, the key's number, the time in Unix seconds, the
method, the path, the query as it was sent (without `sig`), and the SHA-256 of the body in hexadecimal digits. The
signature is its HMAC-SHA256 with the key's secret, in hexadecimal digits.
"""

import hashlib
import hmac
from dataclasses import dataclass

VERSION = "v1"
KEY_HEADER, TIME_HEADER, SIGNATURE_HEADER = "X-Postback-Key", "X-Postback-Time", "X-Postback-Signature"
KEY_NAME, TIME_NAME, SIGNATURE_NAME = "sig_key", "sig_time", "sig"
SIGNING_NAMES = (KEY_NAME, TIME_NAME, SIGNATURE_NAME)


@dataclass(frozen=True)
class Signed:
    """What a call says of its signature, and what of the call is signed."""

    key_id: str
    time: str
    signature: str
    method: str
    path: str
    query: str
    body: bytes

    @property
    def canonical(self) -> str:
        """The text that is signed."""
        return canonical(
            key_id=self.key_id, time=self.time, method=self.method, path=self.path, query=self.query, body=self.body
        )


def canonical(*, key_id: str, time: str, method: str, path: str, query: str = "", body: bytes = b"") -> str:
    """The text that is signed. `query` may still hold its `sig`, which is left out."""
    digest = hashlib.sha256(body).hexdigest()
    return "\n".join((VERSION, key_id, time, method.upper(), path, without_signature(query), digest))


def sign(secret: str, text: str) -> str:
    """The signature of a canonical text."""
    return hmac.new(secret.encode(), text.encode(errors="replace"), hashlib.sha256).hexdigest()


def without_signature(query: str) -> str:
    """The query without the pair that carries the signature; the other pairs stay as they are, in their order."""
    return "&".join(pair for pair in query.split("&") if not pair.startswith(f"{SIGNATURE_NAME}="))
