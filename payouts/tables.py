"""Tables of payouts, batches and methods."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cpanet.core.elements import figures
from cpanet.core.money import format_money
from cpanet.core.tables import MoneyColumn, NameColumn, NumberColumn, StatusColumn, Table, WhenColumn
from cpanet.core.ui import format_percent
from payouts.models import Payout, PayoutBatch, PayoutMethod

TONES = {
    "requested": "warn", "approved": "info", "submitting": "info", "sent": "info", "unknown": "cap", "paid": "ok",
    "failed": "down", "returned": "down", "rejected": "off",
}  # fmt: skip
PICK = {"th": {"class": "pick"}, "td": {"class": "pick"}}
WIDE = {"td": {"class": "cell-wide"}}
BATCH_TONES = {"draft": "warn", "confirmed": "info", "sent": "info", "closed": "ok", "dissolved": "off"}


class OwnPayoutTable(Table):
    """A webmaster's payouts."""

    caption = _("Payouts")
    empty_state = {
        "icon": "cash",
        "title": _("No payouts yet"),
        "text": _("When you have enough available money, request your first payout above."),
    }

    details = NameColumn(
        verbose_name=_("Payout"),
        accessor="details",
        orderable=False,
        url=lambda payout: reverse("webmaster:payout", args=[payout.pk]),
        sub=lambda payout: f"#{payout.pk}",
    )
    status = StatusColumn(verbose_name=_("Status"), tones=TONES)
    amount = MoneyColumn(verbose_name=_("Amount"))
    fee = MoneyColumn(verbose_name=_("Fee"))
    net = MoneyColumn(verbose_name=_("You receive"), orderable=False)
    requested_at = WhenColumn(verbose_name=_("Requested"))
    reason = tables.Column(verbose_name=_("Note"), orderable=False)

    class Meta(Table.Meta):
        model = Payout
        fields = ["details", "status", "amount", "fee", "net", "requested_at", "reason"]


class PayoutTable(Table):
    """The network's payouts. `anomalies`: {payout id: reasons to look twice}; `selectable`: the statuses
    of those that may be chosen (True: those that wait)."""

    caption = _("Payouts")
    empty_state = {
        "icon": "cash",
        "title": _("No payouts yet"),
        "text": _("Webmasters request payouts when they have enough available money."),
    }

    affiliate = NameColumn(
        verbose_name=_("Webmaster"),
        accessor="affiliate__name",
        attrs={"td": {"class": "cell-head"}},
        url=lambda payout: reverse("manager:payout", args=[payout.pk]),
        sub=lambda payout: f"#{payout.pk} · {payout.details.masked}",
    )
    chosen = tables.Column(verbose_name="", accessor="pk", orderable=False, attrs=PICK)
    method = tables.Column(verbose_name=_("Method"), orderable=False)
    status = StatusColumn(verbose_name=_("Status"), tones=TONES)
    amount = MoneyColumn(verbose_name=_("Amount"))
    net = MoneyColumn(verbose_name=_("To send"), orderable=False)
    signals = tables.Column(verbose_name=_("Look twice"), accessor="pk", orderable=False, attrs=WIDE)
    requested_at = WhenColumn(verbose_name=_("Requested"))

    class Meta(Table.Meta):
        model = Payout
        fields = ["affiliate", "method", "status", "amount", "net", "signals", "requested_at", "chosen"]
        sequence = fields

    def __init__(self, *args, anomalies=None, selectable=False, **kwargs):
        super().__init__(*args, exclude=() if selectable else ("chosen",), **kwargs)
        self.anomalies = anomalies or {}
        self.selectable = (Payout.Status.REQUESTED,) if selectable is True else tuple(selectable or ())

    def render_chosen(self, record):
        if record.status not in self.selectable:
            return ""
        label = _now("Choose payout %d") % record.pk
        box = (
            '<input type="checkbox" class="form-check-input" name="payout" value="{}" form="batch" data-bulk-box '
            'aria-label="{}">'
        )
        return format_html(box, record.pk, label)

    def render_signals(self, record):
        found = self.anomalies.get(record.pk, [])
        marks = ((figures.status(each.code, each.label, {each.code: each.tone}, each.text),) for each in found)
        return format_html_join(" ", "{}", marks)


class BatchTable(Table):
    caption = _("Batches")
    empty_state = {
        "icon": "stack-2",
        "title": _("No batches yet"),
        "text": _("Choose requested payouts and gather them into a batch."),
        "action_label": _("Requested payouts"),
        "action_url": "/manager/payouts/?status=requested",
    }

    id = NameColumn(
        verbose_name=_("Batch"),
        url=lambda batch: reverse("manager:batch", args=[batch.pk]),
        sub=lambda batch: str(batch.method),
    )
    status = StatusColumn(verbose_name=_("Status"), tones=BATCH_TONES)
    size = NumberColumn(verbose_name=_("Payouts"))
    units = MoneyColumn(verbose_name=_("Amount"), currency_accessor="method__currency")
    created_by = tables.Column(verbose_name=_("Made by"), orderable=False)
    confirmed_by = tables.Column(verbose_name=_("Confirmed by"), orderable=False)
    created_at = WhenColumn(verbose_name=_("Made"))

    class Meta(Table.Meta):
        model = PayoutBatch
        fields = ["id", "status", "size", "units", "created_by", "confirmed_by", "created_at"]

    def render_id(self, value, record):
        return self.columns["id"].column.render(value=f"#{value}", record=record)


class MethodTable(Table):
    caption = _("Payout methods")
    empty_state = {
        "icon": "credit-card",
        "title": _("No payout methods yet"),
        "text": _("Without one nobody can be paid: add a bank transfer, a card or a wallet."),
        "action_label": _("Add a method"),
        "action_url": "/manager/payout-methods/new/",
    }

    name = NameColumn(
        verbose_name=_("Method"),
        url=lambda method: reverse("manager:payout_method", args=[method.pk]),
        sub=lambda method: method.get_kind_display(),
    )
    is_active = tables.Column(verbose_name=_("Status"))
    minimum = MoneyColumn(verbose_name=_("Minimum"))
    fee_fixed = tables.Column(verbose_name=_("Fee"), orderable=False)

    class Meta(Table.Meta):
        model = PayoutMethod
        fields = ["name", "is_active", "minimum", "fee_fixed"]

    def render_is_active(self, value):
        return figures.status("active" if value else "closed", _now("Offered") if value else _now("Closed"))

    def render_fee_fixed(self, record):
        return fee_words(record)


def fee_words(method, currency: str = "") -> str:
    """The fee of a method, or of what was agreed about it (then with its currency), in words: “$1.00 + 1%”."""
    code = currency or method.currency
    parts = [format_money(method.fee_fixed, code)] if method.fee_fixed else []
    if method.fee_percent:
        parts.append(format_percent(method.fee_percent / 10_000, 2 if method.fee_percent % 100 else 0))
    words = " + ".join(parts) or _now("free")
    if method.fee_percent and method.fee_cap is not None:
        words = _now("%(fee)s, at most %(cap)s") % {"fee": words, "cap": format_money(method.fee_cap, code)}
    return words
