"""Leads that a webmaster's server submits: the person's data go to the advertiser, encrypted, and to nobody else."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from cpanet.accounts.models import Affiliate
from cpanet.core.errors import DomainError
from cpanet.core.ids import uuid7
from cpanet.core.numbers import whole_number
from offers.models import Goal, Offer
from offers.selectors import has_access
from tracking.choices import Origin
from tracking.incoming.phones import clean_phone
from tracking.models import Conversion, LeadContact, TrackingLink
from tracking.services.conversions import Action, record_action
from tracking.services.touches import COPIED_SUBS, touch_of_link


class NoSuchLink(DomainError):
    """You have no such link."""

    code = "unknown_link"
    field = "link"


class LeadsNotTaken(DomainError):
    """The offer takes no leads from servers."""

    code = "leads_not_taken"
    field = "goal"


class WrongCountry(DomainError):
    """The offer does not take leads from this country."""

    code = "wrong_country"
    field = "country"


@dataclass(frozen=True)
class Contact:
    """The person: only the telephone number is needed."""

    phone: str
    name: str = ""
    email: str = ""
    address: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Submitted:
    """`is_repeat`: the same telephone number came for this goal within the period; `conversion` is then the lead of
    that time if it is the webmaster's own, else None."""

    conversion: Conversion | None
    is_repeat: bool


@transaction.atomic
def submit_lead(
    *,
    affiliate: Affiliate,
    link: str,
    contact: Contact,
    now: datetime,
    goal: str = "",
    country: str = "",
    subs: dict[str, str] | None = None,
    is_test: bool = False,
) -> Submitted:
    """A pending lead without a click, by the webmaster's own `link` (its code or number).

    Raises NoSuchLink, LeadsNotTaken, WrongCountry, tracking.incoming.phones.BadPhone, and what `record_action` raises.
    """
    row = _link(affiliate, link)
    wanted = _goal(row.offer, goal)
    if country and row.offer.countries and country not in row.offer.countries:
        message = _("“%(offer)s” takes leads from: %(countries)s.")
        raise WrongCountry(message % {"offer": row.offer.name, "countries": ", ".join(row.offer.countries)})
    phone = clean_phone(contact.phone)
    digest = _digest(phone, wanted)
    if not is_test and (known := _known(digest, wanted, now)):
        return Submitted(known if known.affiliate_id == affiliate.pk else None, is_repeat=True)
    touch = touch_of_link(row, now, country=country, subs={n: v for n, v in (subs or {}).items() if n in COPIED_SUBS})
    action = Action(wanted, "", None, "", is_test, call=f"lead:{uuid7()}", origin=Origin.LEAD)
    conversion = record_action(touch=touch, action=action, now=now).conversion
    LeadContact.objects.create(
        conversion=conversion, phone=phone, name=contact.name, email=contact.email, address=contact.address,
        comment=contact.comment, phone_hash=digest if not is_test else "", created_at=now,
    )  # fmt: skip
    return Submitted(conversion, is_repeat=False)


def _link(affiliate, asked: str) -> TrackingLink:
    rows = TrackingLink.objects.filter(affiliate=affiliate).select_related("offer", "affiliate")
    number = whole_number(asked)
    row = rows.filter(code=asked[:32]).first() or (rows.filter(pk=number).first() if number else None)
    if row is None:
        raise NoSuchLink(_("You have no link “%s”: give its code or number.") % asked[:60])
    if not row.is_active or row.offer.status != Offer.Status.ACTIVE or not has_access(row.offer, affiliate):
        raise NoSuchLink(_("The link “%s” is off, or its offer does not run for you now.") % asked[:60])
    return row


def _goal(offer, code: str) -> Goal:
    goals = list(Goal.objects.filter(offer=offer, is_active=True, takes_leads=True).select_related("offer"))
    matching = [goal for goal in goals if goal.code.lower() == code.lower()] if code else goals
    if len(matching) == 1:
        return matching[0]
    if not goals:
        raise LeadsNotTaken(_("“%s” takes no leads from servers: send its visitors by your link.") % offer.name)
    codes = ", ".join(goal.code for goal in goals)
    raise LeadsNotTaken(_("Say which goal the lead is for; one of: %s.") % codes)


def _digest(phone: str, goal: Goal) -> str:
    """By which the number is known again; without our secret it cannot be guessed back by trying all numbers."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{goal.pk}:{phone}".encode(), hashlib.sha256).hexdigest()


def _known(digest: str, goal: Goal, now: datetime) -> Conversion | None:
    """The lead of this number within the goal's period of repeats; equal calls at one moment wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(digest[:15], 16)])
    since = now - timedelta(hours=goal.duplicate_hours)
    rows = LeadContact.objects.filter(phone_hash=digest, created_at__gt=since).select_related("conversion")
    found = rows.first()
    return found.conversion if found else None
