"""The webmaster's links: list, builder with a live preview, page of one link."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cpanet.accounts.gates import affiliate_view
from cpanet.core.errors import DomainError
from cpanet.core.numbers import whole_number
from cpanet.core.tables import configured
from tracking.filters import LinkFilter
from tracking.forms import LinkForm, MarksForm, OfferForm, refuse
from tracking.link_address import link_url, subs_of
from tracking.link_pages import banner_codes, destination_of, has_products, qr_image
from tracking.models import TrackingLink
from tracking.selectors.clicks import last_clicks_of_link
from tracking.selectors.links import Figures, kinds_to_declare, links_of, offers_to_promote, week_figures
from tracking.services.links import create_link, set_active, update_link
from tracking.tables.links import LinkTable
from tracking.tables.parts import records_on_page


@require_GET
@affiliate_view
def links(request):
    """All links of the webmaster with what they did in a week."""
    own = links_of(request.affiliate)
    offers = own.order_by("offer__name").values_list("offer_id", "offer__name").distinct()
    filters = LinkFilter(request.GET, offers=offers)
    table = configured(LinkTable(filters.narrow(own)), request)
    _add_figures(request, records_on_page(table))
    return render(request, "tracking/webmaster/links.html", {"table": table, "filter": filters})


def _add_figures(request, shown):
    host = request.network.click_host
    figures = week_figures(request.affiliate.pk, [link.pk for link in shown], now=timezone.now())
    for link in shown:
        link.week = figures.get(link.pk, Figures())
        link.state = "active" if link.is_active else "disabled"
        link.address = link_url(host, link.code, deep_link=link.deep_link)


@affiliate_view
def link_new(request):
    """First the offer (?offer=), then the settings."""
    offers = offers_to_promote(request.affiliate)
    chosen = request.GET.get("offer", "")
    offer = next((each for each in offers if str(each.pk) == chosen), None)
    choice = OfferForm({"offer": chosen} if offer else None, offers=offers)
    context = {"choice": choice, "offer": offer, "has_offers": bool(offers)}
    if offer is None:
        return render(request, "tracking/webmaster/link_new.html", context, status=200 if not chosen else 404)
    form = _link_form(request, offer)
    if request.method == "POST" and form.is_valid():
        try:
            link = create_link(
                affiliate=request.affiliate, offer=offer, actor=request.user, now=timezone.now(), **form.cleaned_data
            )
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The link is ready."))
            return redirect("webmaster:link", link.pk)
    context |= {"form": form, "preview": _preview(request, offer, form)}
    return render(request, "tracking/webmaster/link_new.html", context, status=422 if form.errors else 200)


@affiliate_view
def link_edit(request, link_id):
    """Settings of a link; its offer and its code stay."""
    link = _own(request, link_id)
    form = _link_form(request, link.offer, link)
    if request.method == "POST" and form.is_valid():
        try:
            update_link(link=link, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("webmaster:link", link.pk)
    context = {"form": form, "link": link, "offer": link.offer, "preview": _preview(request, link.offer, form, link)}
    return render(request, "tracking/webmaster/link_edit.html", context, status=422 if form.errors else 200)


def _link_form(request, offer, link=None):
    initial = {name: getattr(link, name) for name in LinkForm.base_fields} if link else {}
    kinds = kinds_to_declare(offer, request.affiliate)
    return LinkForm(request.POST or None, offer=offer, kinds=kinds, initial=initial)


@require_POST
@affiliate_view
def link_preview(request, offer_id):
    """The part of the builder that follows what is typed."""
    offer = next((each for each in offers_to_promote(request.affiliate) if each.pk == offer_id), None)
    if offer is None:
        raise Http404
    link = links_of(request.affiliate).filter(pk=whole_number(request.POST.get("link", "")), offer=offer).first()
    context = {"preview": _preview(request, offer, _link_form(request, offer), link)}
    return render(request, "tracking/parts/link_preview.html", context)


def _preview(request, offer, form, link=None):
    """What the builder shows: the link's address and the page a visitor would land on."""
    draft = TrackingLink(code="x" * 8, offer=offer, affiliate=request.affiliate)
    if link is not None:
        draft.pk, draft.code = link.pk, link.code
    for name, value in _typed(form).items():
        setattr(draft, name, value)
    address = link_url(request.network.click_host, draft.code, deep_link=draft.deep_link)
    return {"address": address, "is_new": link is None, "subs": subs_of(draft), "destination": destination_of(draft)}


def _typed(form) -> dict:
    """What stands in the form now; a half-typed value is shown as well, as far as it is a value of its field."""
    if not form.is_bound:
        return form.initial
    form.is_valid()
    words = {name: form[name].value() or "" for name in form.fields if name != "landing"}
    return words | form.cleaned_data


@require_GET
@affiliate_view
def link(request, link_id):
    """One link: its address, marks, banners, and the clicks that came last."""
    link = _own(request, link_id)
    marks = MarksForm(request.GET)
    address = _address(request, link)
    week = week_figures(request.affiliate.pk, [link.pk], now=timezone.now()).get(link.pk, Figures())
    context = {
        "link": link, "address": address, "qr": qr_image(address), "week": week, "subs": subs_of(link),
        "marks": marks, "marked": _marked(request, link, marks), "destination": destination_of(link),
        "banners": banner_codes(link.offer, address, request.build_absolute_uri),
        "feed": _feed(request, link),
        "clicks": last_clicks_of_link(link, now=timezone.now()),
    }  # fmt: skip
    return render(request, "tracking/webmaster/link.html", context)


@require_GET
@affiliate_view
def link_marked(request, link_id):
    """The address with the marks that are being typed."""
    link = _own(request, link_id)
    context = {"marked": _marked(request, link, MarksForm(request.GET))}
    return render(request, "tracking/parts/marked_address.html", context)


@require_GET
@affiliate_view
def link_clicks(request, link_id):
    """The last clicks of a link; the page asks for them again and again."""
    link = _own(request, link_id)
    context = {"link": link, "clicks": last_clicks_of_link(link, now=timezone.now())}
    return render(request, "tracking/parts/last_clicks.html", context)


@require_POST
@affiliate_view
def link_switch(request, link_id):
    """On or off: `on` is 1 or 0."""
    link, is_active = _own(request, link_id), {"1": True, "0": False}.get(request.POST.get("on"))
    if is_active is None:
        messages.error(request, _("Say whether the link is to be on or off: nothing has changed."))
        return redirect("webmaster:link", link.pk)
    set_active(link=link, is_active=is_active, actor=request.user, now=timezone.now())
    messages.success(
        request, _("The link is on.") if is_active else _("The link is off: its visitors go to the fallback.")
    )
    return redirect("webmaster:link", link.pk)


def _own(request, link_id):
    return get_object_or_404(links_of(request.affiliate), pk=link_id)


def _feed(request, link):
    if not has_products(link.offer):
        return ""
    return request.build_absolute_uri(reverse("affiliate_feed", args=[link.code]))


def _address(request, link, marks=None):
    return link_url(request.network.click_host, link.code, marks=marks, deep_link=link.deep_link)


def _marked(request, link, form):
    values = {name: form[name].value() or "" for name in form.fields}
    return _address(request, link, values)
