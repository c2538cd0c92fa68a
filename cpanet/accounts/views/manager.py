"""People as the network's staff sees them: webmasters, advertisers, staff; the settings; the audit log."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cpanet.accounts import audit
from cpanet.accounts.filters import AdvertiserFilter, AuditFilter, WebmasterFilter
from cpanet.accounts.forms import AdvertiserForm, NetworkForm, ReasonForm, StaffForm
from cpanet.accounts.gates import manager_view
from cpanet.accounts.models import Advertiser, Affiliate, AuditEntry, Invitation, Membership
from cpanet.accounts.roles import STAFF_ROLES
from cpanet.accounts.services.invitations import invite, invite_advertiser, set_membership_active
from cpanet.accounts.services.webmasters import decide_webmaster
from cpanet.accounts.tables import AdvertiserTable, AuditTable, WebmasterTable
from cpanet.accounts.views import common
from cpanet.core.errors import DomainError
from cpanet.core.tables import configured
from cpanet.core.views import add_error, form_page
from cpanet.tenancy.services import touch_config


@manager_view("people.view")
def webmasters(request):
    """The list, and by `?status=pending` the inbox."""
    found = WebmasterFilter(request.GET, Affiliate.objects.all())
    table = configured(WebmasterTable(found.qs), request)
    return render(request, "accounts/manager/webmasters.html", {"filter": found, "table": table})


@manager_view("people.view")
def webmaster(request, pk):
    return _webmaster_page(request, get_object_or_404(Affiliate.objects.all(), pk=pk), ReasonForm())


@manager_view("people.edit")
@require_POST
def webmaster_decide(request, pk):
    """Approve (no words needed), refuse or block (with a reason)."""
    affiliate = get_object_or_404(Affiliate.objects.all(), pk=pk)
    status = request.POST.get("status", "")
    if status not in (Affiliate.Status.APPROVED, Affiliate.Status.REFUSED, Affiliate.Status.BLOCKED):
        messages.error(request, _("Choose approve, refuse or block."))
        return redirect("manager:webmaster", pk)
    form = ReasonForm(request.POST)
    form.fields["reason"].required = False
    form.full_clean()
    try:
        decide_webmaster(
            affiliate=affiliate,
            status=status,
            reason=form.cleaned_data.get("reason", ""),
            actor=request.user,
            now=timezone.now(),
        )
    except DomainError as error:
        add_error(form, error)
        return _webmaster_page(request, affiliate, form)
    messages.success(
        request, _("%(name)s: %(status)s.") % {"name": affiliate, "status": affiliate.get_status_display()}
    )
    return redirect("manager:webmaster", pk)


def _webmaster_page(request, affiliate, form):
    context = {
        "affiliate": affiliate,
        "sites": affiliate.sites(manager="objects").all(),
        "members": affiliate.memberships(manager="objects").select_related("user"),
        "timeline": audit.timeline_items(affiliate),
    }
    return form_page(request, "accounts/manager/webmaster.html", form, context)


@manager_view("people.view")
def advertisers(request):
    found = AdvertiserFilter(request.GET, Advertiser.objects.all())
    table = configured(AdvertiserTable(found.qs), request)
    return render(request, "accounts/manager/advertisers.html", {"filter": found, "table": table})


@manager_view("people.edit")
def advertiser_new(request):
    """A new advertiser, whose first member is invited at once."""
    form = AdvertiserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            advertiser, url = invite_advertiser(
                network=request.network, actor=request.user, now=timezone.now(), **form.cleaned_data
            )
        except DomainError as error:
            add_error(form, error)
        else:
            return render(
                request,
                "accounts/manager/invited.html",
                {"advertiser": advertiser, "url": url, "email": form.cleaned_data["email"]},
            )
    return form_page(request, "accounts/manager/advertiser_new.html", form)


@manager_view("people.view")
def advertiser(request, pk):
    found = get_object_or_404(Advertiser.objects.all(), pk=pk)
    context = {
        "advertiser": found,
        "members": found.memberships(manager="objects").select_related("user"),
        "invitations": Invitation.objects.filter(advertiser=found, accepted_at__isnull=True),
        "timeline": audit.timeline_items(found),
    }
    return render(request, "accounts/manager/advertiser.html", context)


@manager_view("people.view")
def staff(request):
    members = Membership.objects.filter(role__in=STAFF_ROLES).select_related("user")
    invitations = Invitation.objects.filter(role__in=STAFF_ROLES, accepted_at__isnull=True)
    return render(request, "accounts/manager/staff.html", {"members": members, "invitations": invitations})


@manager_view("staff.edit")
def staff_invite(request):
    form = StaffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            url = invite(network=request.network, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except DomainError as error:
            add_error(form, error)
        else:
            return render(request, "accounts/manager/invited.html", {"url": url, "email": form.cleaned_data["email"]})
    return form_page(request, "accounts/manager/staff_invite.html", form)


@manager_view("staff.edit")
@require_POST
def member_active(request, pk):
    member = get_object_or_404(Membership.objects.filter(role__in=STAFF_ROLES), pk=pk)
    try:
        set_membership_active(membership=member, is_active="on" in request.POST, actor=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("manager:staff")


@manager_view("network.edit")
def settings(request):
    """What the network is called, its time zone, where visitors go that no offer takes."""
    form = NetworkForm(request.POST or None, instance=request.network)
    if request.method == "POST" and form.is_valid():
        network = form.save()
        audit.record(
            action="network.changed",
            subject=network,
            actor=request.user,
            now=timezone.now(),
            changes={"fields": form.changed_data},
        )
        touch_config(network.pk)
        messages.success(request, _("Saved."))
        return redirect("manager:settings")
    return form_page(request, "accounts/manager/settings.html", form, {"domains": request.network.domains.all()})


@manager_view("audit.view")
def audit_log(request):
    found = AuditFilter(request.GET, AuditEntry.objects.select_related("actor"))
    table = configured(AuditTable(found.qs), request)
    return render(request, "accounts/manager/audit.html", {"filter": found, "table": table})


api_keys = manager_view("reports.view")(common.api_keys)
api_key_revoke = manager_view("reports.view")(common.api_key_revoke)
