"""Limits of an offer: how much it takes within a period, and how much it has taken."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Affiliate
from cpanet.tenancy.models import NetworkModel
from offers.choices import CapMeasure, CapPeriod, CapPolicy
from offers.models.offers import Goal, Offer


class Cap(NetworkModel):
    """At most `limit` within one period of the network's time zone, of one goal or of all, of one webmaster or of
    all together. `limit` counts clicks or conversions, or is an amount in units of the offer's currency."""

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="caps")
    goal = models.ForeignKey(Goal, models.CASCADE, null=True, blank=True, related_name="caps", verbose_name=_("goal"))
    affiliate = models.ForeignKey(
        Affiliate, models.CASCADE, null=True, blank=True, related_name="caps", verbose_name=_("webmaster")
    )
    measure = models.CharField(_("what is counted"), max_length=16, choices=CapMeasure)
    period = models.CharField(_("within"), max_length=8, choices=CapPeriod)
    limit = models.BigIntegerField(_("limit"))
    policy = models.CharField(_("when it is reached"), max_length=16, choices=CapPolicy, default=CapPolicy.FALLBACK)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(NetworkModel.Meta):
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="cap_is_positive",
                condition=Q(limit__gt=0),
                violation_error_message=_("A limit must be more than nothing."),
            ),
            models.CheckConstraint(
                name="cap_of_clicks_has_no_goal",
                condition=~Q(measure=CapMeasure.CLICKS) | Q(goal__isnull=True),
                violation_error_message=_("A click has no goal yet: leave the goal out."),
            ),
            models.UniqueConstraint(
                "network", "offer", "goal", "affiliate", "measure", "period", name="one_cap_of_a_kind",
                nulls_distinct=False,
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.get_measure_display()}, {self.get_period_display()}: {self.limit}"

    @property
    def is_money(self) -> bool:
        return self.measure in (CapMeasure.EARNING, CapMeasure.REVENUE)


class CapCounter(NetworkModel):
    """What one period of a cap has taken. `settled` and `settled_until` serve clicks alone: hours counted for good."""

    cap = models.ForeignKey(Cap, models.CASCADE, related_name="counters")
    starts_at = models.DateTimeField()
    used = models.BigIntegerField(default=0)
    reached_at = models.DateTimeField(null=True)
    settled = models.BigIntegerField(default=0)
    settled_until = models.DateTimeField(null=True)

    class Meta(NetworkModel.Meta):
        constraints = [models.UniqueConstraint("network", "cap", "starts_at", name="one_counter_of_a_period")]

    def __str__(self):
        return f"{self.cap_id} from {self.starts_at}: {self.used}"
