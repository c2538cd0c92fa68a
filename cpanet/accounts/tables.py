"""Tables of people."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Advertiser, Affiliate, AuditEntry
from cpanet.core.tables import NameColumn, StatusColumn, Table, WhenColumn


class WebmasterTable(Table):
    caption = _("Webmasters")
    empty_state = {
        "icon": "users",
        "title": _("No webmasters yet"),
        "text": _("Webmasters sign up on your site; their applications appear here."),
    }

    name = NameColumn(
        verbose_name=_("Webmaster"),
        url=lambda affiliate: reverse("manager:webmaster", args=[affiliate.pk]),
        sub=lambda affiliate: f"#{affiliate.pk}",
    )
    status = StatusColumn(verbose_name=_("Status"), tones={"refused": "down", "blocked": "down"})
    about = tables.Column(
        verbose_name=_("How he works"), orderable=False, attrs={"td": {"class": "truncate"}}, empty_values=()
    )
    created_at = WhenColumn(verbose_name=_("Signed up"))

    class Meta(Table.Meta):
        model = Affiliate
        fields = ["name", "status", "about", "created_at"]
        order_by = "-created_at"

    def render_about(self, value):
        return value[:80] or "—"


class AdvertiserTable(Table):
    caption = _("Advertisers")
    empty_state = {
        "icon": "building-store",
        "title": _("No advertisers yet"),
        "text": _("Invite the first one: he chooses a password and makes his offers."),
        "action_label": _("Invite an advertiser"),
        "action_url": "/manager/advertisers/new/",
    }

    name = NameColumn(
        verbose_name=_("Advertiser"),
        url=lambda advertiser: reverse("manager:advertiser", args=[advertiser.pk]),
        sub=lambda advertiser: f"#{advertiser.pk}",
    )
    status = StatusColumn(verbose_name=_("Status"))
    website = tables.Column(verbose_name=_("Website"), linkify=False)
    created_at = WhenColumn(verbose_name=_("Since"))

    class Meta(Table.Meta):
        model = Advertiser
        fields = ["name", "status", "website", "created_at"]
        order_by = "name"


class AuditTable(Table):
    caption = _("Audit log")
    empty_state = {
        "icon": "history",
        "title": _("Nothing has happened yet"),
        "text": _("Whatever people change is written down here."),
    }

    at = WhenColumn(verbose_name=_("When"), exact=True)
    actor_label = tables.Column(verbose_name=_("Who"))
    action = tables.Column(verbose_name=_("What"))
    subject_label = tables.Column(verbose_name=_("Of"))
    address = tables.Column(verbose_name=_("From"), orderable=False)

    class Meta(Table.Meta):
        model = AuditEntry
        fields = ["at", "actor_label", "action", "subject_label", "address"]
        order_by = "-at"
