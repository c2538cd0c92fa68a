"""Offers as a webmaster sees them."""

from datetime import datetime

from django.db.models import F, FilteredRelation, FloatField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, NullIf

from cpanet.accounts.models import Affiliate
from offers.models import Offer, OfferAccess
from offers.selectors.offers import with_details
from offers.selectors.rates import rates_shown_to


def visible_offers(affiliate: Affiliate, now: datetime) -> QuerySet[Offer]:
    """Running offers that the webmaster may know of: open ones, ones after a request, and those he is invited to.

    Each has `access_status` (that of his OfferAccess row or None) and `access_reason`.
    """
    mine = FilteredRelation("accesses", condition=Q(accesses__affiliate=affiliate))
    running = Offer.objects.filter(_running(now), status=Offer.Status.ACTIVE)
    return (
        running.alias(mine=mine)
        .annotate(access_status=F("mine__status"), access_reason=F("mine__reason"))
        .exclude(~Q(mine__status=OfferAccess.Status.GRANTED) | Q(mine__status=None), access=Offer.Access.INVITE)
    )


def catalogue(affiliate: Affiliate, now: datetime) -> QuerySet[Offer]:
    """`visible_offers` with everything a card shows and every list can be sorted by, in a fixed number of queries.

    Also: `epc` (units per unique click), `cr`, `approval` (fractions), each None where nothing was counted, and
    `top_fixed` (units), `top_percent` (basis points): the best current earning he can meet. Filter and sort it with
    `offers.filters.CatalogueFilter`.
    """
    found = visible_offers(affiliate, now).select_related("advertiser__reliability", "vertical", "metrics")
    return with_details(_with_figures(found, affiliate, now), rates_shown_to(affiliate.pk, now))


def offer_for_webmaster(affiliate: Affiliate, offer_id: int, now: datetime) -> Offer:
    """One offer of the catalogue. Raises Offer.DoesNotExist for one the webmaster may not know of."""
    return catalogue(affiliate, now).get(pk=offer_id)


def _running(now: datetime) -> Q:
    started = Q(starts_at__isnull=True) | Q(starts_at__lte=now)
    return started & (Q(ends_at__isnull=True) | Q(ends_at__gt=now))


def _with_figures(offers: QuerySet[Offer], affiliate: Affiliate, now: datetime) -> QuerySet[Offer]:
    decided = F("metrics__approved") + F("metrics__declined")
    return offers.annotate(
        epc=_share(F("metrics__earnings"), F("metrics__unique_clicks")),
        cr=_share(F("metrics__conversions"), F("metrics__unique_clicks")),
        approval=_share(F("metrics__approved"), decided),
        top_fixed=_best("earning_fixed", affiliate, now),
        top_percent=_best("earning_percent", affiliate, now),
    )


def _share(part, whole):
    return Cast(part, FloatField()) / NullIf(Cast(whole, FloatField()), 0.0)


def _best(field: str, affiliate: Affiliate, now: datetime) -> Subquery:
    seen = rates_shown_to(affiliate.pk, now).filter(goal__offer=OuterRef("pk"), goal__is_active=True)
    return Subquery(seen.order_by().values("goal__offer").annotate(best=Max(field)).values("best"))
