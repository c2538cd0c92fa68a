"""Tables of statements and of their rows."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from cpanet.core.tables import NumberColumn, StatusColumn, Table, WhenColumn

PARTS = "reconciliation/parts/"
TONES = {
    "matched": "warn",
    "uploaded": "info",
    "applying": "info",
    "closed": "ok",
    "withdrawing": "info",
    "withdrawn": "off",
    "refused": "down",
}


class StatementTable(Table):
    file_name = tables.TemplateColumn(template_name=PARTS + "statement_name.html", verbose_name=_("Statement"))
    advertiser = tables.Column(verbose_name=_("Advertiser"), accessor="advertiser__name")
    state = StatusColumn(verbose_name=_("State"), tones=TONES)
    rows = NumberColumn(verbose_name=_("Rows"), accessor="summary__rows", orderable=False, default="—")
    agree = NumberColumn(verbose_name=_("Agree"), accessor="agreeing", orderable=False, default="—")
    uploaded_at = WhenColumn(verbose_name=_("Uploaded"))

    caption = _("Statements")
    empty_state = {
        "icon": "file-check",
        "title": _("No statements yet"),
        "text": _(
            "Upload the list of orders that your shop or CRM exports: every lead is checked against it, and you decide "
            "what follows."
        ),
        "action_label": _("Upload a statement"),
        "action_url": "new/",
    }

    class Meta(Table.Meta):
        order_by = "-uploaded_at"


class RowTable(Table):
    """`pick` only while a person may choose."""

    pick = tables.TemplateColumn(
        template_name=PARTS + "row_pick.html", verbose_name="", orderable=False, attrs={"td": {"class": "pick"}}
    )
    number = tables.TemplateColumn(
        template_name=PARTS + "row_theirs.html", verbose_name=_("Their row"), attrs={"td": {"class": "cell-head"}}
    )
    lead = tables.TemplateColumn(
        template_name=PARTS + "row_lead.html", verbose_name=_("Our lead"), accessor="pk", orderable=False
    )
    match_class = tables.TemplateColumn(template_name=PARTS + "row_class.html", verbose_name=_("Compared"))
    action = tables.TemplateColumn(template_name=PARTS + "row_action.html", verbose_name=_("What happens"))

    caption = _("Rows")
    empty_state = {"icon": "inbox", "title": _("No rows"), "text": _("The file holds a heading and nothing below it.")}
    page_sizes = (25, 50, 100, 200)
