"""How webmasters are paid."""

import json
from datetime import datetime

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Affiliate
from cpanet.core.secrets import EncryptedTextField
from cpanet.tenancy.models import NetworkModel
from payouts.fees import fee_of


class Schedule(models.TextChoices):
    """When a webmaster is paid: when he asks, or by himself on certain days."""

    ON_REQUEST = "on_request", _("On request")
    WEEKLY = "weekly", _("Every week, on Monday")
    TWICE_A_MONTH = "twice_a_month", _("On the 1st and the 16th")
    MONTHLY = "monthly", _("On the 1st of the month")
    NET = "net", _("A number of days after the month (net N)")


class PayoutMethod(NetworkModel):
    """A way of paying that the network offers: a bank transfer, a wallet. Amounts are units of `currency`.

    `rail` says how money leaves: `register` is a file for the bank, any other name one of payouts.rails. `countries`:
    ISO codes, empty for all. `fee_cap`, `maximum`: None for none.
    """

    class Kind(models.TextChoices):
        IBAN = "iban", _("Bank transfer (IBAN)")
        CARD = "card", _("Card")
        TR_IBAN = "tr_iban", _("Turkish bank account (IBAN)")
        RU_BANK = "ru_bank", _("Russian bank account")
        USDT_TRC20 = "usdt_trc20", _("USDT (TRC-20)")
        USDT_ERC20 = "usdt_erc20", _("USDT (ERC-20)")
        BTC = "btc", _("Bitcoin")
        EMAIL_WALLET = "email_wallet", _("Wallet by e-mail")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    name = models.CharField(_("name"), max_length=80)
    currency = models.CharField(_("currency"), max_length=3)
    minimum = models.BigIntegerField(_("minimum"))
    maximum = models.BigIntegerField(_("maximum"), null=True)
    fee_fixed = models.BigIntegerField(_("fee"), default=0)
    fee_percent = models.PositiveIntegerField(_("fee, percent"), default=0, validators=[MaxValueValidator(5_000)])
    fee_cap = models.BigIntegerField(_("fee at most"), null=True)
    countries = models.JSONField(_("countries"), default=list)
    schedule = models.CharField(_("schedule"), max_length=16, choices=Schedule, default=Schedule.ON_REQUEST)
    net_days = models.PositiveSmallIntegerField(_("days after the month"), default=30)
    rail = models.CharField(_("how it is sent"), max_length=20, default="register")
    rail_url = models.CharField(_("address of the rail"), max_length=500, blank=True, default="")
    rail_secret = EncryptedTextField(_("secret of the rail"), blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(NetworkModel.Meta):
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint("network", "name", name="payout_method_name"),
            models.CheckConstraint(
                name="payout_minimum_above_fee", condition=Q(fee_fixed__gte=0, minimum__gt=models.F("fee_fixed"))
            ),
            models.CheckConstraint(
                name="payout_maximum_above_minimum",
                condition=Q(maximum__isnull=True) | Q(maximum__gte=models.F("minimum")),
            ),
        ]

    def __str__(self):
        return self.name

    def fee_of(self, amount: int) -> int:
        """What a payout of `amount` costs the webmaster."""
        return fee_of(amount, fixed=self.fee_fixed, percent=self.fee_percent, cap=self.fee_cap)

    @property
    def is_register(self) -> bool:
        """Whether its money leaves by a file that people hand to the bank."""
        return self.rail == "register"


class PayoutDetails(NetworkModel):
    """Where one webmaster wants his money with one method. The account lies encrypted; `masked` is what pages show."""

    affiliate = models.ForeignKey(Affiliate, models.CASCADE, related_name="payout_details")
    method = models.ForeignKey(PayoutMethod, models.PROTECT, related_name="+")
    holder = EncryptedTextField(_("holder"))
    account = EncryptedTextField(_("account"))
    # What else the kind asks for (BIC, name of the bank…): JSON, encrypted as a whole.
    more = EncryptedTextField(default="", blank=True)
    masked = models.CharField(max_length=80)
    # A keyed hash of the account: finds the same account at another webmaster without opening either.
    fingerprint = models.CharField(max_length=64, editable=False, default="")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    # The end of the cooling-off period: payouts wait for it. None: at once.
    usable_at = models.DateTimeField(null=True, editable=False)

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

    @property
    def fields(self) -> dict[str, str]:
        """What else the kind asks for, by name."""
        return json.loads(self.more) if self.more else {}

    def is_cooling(self, now: datetime) -> bool:
        """Whether payouts to this account have to wait still."""
        return self.usable_at is not None and now < self.usable_at


class PayoutTerms(NetworkModel):
    """What one webmaster has agreed with the network about one method; None (or "") leaves the method's own term."""

    affiliate = models.ForeignKey(Affiliate, models.CASCADE, related_name="payout_terms")
    method = models.ForeignKey(PayoutMethod, models.CASCADE, related_name="+")
    minimum = models.BigIntegerField(_("minimum"), null=True)
    maximum = models.BigIntegerField(_("maximum"), null=True)
    fee_fixed = models.BigIntegerField(_("fee"), null=True)
    fee_percent = models.PositiveIntegerField(_("fee, percent"), null=True, validators=[MaxValueValidator(5_000)])
    schedule = models.CharField(_("schedule"), max_length=16, choices=Schedule, blank=True, default="")
    net_days = models.PositiveSmallIntegerField(_("days after the month"), null=True)

    class Meta(NetworkModel.Meta):
        ordering = ["id"]
        constraints = [models.UniqueConstraint("network", "affiliate", "method", name="one_terms_per_method")]

    def __str__(self):
        return f"{self.affiliate}: {self.method}"


class PayoutRules(NetworkModel):
    """What a network lays down for all its payouts; one row. `debtor_…`: who pays, for files to the bank."""

    cooling_days = models.PositiveSmallIntegerField(
        _("days a changed account waits"), default=2, validators=[MaxValueValidator(60)]
    )
    debtor_name = models.CharField(_("name of the payer"), max_length=70, blank=True, default="")
    debtor_iban = EncryptedTextField(_("IBAN of the payer"), blank=True, default="")
    debtor_bic = models.CharField(_("BIC of the payer's bank"), max_length=11, blank=True, default="")
    debtor_country = models.CharField(_("country of the payer"), max_length=2, blank=True, default="")
    debtor_address = models.CharField(_("address of the payer"), max_length=140, blank=True, default="")

    class Meta(NetworkModel.Meta):
        constraints = [models.UniqueConstraint("network", name="one_payout_rules")]

    def __str__(self):
        return "payout rules"
