"""What rails were asked about payouts, and what they answered."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cpanet.tenancy.models import NetworkModel
from payouts.models.payouts import Payout

OUTCOME_WORDS = {
    "accepted": _("Accepted"),
    "paid": _("Paid"),
    "failed": _("Failed"),
    "returned": _("Returned"),
    "never_received": _("Never received"),
    "no_answer": _("No answer"),
}


class PayoutAttempt(NetworkModel):
    """One step of one attempt to pay, written once. `number` counts the attempts of a payout, each has a reference of
    its own; `version` orders the answers of a rail (0: the rail gives none)."""

    class Step(models.TextChoices):
        ASKED = "asked", _("Handed to the rail")
        ANSWERED = "answered", _("Answer of the rail")
        LOOKED_UP = "looked_up", _("Looked up")
        NOTICE = "notice", _("Notice of the rail")
        LOST = "lost", _("Sender was lost")
        REPEATED = "repeated", _("To be sent again")
        DOUBTED = "doubted", _("Needs a person")

    payout = models.ForeignKey(Payout, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=80)
    step = models.CharField(max_length=12, choices=Step)
    outcome = models.CharField(max_length=16, blank=True, default="")
    detail = models.CharField(max_length=300, blank=True, default="")
    version = models.BigIntegerField(default=0)
    notice_id = models.CharField(max_length=120, blank=True, default="")
    at = models.DateTimeField()

    class Meta(NetworkModel.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("network", "notice_id", name="notice_once", condition=~Q(notice_id="")),
            models.UniqueConstraint("network", "reference", name="asked_once", condition=Q(step="asked")),
        ]
        indexes = [models.Index(fields=["network", "payout", "id"], name="attempts_of_payout")]
        triggers = [pgtrigger.Protect(name="attempt_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.reference}: {self.step}"

    @property
    def outcome_words(self) -> str:
        """The outcome for people; a notice tells it in the rail's own word."""
        return OUTCOME_WORDS.get(self.outcome, self.outcome)
