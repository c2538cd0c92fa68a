"""Columns and paging that all tables share (django-tables2); drawn by templates/ui/table.html. See docs/ui.md."""

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_tables2.utils import Accessor

from cpanet.core import ui
from cpanet.core.elements import figures
from cpanet.core.money import format_money
from cpanet.core.numbers import whole_number

PAGE_SIZES = (25, 50, 100)
NUMERIC = {"th": {"class": "num"}, "td": {"class": "num"}, "tf": {"class": "num"}}
ACTIONS = {"th": {"class": "act"}, "td": {"class": "act"}}


class Table(tables.Table):
    """A table of a list page.

    `empty_state`: mapping (icon, title, text, action_label, action_url) shown while there is nothing at all;
    `caption`: its name for assistive technology. Filters that match nothing show `empty_text`.
    """

    empty_state = None
    caption = ""
    page_sizes = PAGE_SIZES

    class Meta:
        template_name = "ui/table.html"

    def __init__(self, *args, empty_text=None, **kwargs):
        super().__init__(*args, empty_text=empty_text or _("Nothing matches these filters."), **kwargs)

    @property
    def has_query(self) -> bool:
        """Whether the address holds parameters: then an empty table means “no match”, not “nothing yet”."""
        own = {self.prefixed_page_field, self.prefixed_per_page_field, self.prefixed_order_by_field}
        return hasattr(self, "request") and any(value for name, value in self.request.GET.items() if name not in own)


def page_size(request, prefix: str = "", sizes=PAGE_SIZES) -> int:
    """The page size asked for in the address, if it is one that is offered; else the first."""
    asked = whole_number(request.GET.get(f"{prefix}per_page", ""))
    return asked if asked in sizes else sizes[0]


def configured(table: Table, request, per_page: int | None = None) -> Table:
    """The table sorted and paged as the address says; unknown columns, pages and sizes fall back silently."""
    table.request = request
    table.order_by = request.GET.getlist(table.prefixed_order_by_field) or table.order_by
    page = request.GET.get(table.prefixed_page_field, "1")
    table.paginate(page=1, per_page=per_page or page_size(request, table.prefix, table.page_sizes))
    table.page = table.paginator.get_page(page)
    return table


class NumberColumn(tables.Column):
    """A count; `digits` after the point."""

    def __init__(self, *args, digits=0, attrs=NUMERIC, **kwargs):
        super().__init__(*args, attrs=attrs, **kwargs)
        self.digits = digits

    def render(self, value):
        return ui.format_number(value, self.digits)


class PercentColumn(NumberColumn):
    """A fraction as a percentage."""

    def __init__(self, *args, digits=2, **kwargs):
        super().__init__(*args, digits=digits, **kwargs)

    def render(self, value):
        return ui.format_percent(value, self.digits)


class MoneyColumn(tables.Column):
    """Ledger units; `currency` is a code or, with `currency_accessor`, read from the row."""

    def __init__(self, *args, currency="", currency_accessor="currency", signed=False, attrs=NUMERIC, **kwargs):
        super().__init__(*args, attrs=attrs, **kwargs)
        self.currency, self.currency_accessor, self.signed = currency, currency_accessor, signed

    def render(self, value, record):
        currency = self.currency or Accessor(self.currency_accessor).resolve(record)
        return figures.amount_signed(value, currency) if self.signed else format_money(value, currency)


class StatusColumn(tables.Column):
    """A status with its dot; the word comes from the field's choices where it has them."""

    def __init__(self, *args, tones=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.tones = tones

    def render(self, value, record, bound_column):
        slug = Accessor(bound_column.accessor).resolve(record)
        return figures.status(slug, str(value) if str(value) != str(slug) else "", self.tones)


class WhenColumn(tables.Column):
    """A moment: relative within a week, UTC in the title."""

    def __init__(self, *args, exact=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.exact = exact

    def render(self, value):
        return figures.when(value, exact=self.exact)


class IdColumn(tables.Column):
    """A long id, cut where the column is narrow; whole in the title and on copying."""

    def render(self, value):
        return format_html('<span class="ident" title="{}">{}</span>', value, value)


class NameColumn(tables.Column):
    """The first column: a link with a line of small text under it. `url(record)` and `sub(record)` give them."""

    def __init__(self, *args, url=None, sub=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.url, self.sub = url, sub

    def render(self, value, record):
        name = format_html('<a href="{}">{}</a>', self.url(record), value) if self.url else value
        sub = self.sub(record) if self.sub else ""
        small = format_html('<span class="cell-sub">{}</span>', sub) if sub else ""
        return format_html('<span><span class="cell-main">{}</span>{}</span>', name, small)
