"""Webmasters: sign-up, approval, profile, sites."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit, letters
from cpanet.accounts.models import Affiliate, Membership, Site, User
from cpanet.accounts.roles import Role
from cpanet.core.errors import DomainError
from cpanet.core.ids import parse_public_id
from cpanet.tenancy.services import touch_config

DECISIONS = {
    Affiliate.Status.APPROVED: "webmaster.approved",
    Affiliate.Status.REFUSED: "webmaster.refused",
    Affiliate.Status.BLOCKED: "webmaster.blocked",
}


class ReasonMissing(DomainError):
    """Say why: the webmaster will read it."""

    code = "reason_missing"
    field = "reason"


class SiteKnown(DomainError):
    """This site is on your list already."""

    code = "site_known"
    field = "url"


def email_is_taken(email: str) -> bool:
    """Whether somebody of this network has the e-mail."""
    return User.objects.filter(email__iexact=email.strip()).exists()


@transaction.atomic
def register_webmaster(
    *, user: User, name: str, about: str = "", referrer: Affiliate | None = None, now: datetime
) -> Affiliate:
    """A new webmaster, awaiting approval, with `user` as his first member; `referrer`: through whose link he came."""
    affiliate = Affiliate.objects.create(name=name.strip(), about=about.strip(), referrer=referrer)
    Membership.objects.create(user=user, role=Role.AFFILIATE, affiliate=affiliate)
    if not user.full_name:
        user.full_name = name.strip()
        user.save(update_fields=["full_name"])
    changes = {"referrer": referrer.public_id} if referrer else {}
    audit.record(action="webmaster.registered", subject=affiliate, actor=user, now=now, changes=changes)
    return affiliate


def referrer_of(public_id: str) -> Affiliate | None:
    """The webmaster whose link this is (`aff_…`), if he may refer: he is approved. None for anything else."""
    try:
        uid = parse_public_id("aff", public_id)
    except ValueError:
        return None
    return Affiliate.objects.filter(uid=uid, status=Affiliate.Status.APPROVED).first()


@transaction.atomic
def decide_webmaster(*, affiliate: Affiliate, status: str, actor: User, now: datetime, reason: str = "") -> bool:
    """Approve, refuse or block a webmaster; False when he has that status already.

    Raises ReasonMissing unless he is approved.

    He is told by e-mail; the edges learn of it within seconds.
    """
    reason = reason.strip()
    if status != Affiliate.Status.APPROVED and not reason:
        raise ReasonMissing(_("Say why: the webmaster will read it."))
    changed = (
        Affiliate.objects.filter(pk=affiliate.pk)
        .exclude(status=status)
        .update(status=status, status_reason=reason, decided_at=now)
    )
    if not changed:
        return False
    affiliate.refresh_from_db()
    audit.record(action=DECISIONS[status], subject=affiliate, actor=actor, now=now, changes={"reason": reason})
    touch_config(affiliate.network_id)
    _tell(affiliate)
    return True


def _tell(affiliate):
    subjects = {
        Affiliate.Status.APPROVED: _("you are approved"),
        Affiliate.Status.REFUSED: _("your registration was refused"),
        Affiliate.Status.BLOCKED: _("your account is blocked"),
    }
    letters.write(
        letters.people_of_affiliate(affiliate.pk), template="accounts/emails/decided.txt",
        subject=lambda: subjects[affiliate.status], values=lambda: {"affiliate": affiliate},
        path=reverse("webmaster:home"),
    )  # fmt: skip


@transaction.atomic
def update_profile(
    *, affiliate: Affiliate, name: str, messenger: str, about: str, fallback_url: str, actor: User, now: datetime
) -> None:
    """What a webmaster says of himself."""
    before = affiliate.fallback_url
    affiliate.name, affiliate.messenger = name.strip(), messenger.strip()
    affiliate.about, affiliate.fallback_url = about.strip(), fallback_url
    affiliate.save(update_fields=["name", "messenger", "about", "fallback_url"])
    audit.record(action="webmaster.profile", subject=affiliate, actor=actor, now=now)
    if before != fallback_url:
        touch_config(affiliate.network_id)


def add_site(
    *, affiliate: Affiliate, url: str, traffic_source: str, description: str, actor: User, now: datetime
) -> Site:
    """A site or channel he brings traffic from. Raises SiteKnown."""
    try:
        with transaction.atomic():
            site = Site.objects.create(
                affiliate=affiliate, url=url, traffic_source=traffic_source, description=description.strip()
            )
    except IntegrityError:
        raise SiteKnown(_("This site is on your list already.")) from None
    audit.record(action="site.added", subject=site, actor=actor, now=now)
    return site


def remove_site(*, site: Site, actor: User, now: datetime) -> None:
    """Take a site off the list."""
    audit.record(action="site.removed", subject=site, actor=actor, now=now)
    site.delete()
