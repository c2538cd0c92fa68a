"""Tables of referrals. `currency` of the amounts is given by the view."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cpanet.core.money import format_money
from cpanet.core.tables import NUMERIC, NameColumn, NumberColumn, StatusColumn, Table, WhenColumn
from cpanet.core.ui import format_day


class UnitsColumn(tables.Column):
    """Units of the table's own currency."""

    def __init__(self, **kwargs):
        super().__init__(attrs=NUMERIC, **kwargs)

    def render(self, value, table):
        return format_money(value, table.currency)


class _CurrencyTable(Table):
    def __init__(self, *args, currency, **kwargs):
        super().__init__(*args, **kwargs)
        self.currency = currency


class ReferredTable(_CurrencyTable):
    """Whom a webmaster referred: never their names, traffic or earnings, only what they brought him."""

    caption = _("Referred webmasters")
    webmaster = NameColumn(
        verbose_name=_("Webmaster"), accessor="public_id", order_by="id", sub=lambda row: format_day(row.created_at)
    )
    status = StatusColumn(verbose_name=_("Status"), tones={"refused": "down", "blocked": "down"})
    leads = NumberColumn(verbose_name=_("Approved leads"))
    pending = UnitsColumn(verbose_name=_("Pending"))
    held = UnitsColumn(verbose_name=_("On hold"))
    released = UnitsColumn(verbose_name=_("Released"))
    total = UnitsColumn(verbose_name=_("Brought you"))

    empty_state = {
        "icon": "users",
        "title": _("Nobody yet"),
        "text": _("Whoever signs up through your link appears here, and what his leads bring you."),
    }


class ReferrerTable(_CurrencyTable):
    """For the staff: who refers, what those he referred brought the network, and what he got of it."""

    caption = _("Referrers")
    webmaster = NameColumn(
        verbose_name=_("Webmaster"),
        accessor="name",
        url=lambda row: reverse("manager:webmaster_terms", args=[row.pk]),
        sub=lambda row: f"#{row.pk}",
    )
    referred_number = NumberColumn(verbose_name=_("Referred"))
    newest = WhenColumn(verbose_name=_("The last one"))
    leads = NumberColumn(verbose_name=_("Approved leads"))
    brought = UnitsColumn(verbose_name=_("Margin of them"))
    cost = UnitsColumn(verbose_name=_("His part"))

    empty_state = {
        "icon": "users",
        "title": _("Nobody has referred anybody yet"),
        "text": _("Every approved webmaster finds his link under “Referrals”."),
    }
