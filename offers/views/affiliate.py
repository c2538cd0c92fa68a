"""Webmasters find offers, read their rules and ask for access."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cpanet.accounts.gates import affiliate_view
from cpanet.core.tables import configured
from cpanet.core.views import form_page
from offers import presenters, reliability, services
from offers.filters import CatalogueFilter, ProductFilter
from offers.forms import AccessRequestForm
from offers.models import Creative, Offer
from offers.selectors.caps import states_for
from offers.selectors.catalogue import catalogue, offer_for_webmaster
from offers.selectors.coupons import coupons_of_affiliate
from offers.selectors.feeds import feeds_of, products_of
from offers.tables import CatalogueTable, ProductTable
from offers.views.desk import attempt


@affiliate_view
def offers(request):
    """The catalogue: filters, sorting and page live in the address."""
    found = CatalogueFilter(request.GET, catalogue(request.affiliate, timezone.now()))
    table = configured(CatalogueTable(found.qs), request)
    return render(request, "offers/webmaster/offers.html", {"filter": found, "table": table})


@affiliate_view
def offer(request, pk):
    return _offer_page(request, _offer(request, pk), AccessRequestForm())


@affiliate_view
@require_POST
def access_request(request, pk):
    """Ask for the offer; the page comes back with the state, or with what is wrong."""
    offer = _offer(request, pk)
    form = AccessRequestForm(request.POST)
    if form.is_valid() and attempt(
        form,
        lambda: services.request_access(
            offer=offer,
            affiliate=request.affiliate,
            message=form.cleaned_data["message"],
            actor=request.user,
            now=timezone.now(),
        ),
    ):
        messages.success(request, _("Your request is with the manager; you will get a mail with the answer."))
        return redirect("webmaster:offer", pk)
    return _offer_page(request, offer, form)


@affiliate_view
def products(request, pk):
    """The goods of the offer's feeds."""
    offer = _offer(request, pk)
    found = ProductFilter(request.GET, products_of(offer))
    table = configured(ProductTable(found.qs), request)
    return render(request, "offers/webmaster/products.html", {"offer": offer, "filter": found, "table": table})


def _offer(request, pk: int) -> Offer:
    try:
        return offer_for_webmaster(request.affiliate, pk, timezone.now())
    except Offer.DoesNotExist:
        raise Http404 from None


def _offer_page(request, offer: Offer, form):
    sheet = presenters.sheet_of(offer)
    link_url = _link_new(offer)
    context = {
        "offer": offer,
        "sheet": sheet,
        "epc": presenters.epc_text(offer),
        "pays": reliability.of(offer.advertiser),
        "caps": [presenters.cap_line(state, offer.currency) for state in _caps(request, offer)],
        "geo": presenters.geo_names(offer.countries),
        "state": presenters.access_state(offer),
        "state_word": presenters.access_word(presenters.access_state(offer)),
        "tones": presenters.ACCESS_TONES,
        "feeds": [feed for feed in feeds_of(offer) if feed.is_active and feed.imported_at],
        "link_url": link_url,
        "coupons": coupons_of_affiliate(request.affiliate, now=timezone.now()).filter(offer=offer)[:50],
        "banners": [_banner(request, creative) for creative in sheet.creatives],
    }
    return form_page(request, "offers/webmaster/offer.html", form, context)


def _caps(request, offer: Offer) -> list:
    return states_for(request.affiliate, [offer.pk], timezone.now()).get(offer.pk, [])


def _banner(request, creative: Creative) -> dict:
    """A creative with the code for the webmaster's site, in which his own link is still to be put."""
    code = creative.text
    if creative.kind == Creative.Kind.BANNER:
        image_url = request.build_absolute_uri(reverse("creative_image", args=[creative.pk]))
        code = presenters.banner_code(creative, image_url, _("YOUR-LINK"))
    return {"creative": creative, "code": code}


def _link_new(offer: Offer) -> str:
    """Where a webmaster makes a link to the offer: a page of an app that stands above this one."""
    try:
        return f"{reverse('webmaster:link_new')}?offer={offer.pk}"
    except NoReverseMatch:
        return ""
