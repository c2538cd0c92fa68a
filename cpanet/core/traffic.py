"""Kinds of traffic: what webmasters declare and terms of offers allow."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TrafficSource(models.TextChoices):
    """Kinds of traffic, as terms allow, forbid or ask about them."""

    CONTENT = "content", _("Content site")
    SEO = "seo", _("Search, organic")
    CONTEXT = "context", _("Search ads")
    CONTEXT_BRAND = "context_brand", _("Search ads on the brand")
    SOCIAL = "social", _("Social network posts")
    SOCIAL_ADS = "social_ads", _("Social network ads")
    MESSENGER = "messenger", _("Messenger channels")
    VIDEO = "video", _("Video and streams")
    EMAIL = "email", _("E-mail")
    PUSH = "push", _("Push notifications")
    POPUNDER = "popunder", _("Popunder and clickunder")
    DISPLAY = "display", _("Banners and teasers")
    MOBILE_APP = "mobile_app", _("Mobile applications")
    COUPON = "coupon", _("Coupon sites")
    CASHBACK = "cashback", _("Cashback")
    RETARGETING = "retargeting", _("Retargeting")
    INCENTIVE = "incentive", _("Incentive traffic")
