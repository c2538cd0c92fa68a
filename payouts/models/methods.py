"""How webmasters are paid."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Affiliate
from cpanet.core.secrets import EncryptedTextField
from cpanet.tenancy.models import NetworkModel
from payouts.fees import fee_of


class PayoutMethod(NetworkModel):
    """A way of paying that the network offers: a bank transfer, a wallet. Amounts are units of `currency`."""

    class Kind(models.TextChoices):
        IBAN = "iban", _("Bank transfer (IBAN)")
        CARD = "card", _("Card")
        USDT_TRC20 = "usdt_trc20", _("USDT (TRC-20)")
        EMAIL_WALLET = "email_wallet", _("Wallet by e-mail")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    name = models.CharField(_("name"), max_length=80)
    currency = models.CharField(_("currency"), max_length=3)
    minimum = models.BigIntegerField(_("minimum"))
    fee_fixed = models.BigIntegerField(_("fee"), default=0)
    fee_percent = models.PositiveIntegerField(_("fee, percent"), default=0, validators=[MaxValueValidator(5_000)])
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(NetworkModel.Meta):
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint("network", "name", name="payout_method_name"),
            models.CheckConstraint(
                name="payout_minimum_above_fee", condition=Q(fee_fixed__gte=0, minimum__gt=models.F("fee_fixed"))
            ),
        ]

    def __str__(self):
        return self.name

    def fee_of(self, amount: int) -> int:
        """What a payout of `amount` costs the webmaster."""
        return fee_of(amount, fixed=self.fee_fixed, percent=self.fee_percent)


class PayoutDetails(NetworkModel):
    """Where one webmaster wants his money with one method. The account lies encrypted; `masked` is what pages show."""

    affiliate = models.ForeignKey(Affiliate, models.CASCADE, related_name="payout_details")
    method = models.ForeignKey(PayoutMethod, models.PROTECT, related_name="+")
    holder = EncryptedTextField(_("holder"))
    account = EncryptedTextField(_("account"))
    masked = models.CharField(max_length=80)
    # A keyed hash of the account: finds the same account at another webmaster without opening either.
    fingerprint = models.CharField(max_length=64, editable=False, default="")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        verbose_name_plural = "payout details"
        constraints = [
            models.UniqueConstraint(
                "network", "affiliate", "method", name="one_active_details_per_method", condition=Q(is_active=True)
            )
        ]
        indexes = [models.Index(fields=["network", "fingerprint"], name="details_by_fingerprint")]

    def __str__(self):
        return f"{self.method}: {self.masked}"
