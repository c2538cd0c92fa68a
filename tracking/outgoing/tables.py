"""Tables of receivers and of what they were told."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cpanet.core.tables import NameColumn, NumberColumn, StatusColumn, Table, WhenColumn
from tracking.outgoing.words import SHORT_EVENTS, TONES
from tracking.tables.parts import PartColumn

PARTS = "tracking/outgoing/parts/"


class ReceiverTable(Table):
    """Each record on the page is given `counts` (waiting, given up) by the view."""

    name = NameColumn(
        verbose_name=_("Receiver"),
        url=lambda receiver: reverse("webmaster:postback", args=[receiver.pk]),
        sub=lambda receiver: f"{receiver.method} {receiver.address[:70]}",
    )
    scope = PartColumn(PARTS + "scope.html", verbose_name=_("Leads of"), orderable=False, accessor="pk")
    events = tables.Column(verbose_name=_("Tells of"), orderable=False)
    state = StatusColumn(verbose_name=_("State"), tones=TONES)
    waiting = NumberColumn(verbose_name=_("Waiting"), accessor="counts__0", orderable=False)
    parked = NumberColumn(verbose_name=_("Given up"), accessor="counts__1", orderable=False)

    caption = _("Receivers")

    class Meta(Table.Meta):
        order_by = "name"

    def render_events(self, value):
        return ", ".join(str(SHORT_EVENTS[event]) for event in value if event in SHORT_EVENTS)


class PostbackTable(ReceiverTable):
    empty_state = {
        "icon": "webhook",
        "title": _("No postbacks yet"),
        "text": _("A postback tells your tracker of every lead and of every decision about it."),
        "action_label": _("Set up a postback"),
        "action_url": "new/",
    }


class WebhookTable(ReceiverTable):
    empty_state = {
        "icon": "webhook",
        "title": _("No webhooks yet"),
        "text": _("A webhook sends signed JSON to a program of your own."),
        "action_label": _("Set up a webhook"),
        "action_url": "new/",
    }


class DeliveryTable(Table):
    """`delivery_page` and `lead_page` name the pages of the audience."""

    delivery_page, lead_page = "webmaster:postback_delivery", "webmaster:lead"
    event = PartColumn(PARTS + "event.html", verbose_name=_("Event"), order_by="pk", accessor="pk")
    lead = PartColumn(PARTS + "lead.html", verbose_name=_("About"), order_by="conversion", accessor="pk")
    receiver = NameColumn(verbose_name=_("Receiver"), accessor="receiver__name", orderable=False)
    state = PartColumn(PARTS + "state.html", verbose_name=_("State"), order_by="state", accessor="pk")
    answer = PartColumn(PARTS + "answer.html", verbose_name=_("Last answer"), orderable=False, accessor="pk")
    created_at = WhenColumn(verbose_name=_("Happened"))

    caption = _("Log of postbacks")
    empty_state = {
        "icon": "send",
        "title": _("Nothing was told yet"),
        "text": _("Every event of a lead that a receiver wants appears here, with each attempt and its answer."),
        "action_label": _("Set up a postback"),
        "action_url": "../new/",
    }


class ManagerDeliveryTable(DeliveryTable):
    """Of all webmasters."""

    delivery_page, lead_page = "manager:postback_delivery", "manager:lead"
    receiver = NameColumn(
        verbose_name=_("Receiver"),
        accessor="receiver__name",
        orderable=False,
        sub=lambda delivery: delivery.affiliate.name,
    )
    empty_state = {
        "icon": "send",
        "title": _("Nothing was told yet"),
        "text": _("When webmasters have set up postbacks, what is told to them appears here."),
    }
