"""The table of the block-lists."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cpanet.core.tables import NameColumn, Table, WhenColumn
from tracking.models import BlockEntry


class EntryTable(Table):
    """Lines of all lists."""

    caption = _("Block-lists")
    empty_state = {
        "icon": "shield-lock",
        "title": _("Nothing is blocked"),
        "text": _("Addresses, user agents, sub-ids, sources and webmasters whose leads are to be reviewed."),
        "action_label": _("Block something"),
        "action_url": "#new",
    }

    value = NameColumn(
        verbose_name=_("What is blocked"), url=lambda entry: reverse("manager:fraud_entry", args=[entry.pk])
    )
    kind = tables.Column(verbose_name=_("List"))
    note = tables.Column(verbose_name=_("Why"), orderable=False)
    created_by = tables.Column(verbose_name=_("By"), default="—", orderable=False)
    created_at = WhenColumn(verbose_name=_("Since"))

    class Meta(Table.Meta):
        model = BlockEntry
        fields = ["value", "kind", "note", "created_by", "created_at"]
        order_by = "-created_at"
