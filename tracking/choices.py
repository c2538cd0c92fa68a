"""The words of conversions and postbacks. Pure."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """The decision about a conversion."""

    PENDING = "pending", _("Pending")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")


class DeclineReason(models.TextChoices):
    """Why a lead was declined: machine-readable, shown to the webmaster."""

    CANCELLED = "cancelled", _("The customer cancelled")
    RETURNED = "returned", _("The goods came back")
    NOT_PAID = "not_paid", _("Not paid")
    UNREACHABLE = "unreachable", _("The customer could not be reached")
    DUPLICATE = "duplicate", _("The same order came before")
    WRONG_DATA = "wrong_data", _("Wrong or false data")
    NOT_NEW = "not_new", _("Not a new customer")
    WRONG_GEO = "wrong_geo", _("From a country that does not take part")
    FORBIDDEN_TRAFFIC = "forbidden_traffic", _("Traffic the rules forbid")
    FRAUD = "fraud", _("Fraud")
    OVER_CAP = "over_cap", _("The cap was full when the visitor clicked")
    TEST = "test", _("A test order")
    NOT_FOUND = "not_found", _("Not in the advertiser's books")
    OTHER = "other", _("Another reason (see the note)")


class DecisionSource(models.TextChoices):
    ADVERTISER = "advertiser", _("Advertiser")
    STATEMENT = "statement", _("Reconciliation")
    POSTBACK = "postback", _("Postback")
    API = "api", _("API")
    AUTO = "auto", _("Deadline")
    MANAGER = "manager", _("Manager")


class Intake(models.TextChoices):
    VALID = "valid", _("Valid")
    TEST = "test", _("Test")


class Origin(models.TextChoices):
    """By which way a call or a conversion came in. What a browser says (pixel, image) is no secret's word."""

    POSTBACK = "postback", _("Postback")
    PIXEL = "pixel", _("JavaScript pixel")
    IMAGE = "image", _("Image pixel")
    BATCH = "batch", _("REST batch")
    LEAD = "lead", _("Submitted lead")


class AttributedBy(models.TextChoices):
    """What tied a conversion to its webmaster."""

    CLICK = "click", _("Click id")
    CODE = "code", _("Promo code")
    COOKIE = "cookie", _("Cookie of the pixel")
    LINK = "link", _("Link of the submitted lead")


class Verdict(models.TextChoices):
    """What became of a call that came in."""

    ACCEPTED = "accepted", _("New conversion")
    REPEAT = "repeat", _("Repeat of a known conversion")
    DECIDED = "decided", _("Decision taken over")
    WAITING = "waiting", _("Waits for its click")
    PARKED = "parked", _("Its click never came")
    QUEUED = "queued", _("Waits to be read")
    TESTED = "tested", _("Test understood")
    ELSEWHERE = "elsewhere", _("Counted for another channel")
    REFUSED = "refused", _("Refused")
    UNAUTHENTICATED = "unauthenticated", _("Not authenticated")


class ReferralBase(models.TextChoices):
    """What a referrer's percent is of."""

    EARNING = "earning", _("What the referred webmaster earns")
    MARGIN = "margin", _("The network's margin")


class DisputeState(models.TextChoices):
    OPEN = "open", _("Waits for an answer")
    GRANTED = "granted", _("Granted")
    UPHELD = "upheld", _("The decision stands")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class DisputeAbout(models.TextChoices):
    DECLINE = "decline", _("Declined")
    AMOUNT = "amount", _("Amount")
