"""Pages of statements; payouts/urls.py takes them up."""

from django.urls import path

from payouts.views import statements

webmaster_pages = [path("entries/", statements.webmaster_entries, name="entries")]
advertiser_pages = [path("entries/", statements.advertiser_entries, name="entries")]
manager_pages = [
    path("entries/", statements.entries, name="entries"),
    path("webmasters/<int:pk>/entries/", statements.manager_webmaster_entries, name="webmaster_entries"),
    path("advertisers/<int:pk>/entries/", statements.manager_advertiser_entries, name="advertiser_entries"),
    path("trial-balance/", statements.trial_balance, name="trial_balance"),
    path("accounts/", statements.accounts, name="accounts"),
    path("profit/", statements.profit_report, name="profit"),
]
