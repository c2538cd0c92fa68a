"""The words of offers that are the same in every network. Pure."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cpanet.core.traffic import TrafficSource


class TrafficPolicy(models.TextChoices):
    ALLOWED = "allowed", _("Allowed")
    ASK = "ask", _("After approval")
    FORBIDDEN = "forbidden", _("Forbidden")


class PaymentModel(models.TextChoices):
    FIXED = "fixed", _("Fixed amount")
    PERCENT = "percent", _("Percent of the sale")
    HYBRID = "hybrid", _("Fixed amount and percent")


class Device(models.TextChoices):
    DESKTOP = "desktop", _("Desktop")
    MOBILE = "mobile", _("Phone")
    TABLET = "tablet", _("Tablet")


__all__ = ["Device", "PaymentModel", "TrafficPolicy", "TrafficSource"]
