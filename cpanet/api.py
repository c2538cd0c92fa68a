"""Addresses of the REST API."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from cpanet.portal import urls as portal
from offers import urls as offers
from payouts import urls as payouts
from reconciliation import urls as reconciliation
from tracking import urls as tracking

APPS = (portal, offers, tracking, payouts, reconciliation)

urlpatterns = [
    path("v1/", include([page for app in APPS for page in getattr(app, "api_pages", [])])),
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api_schema"), name="api_docs"),
]
