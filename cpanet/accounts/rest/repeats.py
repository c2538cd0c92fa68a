"""A POST that is sent twice happens once: the answer is kept beside its effect, in the same transaction."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from cpanet.accounts.models import IdempotencyRecord
from cpanet.core.errors import Conflict, DomainError

KEPT = timedelta(days=7)
KEY_LENGTH = 100


class KeyReused(DomainError):
    """This Idempotency-Key was used for another body."""

    code = "idempotency_key_reused"


class InFlight(Conflict):
    """The first call with this Idempotency-Key is still at work: ask again in a moment."""

    code = "idempotency_in_flight"


class BadKey(DomainError):
    """The Idempotency-Key has 1 to 100 visible characters."""

    code = "bad_idempotency_key"
    status = 400


def key_of(request) -> str:
    """The Idempotency-Key of the request, "" without one. Raises BadKey."""
    key = request.headers.get("Idempotency-Key", "")
    if "Idempotency-Key" in request.headers and not (0 < len(key) <= KEY_LENGTH and key.isprintable()):
        raise BadKey()
    return key


def once(request, membership, do: Callable[[], Response]) -> Response:
    """`do()`, or the kept answer of the first call with the same key and body. Only answers of success are kept: a
    refused call may be mended and sent again under its key. Raises KeyReused, InFlight."""
    key = key_of(request)
    if not key:
        return do()
    body_hash = hashlib.sha256(json.dumps(request.data, sort_keys=True, default=str).encode()).hexdigest()
    own = IdempotencyRecord.objects.filter(membership=membership, path=request.path, key=key)
    _lock(f"{membership.pk}:{request.path}:{key}")
    if kept := own.filter(created_at__gt=timezone.now() - KEPT).first():
        return _replayed(kept, body_hash)
    own.delete()
    response = do()
    if response.status_code < 300:
        _keep(membership, request.path, key, body_hash, response)
    return response


def _lock(name):
    """Until the end of the transaction; somebody else's means that his call is at work."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise InFlight()


def _replayed(kept, body_hash):
    if kept.body_hash != body_hash:
        raise KeyReused(_("This Idempotency-Key was used for another body: take a new key for a new request."))
    return Response(kept.answer, status=kept.status, headers={**kept.headers, "Idempotent-Replayed": "true"})


def _keep(membership, path, key, body_hash, response):
    headers = {name: response[name] for name in ("ETag", "Location") if name in response}
    answer = json.loads(json.dumps(response.data, default=str))
    IdempotencyRecord.objects.create(
        membership=membership, path=path, key=key, body_hash=body_hash, status=response.status_code, answer=answer,
        headers=headers, created_at=timezone.now(),
    )  # fmt: skip
    IdempotencyRecord.objects.filter(membership=membership, created_at__lt=timezone.now() - KEPT).delete()
