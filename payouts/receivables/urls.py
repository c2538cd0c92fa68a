"""Pages of the advertiser's side; payouts/urls.py takes them up."""

from django.urls import path

from payouts.views import adjustments, bank, fuse, invoices, terms

advertiser_pages = [
    path("invoices/", invoices.own_invoices, name="invoices"),
    path("invoices/<int:pk>/", invoices.own_invoice, name="invoice"),
    path("invoices/<int:pk>/pdf/", invoices.own_invoice_file, {"format": "pdf"}, name="invoice_pdf"),
    path("invoices/<int:pk>/xlsx/", invoices.own_invoice_file, {"format": "xlsx"}, name="invoice_xlsx"),
]
manager_pages = [
    path("fuse/", fuse.fuse, name="fuse"),
    path("fuse/let-go/", fuse.fuse_let_go, name="fuse_let_go"),
    path("bank/", bank.payments, name="bank"),
    path("bank/upload/", bank.upload, name="bank_upload"),
    path("bank/confirm/", bank.confirm_chosen, name="bank_confirm"),
    path("bank/<int:pk>/", bank.payment, name="bank_payment"),
    path("bank/<int:pk>/act/", bank.payment_act, name="bank_payment_act"),
    path("advertisers/<int:pk>/terms/", terms.advertiser_terms, name="advertiser_terms"),
    path("advertisers/<int:pk>/refund/", terms.advertiser_refund, name="advertiser_refund"),
    path("advertisers/<int:pk>/write-off/", terms.advertiser_write_off, name="advertiser_write_off"),
    path("network-details/", terms.network_details, name="network_details"),
    path("invoices/", invoices.invoices, name="invoices"),
    path("invoices/new/", invoices.invoice_new, name="invoice_new"),
    path("invoices/<int:pk>/", invoices.invoice, name="invoice"),
    path("invoices/<int:pk>/act/", invoices.invoice_act, name="invoice_act"),
    path("invoices/<int:pk>/pdf/", invoices.invoice_file, {"format": "pdf"}, name="invoice_pdf"),
    path("invoices/<int:pk>/xlsx/", invoices.invoice_file, {"format": "xlsx"}, name="invoice_xlsx"),
    path("adjustments/", adjustments.adjustments, name="adjustments"),
    path("adjustments/new/", adjustments.adjustment_new, name="adjustment_new"),
    path("adjustments/<int:pk>/", adjustments.adjustment, name="adjustment"),
    path("adjustments/<int:pk>/act/", adjustments.adjustment_act, name="adjustment_act"),
]
