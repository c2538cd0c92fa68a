"""What people do and what is done with them: sign-up, approval, invitations, keys."""

from datetime import datetime

from django.db import transaction

from cpanet.accounts import audit
from cpanet.accounts.models import Affiliate, Membership, User
from cpanet.accounts.roles import Role


def email_is_taken(email: str) -> bool:
    """Whether somebody of this network has the e-mail."""
    return User.objects.filter(email__iexact=email.strip()).exists()


@transaction.atomic
def register_webmaster(*, user: User, name: str, about: str = "", now: datetime) -> Affiliate:
    """A new webmaster, awaiting approval, with `user` as his first member."""
    affiliate = Affiliate.objects.create(name=name.strip(), about=about.strip())
    Membership.objects.create(user=user, role=Role.AFFILIATE, affiliate=affiliate)
    if not user.full_name:
        user.full_name = name.strip()
        user.save(update_fields=["full_name"])
    audit.record(action="webmaster.registered", subject=affiliate, actor=user, now=now)
    return affiliate
