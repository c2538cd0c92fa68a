"""Tables of bank payments."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cpanet.core.tables import MoneyColumn, NameColumn, StatusColumn, Table
from payouts.models import BankPayment

PICK = {"th": {"class": "pick"}, "td": {"class": "pick"}}
BANK_TONES = {"new": "warn", "booked": "ok", "set_aside": "off"}


class BankPaymentTable(Table):
    """Payments; `selectable` puts a box before each that waits with a proposal."""

    caption = _("Bank payments")
    empty_state = {
        "icon": "coins",
        "title": _("No bank payments yet"),
        "text": _("Upload a statement of your bank: what came in is matched with your advertisers."),
        "action_label": _("Upload a statement"),
        "action_url": "/manager/bank/upload/",
    }

    payer = NameColumn(
        verbose_name=_("Payer"),
        empty_values=(),
        url=lambda payment: reverse("manager:bank_payment", args=[payment.pk]),
        sub=lambda payment: payment.purpose[:90],
    )
    on = tables.DateColumn(verbose_name=_("Day"), format="Y-m-d")
    amount = MoneyColumn(verbose_name=_("Amount"))
    status = StatusColumn(verbose_name=_("Status"), tones=BANK_TONES)
    owner = tables.Column(verbose_name=_("Advertiser"), accessor="pk", orderable=False)
    chosen = tables.Column(verbose_name="", accessor="pk", orderable=False, attrs=PICK)

    class Meta(Table.Meta):
        model = BankPayment
        fields = ["payer", "on", "amount", "status", "owner", "chosen"]
        sequence = fields

    def __init__(self, *args, selectable=False, **kwargs):
        super().__init__(*args, exclude=() if selectable else ("chosen",), **kwargs)

    def render_payer(self, record):
        name = record.payer or record.payer_account or _now("Unknown payer")
        return self.columns["payer"].column.render(value=name[:80], record=record)

    def render_owner(self, record):
        if record.advertiser:
            return record.advertiser.name
        if record.status != BankPayment.Status.NEW or not record.proposed:
            return "—"
        why = format_html('<span class="cell-sub">{}</span>', record.get_proposed_why_display())
        return format_html('<span><span class="cell-main">{}?</span>{}</span>', record.proposed.name, why)

    def render_chosen(self, record):
        if record.status != BankPayment.Status.NEW or not record.proposed_id:
            return ""
        box = (
            '<input type="checkbox" class="form-check-input" name="payment" value="{}" form="bank" data-bulk-box '
            'aria-label="{}">'
        )
        return format_html(box, record.pk, _now("Choose payment %d") % record.pk)
