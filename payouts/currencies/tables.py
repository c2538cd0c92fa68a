"""Tables of exchanges."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cpanet.core.money import format_money
from cpanet.core.tables import NUMERIC, NameColumn, Table, WhenColumn
from payouts.models import CurrencyExchange


class OwnExchangeTable(Table):
    """A webmaster's exchanges."""

    caption = _("Exchanges")
    empty_state = {
        "icon": "exchange",
        "title": _("Nothing exchanged yet"),
        "text": _("Money in another currency than your payout's can be exchanged above."),
    }

    name = NameColumn(
        verbose_name=_("Exchange"),
        accessor="pair",
        orderable=False,
        url=lambda row: reverse("webmaster:exchange", args=[row.pk]),
        sub=lambda row: f"#{row.pk}",
    )
    sold = tables.Column(verbose_name=_("Given"), attrs=NUMERIC)
    bought = tables.Column(verbose_name=_("Received"), attrs=NUMERIC)
    price = tables.Column(verbose_name=_("Rate"), attrs=NUMERIC, orderable=False)
    made_at = WhenColumn(verbose_name=_("When"))

    class Meta(Table.Meta):
        model = CurrencyExchange
        fields = ["name", "sold", "bought", "price", "made_at"]

    def render_sold(self, record):
        return format_money(record.sold, record.source)

    def render_bought(self, record):
        return format_money(record.bought, record.target)


class ExchangeTable(OwnExchangeTable):
    """The network's."""

    empty_state = {
        "icon": "exchange",
        "title": _("Nothing exchanged yet"),
        "text": _("Webmasters exchange what they have in one currency into another."),
    }

    name = NameColumn(
        verbose_name=_("Exchange"),
        accessor="pair",
        orderable=False,
        url=lambda row: reverse("manager:exchange", args=[row.pk]),
        sub=lambda row: row.affiliate.name,
    )
