"""Pages about currencies by audience; payouts/urls.py takes them up."""

from django.urls import path

from payouts.currencies import views

webmaster_pages = [
    path("exchanges/", views.exchanges, name="exchanges"),
    path("exchanges/quote/", views.exchange_quote, name="exchange_quote"),
    path("exchanges/wallet/", views.wallet, name="wallet"),
    path("exchanges/<int:pk>/", views.exchange_detail, name="exchange"),
]
manager_pages = [
    path("rates/", views.rates, name="rates"),
    path("rates/upload/", views.rates_upload, name="rates_upload"),
    path("rates/fetch/", views.rates_fetch, name="rates_fetch"),
    path("rates/held/<int:pk>/", views.rates_held, name="rates_held"),
    path("rates/rules/", views.rates_rules, name="rates_rules"),
    path("exchanges/<int:pk>/", views.manager_exchange, name="exchange"),
]
