"""The team of an advertiser."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cpanet.accounts.forms import MemberForm
from cpanet.accounts.gates import advertiser_view
from cpanet.accounts.models import Membership
from cpanet.accounts.roles import Role
from cpanet.accounts.services.invitations import invite, set_membership_active
from cpanet.accounts.views import common
from cpanet.core.errors import DomainError
from cpanet.core.views import add_error, form_page


@advertiser_view
def team(request):
    """Who acts for the advertiser, and the form that invites one more."""
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invite(
                network=request.network,
                email=form.cleaned_data["email"],
                role=Role.ADVERTISER,
                advertiser=request.advertiser,
                actor=request.user,
                now=timezone.now(),
            )
        except DomainError as error:
            add_error(form, error)
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect("advertiser:team")
    members = request.advertiser.memberships(manager="objects").select_related("user")
    return form_page(request, "accounts/advertiser/team.html", form, {"members": members})


@advertiser_view
@require_POST
def member_active(request, pk):
    member = get_object_or_404(Membership.objects.filter(advertiser=request.advertiser), pk=pk)
    try:
        set_membership_active(membership=member, is_active="on" in request.POST, actor=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("advertiser:team")


api_keys = advertiser_view(common.api_keys)
api_key_revoke = advertiser_view(common.api_key_revoke)
