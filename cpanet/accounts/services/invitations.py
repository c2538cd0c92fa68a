"""Advertisers and staff come by invitation."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.accounts.models import Advertiser, Invitation, Membership, User
from cpanet.accounts.roles import STAFF_ROLES, Role
from cpanet.accounts.services.webmasters import email_is_taken
from cpanet.core.errors import DomainError
from cpanet.tenancy.models import Network

VALID_FOR = timedelta(days=7)


class NameTaken(DomainError):
    """There is an advertiser of this name already."""

    code = "name_taken"
    field = "name"


class InvitationGone(DomainError):
    """This invitation is not valid: it was used, has expired, or the link is not complete. Ask for a new one."""

    code = "invitation_gone"


class EmailTaken(DomainError):
    """This e-mail has an account in this network already."""

    code = "email_taken"
    field = "email"


@transaction.atomic
def invite_advertiser(
    *, network: Network, name: str, website: str, email: str, actor: User, now: datetime
) -> tuple[Advertiser, str]:
    """A new advertiser and the address that lets his first member in (also sent by e-mail). Raises NameTaken."""
    try:
        with transaction.atomic():
            advertiser = Advertiser.objects.create(name=name.strip(), website=website)
    except IntegrityError:
        raise NameTaken(_("There is an advertiser of this name already.")) from None
    audit.record(action="advertiser.created", subject=advertiser, actor=actor, now=now)
    url = invite(network=network, email=email, role=Role.ADVERTISER, advertiser=advertiser, actor=actor, now=now)
    return advertiser, url


@transaction.atomic
def invite(
    *, network: Network, email: str, role: str, actor: User, now: datetime, advertiser: Advertiser | None = None
) -> str:
    """Invite somebody to a role of the staff, or to an advertiser. Answers the address of the invitation, which is sent
    by e-mail too. Raises EmailTaken."""
    if email_is_taken(email):
        raise EmailTaken(_("This e-mail has an account in this network already."))
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=email.strip().lower(),
        role=role,
        advertiser=advertiser,
        token_hash=_hash(token),
        invited_by=actor,
        created_at=now,
        expires_at=now + VALID_FOR,
    )
    audit.record(action="invitation.sent", subject=invitation, actor=actor, now=now, changes={"role": role})
    url = f"{settings.WEB_ADDRESS.format(host=network.primary_host)}/invitation/{token}/"
    subject = _("You are invited to %s") % network.name
    text = _("Open this address to choose your password:\n\n%(url)s\n\nIt is valid for %(days)d days.")
    send_mail(str(subject), text % {"url": url, "days": VALID_FOR.days}, None, [invitation.email])
    return url


def find_invitation(token: str, now: datetime) -> Invitation:
    """The open invitation behind a token. Raises InvitationGone."""
    found = Invitation.objects.select_related("advertiser").filter(token_hash=_hash(token), accepted_at__isnull=True)
    invitation = found.filter(expires_at__gt=now).first()
    if invitation is None:
        raise InvitationGone
    return invitation


@transaction.atomic
def accept_invitation(*, token: str, full_name: str, password: str, now: datetime) -> User:
    """Make the invited person a user and a member. Raises InvitationGone, EmailTaken."""
    invitation = find_invitation(token, now)
    claimed = Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True).update(accepted_at=now)
    if not claimed:
        raise InvitationGone
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.email, password, full_name=full_name.strip())
    except IntegrityError:
        raise EmailTaken(_("This e-mail has an account in this network already.")) from None
    Membership.objects.create(user=user, role=invitation.role, advertiser=invitation.advertiser)
    audit.record(action="invitation.accepted", subject=invitation, actor=user, now=now)
    return user


def set_membership_active(*, membership: Membership, is_active: bool, actor: User, now: datetime) -> None:
    """Let a member in or out. Raises LastOwner, OwnMembership."""
    if membership.user_id == actor.pk:
        raise OwnMembership
    owners = Membership.objects.filter(role=Role.OWNER, is_active=True).exclude(pk=membership.pk)
    if membership.role == Role.OWNER and not is_active and not owners.exists():
        raise LastOwner
    Membership.objects.filter(pk=membership.pk).update(is_active=is_active)
    action = "member.let_in" if is_active else "member.shut_out"
    audit.record(action=action, subject=membership, actor=actor, now=now)


class LastOwner(DomainError):
    """This is the last owner of the network: name another one first."""

    code = "last_owner"


class OwnMembership(DomainError):
    """You cannot shut yourself out: ask another owner."""

    code = "own_membership"


def staff_roles() -> list[tuple[str, str]]:
    """Choices of the roles a member of the staff may have."""
    return [(role.value, role.label) for role in STAFF_ROLES]


def _hash(token):
    return hashlib.sha256(token.encode()).hexdigest()
