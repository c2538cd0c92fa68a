"""Tables of leads, one per audience: each has the columns its reader may see, and no others.

`part_context` is what the cells' templates need beside the row: the token of forms, the page of decisions.
"""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from cpanet.core.tables import ACTIONS, IdColumn, MoneyColumn, NameColumn, Table
from tracking.tables import PartColumn

PARTS = "tracking/parts/"


class LeadTable(Table):
    """Columns that all three have; `lead_page` names the detail page."""

    lead_page = ""
    offer = NameColumn(verbose_name=_("Offer"), accessor="offer__name", sub=lambda lead: lead.goal.name)
    sub1 = tables.Column(verbose_name="sub1", default="—")
    country = tables.Column(verbose_name=_("Country"), default="—")
    status = PartColumn(PARTS + "lead_status.html", verbose_name=_("Status"))

    caption = _("Leads")

    class Meta(Table.Meta):
        row_attrs = {"data-keys-row": True}


def _lead_column(**kwargs):
    return PartColumn(PARTS + "lead_name.html", verbose_name=_("Lead"), order_by="created_at", **kwargs)


class WebmasterLeads(LeadTable):
    """Never what the advertiser pays, never his order ids."""

    lead_page = "webmaster:lead"
    lead = _lead_column(accessor="pk")
    earning = MoneyColumn(verbose_name=_("Earning"))
    money = PartColumn(PARTS + "lead_money.html", verbose_name=_("Money"), order_by="hold_until", accessor="pk")

    empty_state = {
        "icon": "target-arrow",
        "title": _("No leads yet"),
        "text": _("A lead appears here the moment the advertiser tells us of it."),
        "action_label": _("Your links"),
        "action_url": "../links/",
    }

    class Meta(LeadTable.Meta):
        sequence = ("lead", "offer", "sub1", "country", "earning", "status", "money")


class AdvertiserLeads(LeadTable):
    """Never the earning, the margin or the webmaster's name."""

    lead_page = "advertiser:lead"
    pick = PartColumn(PARTS + "lead_pick.html", verbose_name="", orderable=False, attrs={"td": {"class": "pick"}})
    lead = _lead_column(accessor="pk", attrs={"td": {"class": "cell-head"}})
    webmaster = IdColumn(verbose_name=_("Webmaster"), accessor="affiliate__public_id", orderable=False)
    order_amount = MoneyColumn(verbose_name=_("Order"), default="—")
    revenue = MoneyColumn(verbose_name=_("You pay"))
    decide_by = PartColumn(PARTS + "lead_deadline.html", verbose_name=_("Decide by"))
    actions = PartColumn(PARTS + "lead_actions.html", verbose_name="", orderable=False, attrs=ACTIONS)

    empty_state = {
        "icon": "target-arrow",
        "title": _("No leads yet"),
        "text": _("They come in by postback: connect your shop once, and send a test."),
        "action_label": _("Connect your shop"),
        "action_url": "../integration/",
    }

    class Meta(LeadTable.Meta):
        sequence = (
            "pick", "lead", "offer", "webmaster", "sub1", "country", "order_amount", "revenue", "decide_by", "status",
            "actions",
        )  # fmt: skip


class ManagerLeads(LeadTable):
    """Everything; decisions for those who hold the right."""

    lead_page = "manager:lead"
    lead = _lead_column(accessor="pk")
    people = PartColumn(
        PARTS + "lead_people.html", verbose_name=_("Webmaster"), order_by="affiliate__name", accessor="pk"
    )
    order_amount = MoneyColumn(verbose_name=_("Order"), default="—")
    revenue = MoneyColumn(verbose_name=_("Revenue"))
    earning = MoneyColumn(verbose_name=_("Earning"))
    margin = MoneyColumn(verbose_name=_("Margin"))
    money = PartColumn(PARTS + "lead_money.html", verbose_name=_("Money"), order_by="hold_until", accessor="pk")

    empty_state = {
        "icon": "target-arrow",
        "title": _("No leads yet"),
        "text": _("They come when webmasters bring visitors and advertisers tell what became of them."),
        "action_label": _("Offers"),
        "action_url": "../offers/",
    }

    class Meta(LeadTable.Meta):
        sequence = (
            "lead", "offer", "people", "sub1", "country", "order_amount", "revenue", "earning", "margin", "status",
            "money",
        )  # fmt: skip
