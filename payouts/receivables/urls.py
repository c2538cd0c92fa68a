"""Pages of the advertiser's side; payouts/urls.py takes them up."""

from django.urls import path

from payouts.views import bank

webmaster_pages = []
advertiser_pages = []
manager_pages = [
    path("bank/", bank.payments, name="bank"),
    path("bank/upload/", bank.upload, name="bank_upload"),
    path("bank/confirm/", bank.confirm_chosen, name="bank_confirm"),
    path("bank/<int:pk>/", bank.payment, name="bank_payment"),
    path("bank/<int:pk>/act/", bank.payment_act, name="bank_payment_act"),
]
