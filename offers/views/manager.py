"""The staff decides about access and keeps the themes."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cpanet.accounts.gates import can, manager_view
from cpanet.accounts.models import Affiliate
from cpanet.core.errors import DomainError
from cpanet.core.numbers import whole_numbers
from cpanet.core.tables import page_size
from cpanet.core.views import form_page, next_page
from offers import services
from offers.filters import AccessFilter
from offers.forms import InviteForm, ReasonForm, VerticalForm
from offers.models import Offer, OfferAccess, Vertical
from offers.selectors.access import access_requests
from offers.selectors.offers import all_offers, verticals_with_counts
from offers.views.desk import Desk, attempt, section

DECISIONS = (OfferAccess.Status.GRANTED, OfferAccess.Status.REFUSED)


@manager_view("offers.view")
def access(request):
    """The inbox; `?status=` shows what was decided."""
    data = request.GET.copy()
    data.setdefault("status", OfferAccess.Status.REQUESTED)
    status = data["status"] if data["status"] in OfferAccess.Status else OfferAccess.Status.REQUESTED
    found = AccessFilter(data, access_requests(status))
    page = Paginator(found.qs, page_size(request)).get_page(request.GET.get("page"))
    context = {
        "filter": found,
        "page": page,
        "status": status,
        "can_decide": can(request, "access.decide"),
        "form": ReasonForm(),
    }
    return render(request, "offers/manager/access.html", context)


@manager_view("access.decide")
@require_POST
def access_decide(request):
    """Grant or refuse the chosen requests; each that cannot be decided says why, the others are decided."""
    status, reason = request.POST.get("status", ""), request.POST.get("reason", "")
    numbers = whole_numbers(request.POST.getlist("access"))
    rows = list(OfferAccess.objects.filter(pk__in=numbers).select_related("offer", "affiliate"))
    if not rows or status not in DECISIONS:
        messages.error(request, _("Choose requests, then grant or refuse them."))
        return _back(request, "manager:access")
    decided = sum(_decided(request, row, status, reason) for row in rows)
    if decided:
        _say_decided(request, status, decided)
    return _back(request, "manager:access")


@manager_view("offers.view")
def offer_access(request, pk):
    """Everybody's access to one offer; invite, withdraw."""
    desk = Desk("manager", all_offers(), can_edit=can(request, "offers.edit"))
    request.desk = desk
    offer = desk.offer(pk)
    return _offer_access_page(request, offer, InviteForm(offer=offer))


@manager_view("access.decide")
@require_POST
def offer_invite(request, pk):
    request.desk = Desk("manager", all_offers(), can_edit=can(request, "offers.edit"))
    offer = request.desk.offer(pk)
    form = InviteForm(request.POST, offer=offer)
    if form.is_valid():
        affiliate = form.cleaned_data["affiliate"]
        services.invite(offer=offer, affiliate=affiliate, actor=request.user, now=timezone.now())
        messages.success(request, _("%s may promote the offer now.") % affiliate)
        return redirect("manager:offer_access", pk)
    return _offer_access_page(request, offer, form)


@manager_view("access.decide")
@require_POST
def offer_withdraw(request, pk, affiliate_pk):
    """Take the offer from a webmaster, with a reason he reads."""
    offer = get_object_or_404(Offer.objects.all(), pk=pk)
    affiliate = get_object_or_404(Affiliate.objects.all(), pk=affiliate_pk)
    reason = request.POST.get("reason", "")
    try:
        services.withdraw_access(
            offer=offer, affiliate=affiliate, reason=reason, actor=request.user, now=timezone.now()
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%s no longer has the offer.") % affiliate)
    return redirect("manager:offer_access", pk)


@manager_view("offers.view")
def verticals(request):
    """The themes, and the form that adds one."""
    form = VerticalForm(request.POST or None)
    if request.method == "POST" and not can(request, "offers.edit"):
        form.add_error(None, _("You may look at the themes, not change them."))
    elif request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        if attempt(form, lambda: services.add_vertical(name=name, actor=request.user, now=timezone.now())):
            messages.success(request, _("The theme “%s” is there.") % name)
            return redirect("manager:verticals")
    context = {
        "verticals": verticals_with_counts(),
        "can_edit": can(request, "offers.edit"),
        "delete_field": {"delete": "1"},
    }
    return form_page(request, "offers/manager/verticals.html", form, context)


@manager_view("offers.edit")
@require_POST
def vertical_change(request, pk):
    """Rename or delete a theme."""
    vertical = get_object_or_404(Vertical.objects.all(), pk=pk)
    who = {"actor": request.user, "now": timezone.now()}
    try:
        if "delete" in request.POST:
            services.delete_vertical(vertical=vertical, **who)
        else:
            services.rename_vertical(vertical=vertical, name=request.POST.get("name", ""), **who)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Done."))
    return redirect("manager:verticals")


def _offer_access_page(request, offer, form):
    rows = offer.accesses.select_related("affiliate", "decided_by").order_by("-id")
    page = Paginator(rows, page_size(request)).get_page(request.GET.get("page"))
    context = section(request, offer, "offer_access", page=page, can_decide=can(request, "access.decide"))
    return form_page(request, "offers/manager/offer_access.html", form, {**context, "reason_form": ReasonForm()})


def _decided(request, row: OfferAccess, status: str, reason: str) -> bool:
    try:
        services.decide_access(access=row, status=status, reason=reason, actor=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, f"{row.affiliate} – {row.offer}: {error}")
        return False
    return True


def _say_decided(request, status: str, count: int) -> None:
    if status == OfferAccess.Status.GRANTED:
        words = ngettext("%d request granted.", "%d requests granted.", count)
    else:
        words = ngettext("%d request refused.", "%d requests refused.", count)
    messages.success(request, words % count)


def _back(request, name: str) -> HttpResponseRedirect:
    """To the page that sent the form, filters and all, if it is one of ours."""
    return HttpResponseRedirect(next_page(request, reverse(name)))
