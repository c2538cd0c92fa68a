"""The table of a webmaster's links."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cpanet.core.tables import ACTIONS, NameColumn, NumberColumn, StatusColumn, Table, WhenColumn
from tracking.tables.parts import PartColumn


class LinkTable(Table):
    """Each record on the page is given `week` (selectors.links.Figures), `state` and `address` by the view."""

    name = NameColumn(
        verbose_name=_("Link"),
        accessor="title",
        order_by=("name", "code"),
        url=lambda link: reverse("webmaster:link", args=[link.pk]),
        sub=lambda link: link.code,
    )
    offer = tables.Column(verbose_name=_("Offer"), accessor="offer__name")
    kind = tables.Column(verbose_name=_("Kind of traffic"), accessor="get_traffic_source_display", orderable=False)
    clicks = NumberColumn(verbose_name=_("Clicks, 7 days"), accessor="week__clicks", orderable=False)
    leads = NumberColumn(verbose_name=_("Leads, 7 days"), accessor="week__leads", orderable=False)
    state = StatusColumn(verbose_name=_("State"), accessor="state", order_by="is_active")
    created_at = WhenColumn(verbose_name=_("Made"))
    address = PartColumn("tracking/parts/copy_button.html", verbose_name="", orderable=False, attrs=ACTIONS)

    caption = _("Your links")
    empty_state = {
        "icon": "link",
        "title": _("No links yet"),
        "text": _("A link brings your visitors to an offer and counts what comes of them."),
        "action_label": _("Make a link"),
        "action_url": "new/",
    }

    class Meta(Table.Meta):
        order_by = "-created_at"
