"""Pages by audience; cpanet/urls.py gives them their places."""

from django.urls import path

from payouts.currencies import urls as currencies
from payouts.receivables import urls as receivables
from payouts.statements import urls as statements
from payouts.views import advertiser, affiliate, agreed, batches, details, manager, rails, results

webmaster_pages = [
    *statements.webmaster_pages,
    path("balance/", affiliate.balance, name="balance"),
    path("payouts/", affiliate.payouts, name="payouts"),
    path("payouts/quote/", affiliate.payout_quote, name="payout_quote"),
    path("payouts/<int:pk>/", affiliate.payout, name="payout"),
    path("payouts/<int:pk>/receipt/", affiliate.payout_receipt, name="payout_receipt"),
    path("payouts/<int:pk>/cancel/", affiliate.payout_cancel, name="payout_cancel"),
    path("payout-details/", details.payout_details, name="payout_details"),
    path("payout-details/<int:pk>/remove/", details.payout_details_remove, name="payout_details_remove"),
    *currencies.webmaster_pages,
]
advertiser_pages = [
    path("balance/", advertiser.balance, name="balance"),
    *receivables.advertiser_pages,
    *statements.advertiser_pages,
]
manager_pages = [
    path("payouts/", manager.payouts, name="payouts"),
    path("payouts/<int:pk>/", manager.payout, name="payout"),
    path("payouts/<int:pk>/act/", manager.payout_act, name="payout_act"),
    path("payouts/unfreeze/", manager.freeze_lift, name="freeze_lift"),
    path("batches/", batches.batches, name="batches"),
    path("batches/new/", batches.batch_new, name="batch_new"),
    path("batches/<int:pk>/", batches.batch, name="batch"),
    path("batches/<int:pk>/act/", batches.batch_act, name="batch_act"),
    path("batches/<int:pk>/confirm/", batches.batch_confirm, name="batch_confirm"),
    path("batches/<int:pk>/results/", results.batch_results, name="batch_results"),
    path("batches/<int:pk>/mark/", results.batch_mark, name="batch_mark"),
    path("batches/<int:pk>/register/<slug:format>/", batches.batch_register, name="batch_register"),
    path("payout-methods/", manager.payout_methods, name="payout_methods"),
    path("payout-rules/", agreed.payout_rules, name="payout_rules"),
    path("webmasters/<int:pk>/payouts/", agreed.webmaster_payout_terms, name="webmaster_payout_terms"),
    path("payout-methods/new/", manager.payout_method_new, name="payout_method_new"),
    path("payout-methods/<int:pk>/", manager.payout_method, name="payout_method"),
    path("advertisers/<int:pk>/deposit/", manager.advertiser_deposit, name="advertiser_deposit"),
    *receivables.manager_pages,
    *statements.manager_pages,
    *currencies.manager_pages,
]
public_pages = [path("payout-rails/<int:method_id>/notices/", rails.rail_notice, name="rail_notice")]
