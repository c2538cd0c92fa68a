"""Cells drawn by small templates, and what a table has on its page."""

import django_tables2 as tables
from django.template.loader import get_template


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
