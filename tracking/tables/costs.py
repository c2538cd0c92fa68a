"""The table of what a webmaster has told of his costs."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from cpanet.core.tables import MoneyColumn, Table, WhenColumn


class CostTable(Table):
    """Each record on the page is given `offer` and `link` (names) by the view."""

    day = tables.DateColumn(verbose_name=_("Day"))
    offer = tables.Column(verbose_name=_("Offer"), orderable=False, default="—")
    link = tables.Column(verbose_name=_("Link"), orderable=False, default="—")
    mark = tables.Column(verbose_name=_("Sub-id"), orderable=False, default="—", empty_values=())
    amount = MoneyColumn(verbose_name=_("Spent"))
    told_at = WhenColumn(verbose_name=_("Told"))

    caption = _("Costs you have told")
    empty_state = {
        "icon": "coins",
        "title": _("No costs yet"),
        "text": _("With what your traffic costs, statistics show profit and ROI."),
    }

    class Meta(Table.Meta):
        order_by = "-day"

    def render_mark(self, record):
        return f"{record.mark} = {record.value}" if record.mark else "—"
