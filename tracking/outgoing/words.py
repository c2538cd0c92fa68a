"""The words of conversions out: what is told, to what kind of receiver, and how the telling stands. Pure."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.TextChoices):
    """What happened to a lead, or – the last of them – to a payout."""

    CREATED = "created", _("Came in")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    CHANGED = "changed", _("Changed: its amount, or a decision was taken back")
    PAID = "paid", _("Paid: its hold is over, the money is available")
    PAYOUT = "payout", _("Payout: asked for, on its way, arrived or not")


# In lists, where the sentence would be too long.
SHORT_EVENTS = {
    Event.CREATED: _("Came in"),
    Event.APPROVED: _("Approved"),
    Event.DECLINED: _("Declined"),
    Event.CHANGED: _("Changed"),
    Event.PAID: _("Paid"),
    Event.PAYOUT: _("Payout"),
}


class ReceiverKind(models.TextChoices):
    POSTBACK = "postback", _("Postback")
    WEBHOOK = "webhook", _("Webhook")


class ReceiverState(models.TextChoices):
    """Off is the owner's wish; paused is what happens to a receiver that fails for a long time."""

    ACTIVE = "active", _("Active")
    OFF = "disabled", _("Switched off")
    PAUSED = "paused", _("Paused")


class Method(models.TextChoices):
    GET = "GET", "GET"
    POST = "POST", "POST"


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DELIVERED = "delivered", _("Delivered")
    RETRYING = "retrying", _("Tried again soon")
    PARKED = "parked", _("Given up")
    CANCELLED = "cancelled", _("Cancelled")


OPEN = (DeliveryState.WAITING, DeliveryState.RETRYING)
TONES = {"waiting": "warn", "retrying": "warn", "parked": "down", "paused": "down", "disabled": "off"}
