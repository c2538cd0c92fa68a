"""Sums kept beside clicks and conversions, so that a report need not read each of them: see tracking.statistics.

All are counted anew for a whole hour (or day), never added to. `basis` says what a row counts: "visit" (clicks, and
what they say they cost), "cost" (uploaded cost), and the leads three times: "click" by the time of their click,
"action" by the time they happened, "decision" every change of theirs at its own time. Amounts in units of `currency`;
the id 0 is "none".
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from cpanet.tenancy.models import NetworkModel
from tracking.models.conversions import Conversion


class Totals(NetworkModel):
    """What every roll-up of clicks and leads has: the sums."""

    basis = models.CharField(max_length=8)
    currency = models.CharField(max_length=3)
    clicks = models.BigIntegerField(default=0)
    unique_clicks = models.BigIntegerField(default=0)
    bot_clicks = models.BigIntegerField(default=0)
    pending = models.BigIntegerField(default=0)
    approved = models.BigIntegerField(default=0)
    declined = models.BigIntegerField(default=0)
    pending_earning = models.BigIntegerField(default=0)
    approved_earning = models.BigIntegerField(default=0)
    declined_earning = models.BigIntegerField(default=0)
    pending_revenue = models.BigIntegerField(default=0)
    approved_revenue = models.BigIntegerField(default=0)
    approved_referral = models.BigIntegerField(default=0)
    cost = models.BigIntegerField(default=0)

    class Meta(NetworkModel.Meta):
        abstract = True


class Sums(Totals):
    """The sums, and whose they are."""

    offer_id = models.BigIntegerField()
    goal_id = models.BigIntegerField(default=0)
    landing_id = models.BigIntegerField(default=0)
    affiliate_id = models.BigIntegerField()
    advertiser_id = models.BigIntegerField()
    link_id = models.BigIntegerField()

    class Meta(Totals.Meta):
        abstract = True


class HourlyStats(Sums):
    """By hour, link, country and device. Marks can be as many as clicks, and so can hours by link, country, system and
    browser: they are in no roll-up.

    `quarter` (0 to 3) divides the hour where the network's own days begin within an hour of UTC; else it is 0.
    """

    hour = models.DateTimeField()
    quarter = models.PositiveSmallIntegerField(default=0)
    country = models.TextField()
    device = models.TextField()

    class Meta(Sums.Meta):
        indexes = [
            models.Index(fields=["network", "hour"], name="stats_by_hour"),
            models.Index(fields=["network", "affiliate_id", "hour"], name="stats_of_affiliate"),
            models.Index(fields=["network", "advertiser_id", "hour"], name="stats_of_advertiser"),
            # The leads of a hundred clicks each are few: found without reading past the rows of clicks.
            models.Index(
                fields=["network", "basis", "hour"], name="stats_of_leads", condition=~models.Q(basis="visit")
            ),
        ]

    def __str__(self):
        return f"{self.hour} {self.link_id}"


class HourlyLinkStats(Sums):
    """By quarter of an hour and link alone: exact in every time zone, and small."""

    hour = models.DateTimeField()
    quarter = models.PositiveSmallIntegerField(default=0)

    class Meta(Sums.Meta):
        indexes = [
            models.Index(fields=["network", "hour"], name="link_stats_by_hour"),
            models.Index(fields=["network", "affiliate_id", "hour"], name="link_stats_of_affiliate"),
            models.Index(fields=["network", "offer_id", "hour"], name="link_stats_of_offer"),
            models.Index(fields=["network", "advertiser_id", "hour"], name="link_stats_of_advertiser"),
        ]

    def __str__(self):
        return f"{self.hour} {self.link_id}"


class HourlyTotals(Totals):
    """By quarter of an hour alone, of the whole network: for reports of everything in any time zone."""

    hour = models.DateTimeField()
    quarter = models.PositiveSmallIntegerField(default=0)

    class Meta(Totals.Meta):
        indexes = [models.Index(fields=["network", "hour"], name="totals_by_hour")]

    def __str__(self):
        return f"{self.hour}"


class DailyStats(Sums):
    """By day of a time zone that is kept (see KeptZone) and link: what most pages ask."""

    zone = models.TextField()
    day = models.DateField()

    class Meta(Sums.Meta):
        indexes = [
            models.Index(fields=["network", "zone", "day"], name="daily_stats_by_day"),
            models.Index(fields=["network", "affiliate_id", "zone", "day"], name="daily_stats_of_affiliate"),
            models.Index(fields=["network", "advertiser_id", "zone", "day"], name="daily_stats_of_advertiser"),
        ]

    def __str__(self):
        return f"{self.day} {self.zone} {self.link_id}"


class DailyVisits(NetworkModel):
    """Clicks of whole days of a kept time zone by link and one thing more, which `split` names: "place" (country and
    device), or a mark, the source, the system, the browser or the language, which is in `value`."""

    zone = models.TextField()
    day = models.DateField()
    split = models.CharField(max_length=8)
    offer_id = models.BigIntegerField()
    landing_id = models.BigIntegerField()
    affiliate_id = models.BigIntegerField()
    advertiser_id = models.BigIntegerField()
    link_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    country = models.TextField()
    device = models.TextField()
    value = models.TextField()
    clicks = models.BigIntegerField()
    unique_clicks = models.BigIntegerField()
    bot_clicks = models.BigIntegerField()
    cost = models.BigIntegerField()

    class Meta(NetworkModel.Meta):
        indexes = [
            models.Index(fields=["network", "zone", "split", "day"], name="visits_by_day"),
            models.Index(fields=["network", "affiliate_id", "zone", "split", "day"], name="visits_of_affiliate"),
        ]

    def __str__(self):
        return f"{self.day} {self.zone} {self.link_id} {self.split}"


class SplitDay(NetworkModel):
    """That the clicks of a webmaster's day are in DailyVisits, by which `splits`, and what they come to: they are good
    for as long as DailyStats says the same."""

    zone = models.TextField()
    day = models.DateField()
    affiliate_id = models.BigIntegerField()
    visits = models.BigIntegerField()
    cost = models.BigIntegerField()
    splits = ArrayField(models.CharField(max_length=8))

    class Meta(NetworkModel.Meta):
        constraints = [models.UniqueConstraint("network", "zone", "day", "affiliate_id", name="split_day_once")]

    def __str__(self):
        return f"{self.day} {self.zone} {self.affiliate_id}"


class KeptZone(NetworkModel):
    """A time zone whose days are kept summed up. `is_home` marks the network's own."""

    zone = models.TextField()
    is_home = models.BooleanField()

    class Meta(NetworkModel.Meta):
        constraints = [models.UniqueConstraint("network", "zone", name="kept_zone_once")]

    def __str__(self):
        return self.zone


class LeadOrigin(NetworkModel):
    """What a lead's click said beyond what the lead itself keeps: see tracking.services.origins."""

    conversion = models.ForeignKey(Conversion, models.CASCADE, related_name="+")
    landing_id = models.BigIntegerField()
    system = models.TextField()
    browser = models.TextField()
    language = models.TextField()
    source = models.TextField()
    sub6 = models.TextField()
    sub7 = models.TextField()
    sub8 = models.TextField()
    sub9 = models.TextField()
    sub10 = models.TextField()

    class Meta(NetworkModel.Meta):
        constraints = [models.UniqueConstraint("network", "conversion", name="origin_of_lead")]

    def __str__(self):
        return f"origin of lead {self.conversion_id}"
