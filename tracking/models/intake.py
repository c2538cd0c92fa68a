"""How an advertiser's calls are to be read, and the people whom webmasters' servers submitted."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Advertiser
from cpanet.core.ids import public_id, uuid7
from cpanet.core.secrets import EncryptedTextField
from cpanet.tenancy.models import NetworkModel
from tracking.models.conversions import Conversion


class PostbackSettings(NetworkModel):
    """How the calls of one advertiser are let in and read. Names and words are his own, never the network's."""

    class Order(models.TextChoices):
        CLICK_FIRST = "click_first", _("Click id, then promo code, then cookie")
        CODE_FIRST = "code_first", _("Promo code, then click id, then cookie")

    class Touch(models.TextChoices):
        LAST = "last", _("The last click")
        FIRST = "first", _("The first click")

    advertiser = models.ForeignKey(Advertiser, models.CASCADE, related_name="+")
    # Who may call.
    must_sign = models.BooleanField(_("take signed calls only"), default=False)
    signature_seconds = models.PositiveIntegerField(
        _("a signature is good for, seconds"),
        default=300,
        validators=[MinValueValidator(30), MaxValueValidator(3600)],
    )
    addresses = ArrayField(
        models.CharField(max_length=50), verbose_name=_("addresses that may call"), default=list, blank=True
    )
    test_mode = models.BooleanField(_("test mode"), default=False)
    # How calls are read: {our name: [his names]}, {his word: our status}.
    preset = models.CharField(max_length=80, blank=True, default="")
    names = models.JSONField(default=dict)
    words = models.JSONField(default=dict)
    sums_amounts = models.BooleanField(_("several amounts in one are added"), default=False)
    # Whose the action is.
    order = models.CharField(_("what attributes"), max_length=16, choices=Order, default=Order.CLICK_FIRST)
    touch = models.CharField(_("of several clicks of a customer"), max_length=8, choices=Touch, default=Touch.LAST)
    channel_name = models.CharField(_("parameter of the channel"), max_length=60, blank=True, default="")
    channel_values = ArrayField(
        models.CharField(max_length=60), verbose_name=_("values that mean us"), default=list, blank=True
    )
    # The pixel. Its id is public.
    pixel_uid = models.UUIDField(default=uuid7, editable=False)
    pixel_domains = ArrayField(
        models.CharField(max_length=253), verbose_name=_("sites with the pixel"), default=list, blank=True
    )

    class Meta(NetworkModel.Meta):
        constraints = [
            models.UniqueConstraint("network", "advertiser", name="settings_of_advertiser"),
            models.UniqueConstraint("network", "pixel_uid", name="pixel_uid"),
        ]

    def __str__(self):
        return f"calls of {self.advertiser_id}"

    @property
    def pixel_id(self) -> str:
        """The public id of the pixel."""
        return public_id("px", self.pixel_uid)


class LeadContact(NetworkModel):
    """The person of a submitted lead: encrypted, shown to the advertiser alone. `phone_hash` finds repeats."""

    conversion = models.ForeignKey(Conversion, models.CASCADE, related_name="contacts")
    name = EncryptedTextField(blank=True, default="")
    phone = EncryptedTextField()
    email = EncryptedTextField(blank=True, default="")
    address = EncryptedTextField(blank=True, default="")
    comment = EncryptedTextField(blank=True, default="")
    phone_hash = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField()
    # Since when all but the hash is gone: see tracking.services.old_details.
    removed_at = models.DateTimeField(null=True)

    class Meta(NetworkModel.Meta):
        ordering = ["-id"]
        constraints = [models.UniqueConstraint("network", "conversion", name="contact_of_lead")]
        indexes = [
            models.Index(fields=["network", "phone_hash", "-created_at"], name="leads_by_phone"),
            models.Index(
                fields=["network", "created_at"], name="contacts_kept", condition=models.Q(removed_at__isnull=True)
            ),
        ]

    def __str__(self):
        return f"contact of lead {self.conversion_id}"
