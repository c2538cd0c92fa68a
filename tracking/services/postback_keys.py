"""The advertiser's secrets for postbacks: two may live at once, so that one can be changed without a gap."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.accounts.models import Advertiser
from cpanet.core.errors import DomainError
from tracking.models import PostbackKey

MOST_LIVE = 2
_NOTE_USE_EVERY = timedelta(minutes=5)


class TooManyKeys(DomainError):
    """Two keys live already."""

    code = "too_many_keys"


@transaction.atomic
def create_key(*, advertiser: Advertiser, actor, now: datetime) -> PostbackKey:
    """A new key; `secret` of the returned row is what the advertiser puts into his system. Raises TooManyKeys."""
    Advertiser.objects.select_for_update(of=("self",)).get(pk=advertiser.pk)
    if live_keys(advertiser).count() >= MOST_LIVE:
        raise TooManyKeys(_("Two keys live already: revoke the one you no longer use."))
    key = PostbackKey.objects.create(advertiser=advertiser, secret=secrets.token_urlsafe(24))
    audit.record(action="postback_key.created", subject=key, actor=actor, now=now)
    return key


@transaction.atomic
def revoke_key(*, key: PostbackKey, actor, now: datetime) -> None:
    """From now on calls with this key are not authenticated."""
    if PostbackKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=now):
        audit.record(action="postback_key.revoked", subject=key, actor=actor, now=now)


def live_keys(advertiser: Advertiser):
    """The keys that open his postback address."""
    return PostbackKey.objects.filter(advertiser=advertiser, revoked_at__isnull=True)


def authenticate(*, advertiser: Advertiser, token: str, now: datetime) -> PostbackKey | None:
    """The live key whose secret is `token`. Every key is compared, each in constant time."""
    found = None
    for key in live_keys(advertiser):
        if secrets.compare_digest(key.secret.encode(), token.encode(errors="replace")):
            found = key
    if found:
        _note_use(found, now)
    return found


def _note_use(key, now):
    """Now and then, and never waiting: calls at the same moment must not queue for this row."""
    if key.last_used_at and key.last_used_at > now - _NOTE_USE_EVERY:
        return
    free = PostbackKey.objects.filter(pk=key.pk).select_for_update(skip_locked=True, of=("self",))
    if list(free.values_list("pk")):
        PostbackKey.objects.filter(pk=key.pk).update(last_used_at=now)
