"""Tables of leads, one per audience: each has the columns its reader may see, and no others.

`part_context` is what the cells' templates need beside the row: the token of forms, the page of decisions.
"""

from django.utils.translation import gettext_lazy as _

from cpanet.core.tables import ACTIONS, MoneyColumn, NameColumn, Table
from tracking.tables.parts import PartColumn

PARTS = "tracking/parts/"


class LeadTable(Table):
    """Columns that all three have; `lead_page` names the detail page."""

    lead_page = ""
    offer = NameColumn(verbose_name=_("Offer"), accessor="offer__name", sub=lambda lead: lead.goal.name)
    status = PartColumn(PARTS + "lead_status.html", verbose_name=_("Status"))

    caption = _("Leads")

    class Meta(Table.Meta):
        row_attrs = {"data-keys-row": True}


def _lead_column(**kwargs):
    return PartColumn(PARTS + "lead_name.html", verbose_name=_("Lead"), order_by="created_at", accessor="pk", **kwargs)


def _mark_column():
    return NameColumn(verbose_name="sub1", accessor="sub1", default="—", sub=lambda lead: lead.country)


def _money_column():
    return PartColumn(PARTS + "lead_money.html", verbose_name=_("Money"), order_by="hold_until", accessor="pk")


class WebmasterLeads(LeadTable):
    """Never what the advertiser pays, never his order ids."""

    lead_page = "webmaster:lead"
    lead = _lead_column()
    sub1 = _mark_column()
    earning = MoneyColumn(verbose_name=_("Earning"))
    money = _money_column()

    empty_state = {
        "icon": "target-arrow",
        "title": _("No leads yet"),
        "text": _("A lead appears here the moment the advertiser tells us of it."),
        "action_label": _("Your links"),
        "action_url": "../links/",
    }

    class Meta(LeadTable.Meta):
        sequence = ("lead", "offer", "sub1", "earning", "status", "money")


def _pick_column():
    return PartColumn(
        PARTS + "lead_pick.html", verbose_name="", orderable=False, attrs={"td": {"class": "pick"}}, accessor="pk"
    )


class AdvertiserLeads(LeadTable):
    """Never the earning, the margin or the webmaster's name."""

    lead_page = "advertiser:lead"
    pick = _pick_column()
    lead = _lead_column(attrs={"td": {"class": "cell-head"}})
    webmaster = PartColumn(PARTS + "lead_source.html", verbose_name=_("Webmaster"), orderable=False, accessor="pk")
    order_amount = MoneyColumn(verbose_name=_("Order"), default="—")
    revenue = MoneyColumn(verbose_name=_("You pay"))
    status = PartColumn(PARTS + "lead_status.html", verbose_name=_("Status"), order_by=("status", "decide_by"))
    actions = PartColumn(PARTS + "lead_actions.html", verbose_name="", orderable=False, attrs=ACTIONS, accessor="pk")

    empty_state = {
        "icon": "target-arrow",
        "title": _("No leads yet"),
        "text": _("They come in by postback: connect your shop once, and send a test."),
        "action_label": _("Connect your shop"),
        "action_url": "../integration/",
    }

    class Meta(LeadTable.Meta):
        sequence = ("pick", "lead", "offer", "webmaster", "order_amount", "revenue", "status", "actions")


class ManagerLeads(LeadTable):
    """Everything there is to a lead; decisions are made on its page, or about many at once."""

    lead_page = "manager:lead"
    pick = _pick_column()
    lead = _lead_column(attrs={"td": {"class": "cell-head"}})
    people = NameColumn(verbose_name=_("Webmaster"), accessor="affiliate__name", sub=lambda lead: lead.advertiser.name)
    sub1 = _mark_column()
    revenue = MoneyColumn(verbose_name=_("Revenue"))
    earning = MoneyColumn(verbose_name=_("Earning"))
    margin = MoneyColumn(verbose_name=_("Margin"))
    money = _money_column()

    empty_state = {
        "icon": "target-arrow",
        "title": _("No leads yet"),
        "text": _("They come when webmasters bring visitors and advertisers tell what became of them."),
        "action_label": _("Offers"),
        "action_url": "../offers/",
    }

    class Meta(LeadTable.Meta):
        sequence = ("pick", "lead", "offer", "people", "sub1", "revenue", "earning", "margin", "status", "money")
