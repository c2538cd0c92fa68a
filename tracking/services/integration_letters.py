"""E-mails to advertisers about the keys of their postbacks."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import letters
from cpanet.accounts.models import User
from tracking.models import PostbackKey


def tell_of_key(key: PostbackKey, actor: User | None) -> None:
    """Write to the advertiser's people, but for the one who did it himself, that a key was made or revoked."""
    made, revoked = _("a key of your postbacks is new"), _("a key of your postbacks was revoked")
    letters.write(
        [user for user in letters.people_of_advertiser(key.advertiser_id) if user != actor],
        template="tracking/emails/key_changed.txt",
        subject=lambda: revoked if key.revoked_at else made,
        values=lambda: {"key": key, "who": actor.display_name if actor else _("The network")},
        path=reverse("advertiser:integration"),
    )  # fmt: skip
