"""Pages every member has, whatever his cabinet: API keys, his own settings, accepting an invitation."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.contrib.auth import login
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from cpanet.accounts.adapter import home_of
from cpanet.accounts.forms import REFERRED_BY, AcceptInvitationForm, ApiKeyForm
from cpanet.accounts.models import ApiKey
from cpanet.accounts.scopes import SCOPES
from cpanet.accounts.services.invitations import InvitationGone, accept_invitation, find_invitation
from cpanet.accounts.services.keys import create_api_key, revoke_api_key
from cpanet.accounts.services.webmasters import referrer_of
from cpanet.core.errors import DomainError
from cpanet.core.views import add_error, form_page
from cpanet.tenancy.middleware import require_network


def api_keys(request):
    """List of one's keys and the form for a new one; the new key's text is shown once, on the answer itself."""
    membership = request.membership
    form = ApiKeyForm(request.POST or None, scopes=SCOPES[membership.role])
    shown = None
    if request.method == "POST" and form.is_valid():
        shown = _create(request, form)
    context = {
        "keys": ApiKey.objects.filter(membership=membership),
        "shown": shown,
        "namespace": request.resolver_match.namespace,
        "example": _example(request),
    }
    if shown:
        form = ApiKeyForm(scopes=SCOPES[membership.role])
    return form_page(request, "accounts/api_keys.html", form, context)


def _example(request):
    """A call that works at once, for the clipboard."""
    today = timezone.localdate()
    address = request.build_absolute_uri("/api/v1/statistics")
    span = f"date_from={today - timedelta(days=6)}&date_until={today + timedelta(days=1)}"
    return f"curl -H 'Authorization: Bearer YOUR_KEY' '{address}?{span}&dimensions=day&metrics=clicks,leads'"


def _create(request, form):
    data, now = form.cleaned_data, timezone.now()
    expires_at = now + timedelta(days=data["days"]) if data["days"] else None
    try:
        _key, text = create_api_key(
            membership=request.membership,
            name=data["name"],
            scopes=data["scopes"],
            addresses=data["addresses"],
            expires_at=expires_at,
            actor=request.user,
            now=now,
        )
    except DomainError as error:
        add_error(form, error)
        return None
    return text


def api_key_revoke(request, pk):
    """One's own key opens nothing any more."""
    key = get_object_or_404(ApiKey.objects.filter(membership=request.membership), pk=pk)
    revoke_api_key(key=key, actor=request.user, now=timezone.now())
    messages.success(request, _("The key “%s” is revoked.") % key.name)
    return redirect(f"{request.resolver_match.namespace}:api_keys")


api_key_revoke = require_POST(api_key_revoke)


@require_GET
def join(request, public_id):
    """A webmaster's referral link: whoever signs up after it, in this browser, was referred by him."""
    require_network(request)
    if request.user.is_authenticated:
        return redirect("home")
    if referrer_of(public_id):
        request.session[REFERRED_BY] = public_id
    return redirect("account_signup")


@sensitive_post_parameters("password")
def accept(request, token):
    """The page behind an invitation."""
    require_network(request)
    try:
        invitation = find_invitation(token, timezone.now())
    except InvitationGone as error:
        return render(request, "accounts/invitation_gone.html", {"error": error}, status=410)
    form = AcceptInvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = _accept(form, token)
        if user:
            return _welcome(request, user)
    return form_page(request, "accounts/invitation.html", form, {"invitation": invitation})


def _accept(form, token):
    try:
        return accept_invitation(token=token, now=timezone.now(), **form.cleaned_data)
    except DomainError as error:
        add_error(form, error)
        return None


def _welcome(request, user):
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)  # he came by a mail to it
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return redirect(home_of(list(user.memberships(manager="objects").all())))
