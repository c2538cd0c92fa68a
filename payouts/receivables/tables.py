"""Tables of bank payments, invoices and adjustments."""

from datetime import timedelta

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cpanet.core.elements import figures
from cpanet.core.tables import MoneyColumn, NameColumn, StatusColumn, Table, WhenColumn
from cpanet.core.ui import format_day
from payouts.models import Adjustment, BankPayment, Invoice, InvoiceRow

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
        words = _now("Look twice: may be known already") if record.is_alike else record.get_proposed_why_display()
        why = format_html('<span class="cell-sub">{}</span>', words)
        return format_html('<span><span class="cell-main">{}?</span>{}</span>', record.proposed.name, why)

    def render_chosen(self, record):
        if record.status != BankPayment.Status.NEW or not record.proposed_id or record.is_alike:
            return ""
        box = (
            '<input type="checkbox" class="form-check-input" name="payment" value="{}" form="bank" data-bulk-box '
            'aria-label="{}">'
        )
        return format_html(box, record.pk, _now("Choose payment %d") % record.pk)


def _period(invoice) -> str:
    return f"{format_day(invoice.since)} – {format_day(invoice.until - timedelta(days=1))}"


INVOICE_TONES = {"draft": "off", "issued": "info", "partly_paid": "warn", "paid": "ok", "cancelled": "off"}


class InvoiceTable(Table):
    """Invoices and credit notes; `audience` decides where they lead."""

    audience = "manager"
    caption = _("Invoices")
    empty_state = {
        "icon": "file-invoice",
        "title": _("No invoices yet"),
        "text": _("An invoice gathers the approved leads of an advertiser for a period."),
        "action_label": _("Make an invoice"),
        "action_url": "/manager/invoices/new/",
    }

    number_text = NameColumn(
        verbose_name=_("Number"),
        empty_values=(),
        url=lambda invoice: reverse("manager:invoice", args=[invoice.pk]),
        sub=_period,
    )
    advertiser = tables.Column(verbose_name=_("Advertiser"))
    status = StatusColumn(verbose_name=_("Status"), tones=INVOICE_TONES)
    total = MoneyColumn(verbose_name=_("Total"))
    settled = MoneyColumn(verbose_name=_("Paid"))
    due_date = tables.Column(verbose_name=_("Due"), default="—")

    class Meta(Table.Meta):
        model = Invoice
        fields = ["number_text", "advertiser", "status", "total", "settled", "due_date"]

    def __init__(self, *args, today=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def render_number_text(self, record):
        name = record.number_text or _now("Draft")
        if record.kind == Invoice.Kind.CREDIT_NOTE:
            name = _now("%s, credit note") % name
        return self.columns["number_text"].column.render(value=name, record=record)

    def render_due_date(self, value, record):
        is_late = value and self.today and record.status in Invoice.OPEN and value < self.today
        if is_late:
            return figures.status("overdue", _now("Overdue since %s") % format_day(value), {"overdue": "down"})
        return format_day(value) if value else "—"


class OwnInvoiceTable(InvoiceTable):
    """An advertiser's own."""

    audience = "advertiser"
    empty_state = {
        "icon": "file-invoice",
        "title": _("No invoices yet"),
        "text": _("When the network invoices approved leads, the papers are here to look at and to download."),
    }
    number_text = NameColumn(
        verbose_name=_("Number"),
        empty_values=(),
        url=lambda invoice: reverse("advertiser:invoice", args=[invoice.pk]),
        sub=_period,
    )

    class Meta(InvoiceTable.Meta):
        exclude = ["advertiser"]


class InvoiceRowTable(Table):
    """The leads behind an invoice."""

    caption = _("Leads")
    lead = tables.Column(verbose_name=_("Lead"), accessor="conversion_id", orderable=False)
    offer = tables.Column(verbose_name=_("Offer"), accessor="conversion__offer__name", orderable=False)
    goal = tables.Column(verbose_name=_("Goal"), accessor="conversion__goal__name", orderable=False)
    decided = WhenColumn(verbose_name=_("Decided"), accessor="conversion__status_updated_at", orderable=False)
    amount = MoneyColumn(verbose_name=_("Amount"), currency_accessor="conversion__currency", orderable=False)

    class Meta(Table.Meta):
        model = InvoiceRow
        fields = ["lead", "offer", "goal", "decided", "amount"]

    def __init__(self, *args, audience, **kwargs):
        super().__init__(*args, **kwargs)
        self.audience = audience

    def render_lead(self, value, record):
        url = reverse(f"{self.audience}:lead", args=[value])
        name = record.conversion.order_id or f"#{value}"
        return format_html('<a href="{}">{}</a>', url, name)


ADJUSTMENT_TONES = {"proposed": "warn", "booked": "ok", "refused": "off"}


class AdjustmentTable(Table):
    caption = _("Adjustments")
    empty_state = {
        "icon": "adjustments-horizontal",
        "title": _("No adjustments yet"),
        "text": _("What no lead and no payout explains is moved by hand: one person proposes it, another confirms."),
        "action_label": _("Propose one"),
        "action_url": "/manager/adjustments/new/",
    }

    pk = NameColumn(
        verbose_name=_("Adjustment"),
        url=lambda each: reverse("manager:adjustment", args=[each.pk]),
        sub=lambda each: each.reason[:90],
    )
    status = StatusColumn(verbose_name=_("Status"), tones=ADJUSTMENT_TONES)
    amount = MoneyColumn(verbose_name=_("Amount"))
    debit_kind = tables.Column(verbose_name=_("From"), orderable=False)
    credit_kind = tables.Column(verbose_name=_("To"), orderable=False)
    proposed_by = tables.Column(verbose_name=_("Proposed by"), orderable=False)
    decided_by = tables.Column(verbose_name=_("Decided by"), orderable=False)

    class Meta(Table.Meta):
        model = Adjustment
        fields = ["pk", "status", "amount", "debit_kind", "credit_kind", "proposed_by", "decided_by"]

    def render_pk(self, value, record):
        return self.columns["pk"].column.render(value=f"{record.get_kind_display()} #{value}", record=record)

    def render_debit_kind(self, value, record):
        return f"{value} #{record.debit_owner}" if record.debit_owner else value

    def render_credit_kind(self, value, record):
        return f"{value} #{record.credit_owner}" if record.credit_owner else value
