"""Addresses of a network's host. Each app names its pages by audience; here they get their places."""

from django.urls import include, path
from django.views.i18n import set_language

from cpanet import api
from cpanet.accounts import urls as accounts
from cpanet.ledger import urls as ledger
from cpanet.portal import urls as portal
from cpanet.portal.views import errors, health, home
from offers import urls as offers
from payouts import urls as payouts
from reconciliation import urls as reconciliation
from tracking import urls as tracking

APPS = (portal, accounts, ledger, offers, tracking, payouts, reconciliation)


def _pages(audience):
    return [page for app in APPS for page in getattr(app, f"{audience}_pages", [])]


urlpatterns = [
    path("", home.index, name="home"),
    path("health/", health.health, name="health"),
    path("language/", set_language, name="set_language"),
    path("account/", include("allauth.urls")),
    path("webmaster/", include((_pages("webmaster"), "webmaster"))),
    path("advertiser/", include((_pages("advertiser"), "advertiser"))),
    path("manager/", include((_pages("manager"), "manager"))),
    path("", include(_pages("public"))),
    path("api/", include(api.urlpatterns)),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error
