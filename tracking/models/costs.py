"""What webmasters say their traffic cost."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Affiliate
from cpanet.tenancy.models import NetworkModel

MARK_LENGTH = 300


class CostEntry(NetworkModel):
    """The cost of one day (of the network's time zone) of an offer, a link or a mark; told again it is replaced.

    `offer_id` and `link_id` are 0 where it was told for all; `mark` names the sub-id ("sub1"), "" for none. Where an
    entry stands, the costs that the clicks themselves say do not count.
    """

    affiliate = models.ForeignKey(Affiliate, models.CASCADE, related_name="costs")
    day = models.DateField(_("day"))
    offer_id = models.BigIntegerField(default=0)
    advertiser_id = models.BigIntegerField(default=0)
    link_id = models.BigIntegerField(default=0)
    mark = models.CharField(max_length=8, blank=True, default="")
    value = models.CharField(max_length=MARK_LENGTH, blank=True, default="")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    told_at = models.DateTimeField()

    class Meta(NetworkModel.Meta):
        ordering = ["-day", "id"]
        constraints = [
            models.UniqueConstraint(
                "network", "affiliate", "day", "offer_id", "link_id", "mark", "value", name="cost_told_once"
            ),
            models.CheckConstraint(name="cost_is_positive", condition=Q(amount__gt=0)),
        ]
        indexes = [models.Index(fields=["network", "day"], name="costs_by_day")]

    def __str__(self):
        return f"{self.day} {self.amount} {self.currency}"
