"""What allauth asks the product: who may sign up, where a person goes, how mail looks."""

from allauth.account.adapter import DefaultAccountAdapter
from django.urls import reverse
from django.utils import timezone

from cpanet.accounts import audit
from cpanet.accounts.roles import STAFF_ROLES, Role


class NetworkAccountAdapter(DefaultAccountAdapter):
    """E-mail addresses are unique within the network of the host; row-level security hides the others."""

    def is_open_for_signup(self, request):
        return bool(request.network and request.network.signup_open)

    def get_login_redirect_url(self, request):
        return reverse("home") if request.network else reverse("admin:index")

    get_signup_redirect_url = get_login_redirect_url

    def get_client_ip(self, request):
        return request.client_address or "0.0.0.0"  # noqa: S104 - a key of the rate limit, not an address to bind

    def get_from_email(self):
        return super().get_from_email()

    def post_login(self, request, user, **kwargs):
        """Every sign-in stands in the audit log with its address: a lead from there is the webmaster's own visit."""
        if request.network is not None:
            user.current_address = request.client_address or None
            audit.record(action="user.signed_in", subject=user, actor=user, now=timezone.now())
        return super().post_login(request, user, **kwargs)


def home_of(memberships) -> str:
    """The address of the cabinet a person starts in: staff before advertisers before webmasters."""
    roles = {membership.role for membership in memberships}
    if roles & set(STAFF_ROLES):
        return reverse("manager:home")
    if Role.ADVERTISER in roles:
        return reverse("advertiser:home")
    if Role.AFFILIATE in roles:
        return reverse("webmaster:home")
    return reverse("account_email")
