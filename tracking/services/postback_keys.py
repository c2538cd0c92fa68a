"""The advertiser's secrets for postbacks: two may live at once, so that one can be changed without a gap."""

import hashlib
import ipaddress
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from cpanet.accounts import audit
from cpanet.accounts.models import Advertiser
from cpanet.core.errors import DomainError
from cpanet.tenancy.raw import rows
from tracking.incoming.signing import Signed, sign
from tracking.models import PostbackKey, PostbackSettings
from tracking.services.integration_letters import tell_of_key

MOST_LIVE = 2
_LIVE = """
    SELECT * FROM tracking_postbackkey
    WHERE network_id = %(network)s AND advertiser_id = %(advertiser)s AND revoked_at IS NULL ORDER BY id DESC
"""
_NOTE_USE_EVERY = timedelta(minutes=5)


class TooManyKeys(DomainError):
    """Two keys live already."""

    code = "too_many_keys"


class NotAuthenticated(DomainError):
    """The call does not come from the advertiser; the message says what to mend."""

    code = "unauthenticated"
    status = 401


@dataclass(frozen=True)
class Caller:
    """By what a call was let in: words for the inbox, and the digest by which a signed call is known again."""

    by: str
    signature: str = ""


@transaction.atomic
def create_key(*, advertiser: Advertiser, actor, now: datetime) -> PostbackKey:
    """A new key; `secret` of the returned row is what the advertiser puts into his system. Raises TooManyKeys."""
    Advertiser.objects.select_for_update(of=("self",)).get(pk=advertiser.pk)
    if live_keys(advertiser).count() >= MOST_LIVE:
        raise TooManyKeys(_("Two keys live already: revoke the one you no longer use."))
    key = PostbackKey.objects.create(advertiser=advertiser, secret=secrets.token_urlsafe(24))
    audit.record(action="postback_key.created", subject=key, actor=actor, now=now)
    tell_of_key(key, actor)
    return key


@transaction.atomic
def revoke_key(*, key: PostbackKey, actor, now: datetime) -> None:
    """From now on calls with this key are not authenticated."""
    if PostbackKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=now):
        key.revoked_at = now
        audit.record(action="postback_key.revoked", subject=key, actor=actor, now=now)
        tell_of_key(key, actor)


def live_keys(advertiser: Advertiser):
    """The keys that open his postback address."""
    return PostbackKey.objects.filter(advertiser=advertiser, revoked_at__isnull=True)


def let_in(
    *,
    advertiser: Advertiser,
    settings: PostbackSettings,
    token: str,
    signed: Signed | None,
    address: str | None,
    now: datetime,
) -> Caller:
    """By what the call is let in: a signature if it has one, else a token. Raises NotAuthenticated."""
    check_address(settings, address)
    if signed is not None:
        key = _check_signature(advertiser, settings, signed, now)
        digest = hashlib.sha256(f"{signed.signature.lower()} {signed.canonical}".encode(errors="replace")).hexdigest()
        return Caller(_("signature, key № %d") % key.pk, digest)
    if settings.must_sign:
        raise NotAuthenticated(_("Only signed calls are taken: sign this one, or switch that off on the page."))
    if not token:
        raise NotAuthenticated(_("The token is missing: add token=… with a key of your integration page."))
    key = authenticate(advertiser=advertiser, token=token, now=now)
    if key is None:
        raise NotAuthenticated(_("This token opens nothing: it is wrong or was revoked."))
    return Caller(_("token, key № %d") % key.pk)


def check_address(settings: PostbackSettings, address: str | None) -> None:
    """Raises NotAuthenticated if the advertiser has a list of addresses and this one is not in it."""
    if not settings.addresses:
        return
    try:
        mine = ipaddress.ip_address(address or "")
    except ValueError:
        mine = None
    if mine is None or not any(mine in ipaddress.ip_network(each) for each in settings.addresses):
        message = _("Calls from %s are not taken: it is not among the addresses of your integration page.")
        raise NotAuthenticated(message % (address or _("an unknown address")))


def authenticate(*, advertiser: Advertiser, token: str, now: datetime) -> PostbackKey | None:
    """The live key whose secret is `token`. Every key is compared, each in constant time."""
    found = None
    for key in rows(PostbackKey, _LIVE, advertiser=advertiser.pk):
        if secrets.compare_digest(key.secret.encode(), token.encode(errors="replace")):
            found = key
    if found:
        _note_use(found, now)
    return found


def _check_signature(advertiser, settings, signed: Signed, now: datetime) -> PostbackKey:
    keys = rows(PostbackKey, _LIVE, advertiser=advertiser.pk)
    key = next((key for key in keys if str(key.pk) == signed.key_id), None)
    if key is None:
        raise NotAuthenticated(
            _("There is no live key № %s: see the numbers on your integration page.") % signed.key_id[:20]
        )
    _check_time(signed.time, settings.signature_seconds, now)
    expected = sign(key.secret, signed.canonical)
    if not secrets.compare_digest(expected.encode(), signed.signature.lower().encode(errors="replace")):
        raise NotAuthenticated(
            _("The signature is wrong: sign the lines version, key, time, method, path, query, SHA-256 of the body.")
        )
    _note_use(key, now)
    return key


def _check_time(text: str, seconds: int, now: datetime) -> None:
    if not (text.isascii() and text.isdecimal() and len(text) <= 11):
        raise NotAuthenticated(_("The time of the signature is missing or no Unix time in seconds."))
    age = int(now.timestamp()) - int(text)
    if abs(age) > seconds:
        message = _(
            "The signature's time is %(age)d seconds away from ours; at most %(most)d are taken: set the clock."
        )
        raise NotAuthenticated(message % {"age": abs(age), "most": seconds})


def _note_use(key, now):
    """Now and then, and never waiting: calls at the same moment must not queue for this row."""
    if key.last_used_at and key.last_used_at > now - _NOTE_USE_EVERY:
        return
    free = PostbackKey.objects.filter(pk=key.pk).select_for_update(skip_locked=True, of=("self",))
    if list(free.values_list("pk")):
        PostbackKey.objects.filter(pk=key.pk).update(last_used_at=now)
