"""What a network has agreed about money beside its rates: shares of referrers, holds of single webmasters."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Affiliate
from cpanet.tenancy.models import NetworkModel
from offers.models import Goal, Offer
from tracking.choices import ReferralBase


class ReferralTerms(NetworkModel):
    """What a webmaster gets for those he refers: of the whole network, or agreed with one of them.

    `percent` in basis points; 0 pays nothing. `days` from the registration of the referred one; None: for ever.
    """

    affiliate = models.ForeignKey(Affiliate, models.CASCADE, null=True, related_name="+")
    percent = models.PositiveIntegerField(_("percent"), default=0, validators=[MaxValueValidator(10_000)])
    base = models.CharField(_("of what"), max_length=8, choices=ReferralBase, default=ReferralBase.EARNING)
    days = models.PositiveIntegerField(_("for, days"), null=True, blank=True, validators=[MaxValueValidator(36_500)])
    updated_at = models.DateTimeField()

    class Meta(NetworkModel.Meta):
        constraints = [
            models.UniqueConstraint("network", "affiliate", name="one_referral_terms", nulls_distinct=False),
            models.CheckConstraint(name="referral_percent_of_a_whole", condition=Q(percent__lte=10_000)),
        ]

    def __str__(self):
        return f"referral terms of {self.affiliate_id or 'the network'}"


class HoldTerm(NetworkModel):
    """How long one webmaster's money is held, everywhere or at one offer or one of its goals."""

    affiliate = models.ForeignKey(Affiliate, models.CASCADE, related_name="+")
    offer = models.ForeignKey(Offer, models.CASCADE, null=True, related_name="+")
    goal = models.ForeignKey(Goal, models.CASCADE, null=True, related_name="+")
    days = models.PositiveSmallIntegerField(_("hold, days"), validators=[MaxValueValidator(365)])
    updated_at = models.DateTimeField()

    class Meta(NetworkModel.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "network", "affiliate", "offer", "goal", name="one_hold_term", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="goal_term_names_its_offer", condition=Q(goal__isnull=True) | Q(offer__isnull=False)
            ),
        ]

    def __str__(self):
        return f"hold of {self.days} days of webmaster {self.affiliate_id}"
