"""Addresses of the REST API: its calls, its description, and a problem document for everything else."""

from csp.decorators import csp_update
from django.urls import include, path, re_path
from django.views.decorators.cache import cache_control
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from cpanet.accounts.rest.affiliates import AffiliatesView, AffiliateView
from cpanet.accounts.rest.views import NotFoundView
from offers.api import OffersView, OfferView
from payouts.api import BalanceView, PayoutCancelView, PayoutDetailsView, PayoutsView, PayoutView
from payouts.currencies.api import ExchangesView
from payouts.statements.api import EntriesView
from tracking.api.urls import calls as tracking_calls

calls = [
    path("offers", OffersView.as_view()),
    path("offers/<str:id>", OfferView.as_view()),
    *tracking_calls,
    path("balance", BalanceView.as_view()),
    path("entries", EntriesView.as_view()),
    path("payout-details", PayoutDetailsView.as_view()),
    path("exchanges", ExchangesView.as_view()),
    path("payouts", PayoutsView.as_view()),
    path("payouts/<str:id>", PayoutView.as_view()),
    path("payouts/<str:id>/cancel", PayoutCancelView.as_view()),
    path("affiliates", AffiliatesView.as_view()),
    path("affiliates/<str:id>", AffiliateView.as_view()),
]

# Swagger's page draws with inline styles; scripts stay ours alone.
_docs = csp_update({"style-src": ["'self'", "'unsafe-inline'"]})(
    SpectacularSwaggerSplitView.as_view(url_name="api_schema")
)
_schema = cache_control(max_age=300)(SpectacularAPIView.as_view())

urlpatterns = [
    path("v1/", include(calls)),
    path("schema/", _schema, name="api_schema"),
    path("docs/", _docs, name="api_docs"),
    re_path("", NotFoundView.as_view()),
]
