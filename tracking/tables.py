"""Tables of links and calls."""

import django_tables2 as tables
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cpanet.core.tables import ACTIONS, NameColumn, NumberColumn, StatusColumn, Table, WhenColumn


class PartColumn(tables.Column):
    """A cell drawn by a small template from `record`, `table` and what the table's `part_context` holds.

    Unlike a TemplateColumn it runs no context processors: those belong to a page, not to each of its cells.
    """

    empty_values = ()

    def __init__(self, template_name, **kwargs):
        super().__init__(**kwargs)
        self.template_name = template_name

    def render(self, record, table):
        context = {"record": record, "table": table, **getattr(table, "part_context", {})}
        return get_template(self.template_name).render(context)


def records_on_page(table) -> list:
    """The records of the page that a configured table shows: to load what they need at once."""
    return [row.record for row in table.page.object_list]


class LinkTable(Table):
    """`host` is the network's; each record on the page gets `week` (selectors.links.Figures)."""

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
