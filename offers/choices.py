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


class System(models.TextChoices):
    """Operating systems an offer may ask for; `cpanet.core.user_agents` sorts visitors into them."""

    WINDOWS = "windows", "Windows"
    MACOS = "macos", "macOS"
    ANDROID = "android", "Android"
    IOS = "ios", "iOS"
    LINUX = "linux", "Linux"


class Browser(models.TextChoices):
    """Browsers an offer may ask for, on computers and phones alike."""

    CHROME = "chrome", "Chrome"
    SAFARI = "safari", "Safari"
    FIREFOX = "firefox", "Firefox"
    EDGE = "edge", "Edge"
    OPERA = "opera", "Opera"
    SAMSUNG = "samsung", "Samsung Internet"
    YANDEX = "yandex", "Yandex Browser"


class CapMeasure(models.TextChoices):
    CLICKS = "clicks", _("Clicks")
    CONVERSIONS = "conversions", _("Conversions")
    EARNING = "earning", _("Earnings of webmasters")
    REVENUE = "revenue", _("Costs of the advertiser")


class CapPeriod(models.TextChoices):
    HOUR = "hour", _("An hour")
    DAY = "day", _("A day")
    WEEK = "week", _("A week")
    MONTH = "month", _("A month")
    TOTAL = "total", _("In all")


class CapPolicy(models.TextChoices):
    """What happens when a cap is reached. A conversion whose click came before that always counts."""

    FALLBACK = "fallback", _("Send visitors to the fallback")
    DECLINE = "decline", _("Let visitors through, decline what comes of them")


__all__ = [
    "Browser",
    "CapMeasure",
    "CapPeriod",
    "CapPolicy",
    "Device",
    "PaymentModel",
    "System",
    "TrafficPolicy",
    "TrafficSource",
]
