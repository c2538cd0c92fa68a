"""Offers: made as drafts, changed, set in motion and stopped."""

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Advertiser, User
from cpanet.core import money
from cpanet.tenancy.models import Network, host_validator
from cpanet.tenancy.scope import current_network_id
from offers import countries, images, week
from offers.choices import Browser, Device, System
from offers.models import Offer
from offers.services.changes import BadOffer, apply, locked, stored, write_down

EDITABLE = {
    "vertical", "name", "summary", "description", "rules", "site_url", "access", "countries", "devices", "systems",
    "browsers", "languages", "hours",
    "deep_link_domains", "fallback_url", "hold_days", "decision_days", "auto_approve", "needs_funding",
    "starts_at", "ends_at",
}  # fmt: skip
# What may follow what. An archived offer comes back as a draft, so that it is looked at before it runs.
STEPS = {
    Offer.Status.DRAFT: {Offer.Status.ACTIVE, Offer.Status.ARCHIVED},
    Offer.Status.ACTIVE: {Offer.Status.PAUSED, Offer.Status.ARCHIVED},
    Offer.Status.PAUSED: {Offer.Status.ACTIVE, Offer.Status.ARCHIVED},
    Offer.Status.ARCHIVED: {Offer.Status.DRAFT},
}


class StatusNotPossible(BadOffer):
    """An offer in its status cannot go to the one asked for."""

    code = "status_not_possible"
    field = "status"


class AdvertiserBlocked(BadOffer):
    """The advertiser is blocked."""

    code = "advertiser_blocked"
    field = "advertiser"


@transaction.atomic
def create_offer(
    *, advertiser: Advertiser, name: str, actor: User | None, now: datetime, currency: str = "", logo=None, **fields
) -> Offer:
    """A draft of the advertiser. `currency` is the network's unless given; `fields` are those of EDITABLE; `logo` an
    uploaded picture. Raises BadOffer, AdvertiserBlocked, images.BadImage, core.money.BadAmount (currency)."""
    _refuse_blocked(advertiser)
    currency = (currency or _network_currency()).upper()
    money.exponent(currency)
    offer = Offer(advertiser=advertiser, currency=currency)
    apply(offer, _cleaned({"name": name, **fields}), EDITABLE)
    if logo:
        _store_logo(offer, logo)
    write_down(action="offer.created", offer=offer, actor=actor, now=now, changes={"advertiser": advertiser.name})
    return offer


@transaction.atomic
def update_offer(*, offer: Offer, actor: User | None, now: datetime, logo=None, **changes) -> Offer:
    """Change fields of EDITABLE, and the logo when a picture is given. Leads that are already here keep the hold and
    the price they came with. Raises BadOffer, images.BadImage."""
    offer = locked(offer)
    differing = apply(offer, _cleaned(changes), EDITABLE)
    if logo:
        _store_logo(offer, logo)
        differing["logo"] = [None, offer.logo.name]
    if differing:
        write_down(action="offer.changed", offer=offer, actor=actor, now=now, changes=differing)
    return offer


@transaction.atomic
def set_status(*, offer: Offer, status: str, actor: User | None, now: datetime) -> Offer:
    """Draft → active ⇄ paused → archived → draft. The same status again changes nothing.

    Raises StatusNotPossible, AdvertiserBlocked, OfferIncomplete (naming everything that is missing).
    """
    offer = locked(offer)
    if status == offer.status:
        return offer
    if status not in STEPS[offer.status]:
        words = {"now": offer.get_status_display(), "then": dict(Offer.Status.choices).get(status, status)}
        raise StatusNotPossible(_("An offer that is “%(now)s” cannot become “%(then)s”.") % words)
    if status == Offer.Status.ACTIVE:
        _refuse_blocked(offer.advertiser)
    before, offer.status = offer.status, status
    write_down(action="offer.status", offer=offer, actor=actor, now=now, changes={"status": [before, status]})
    offer.save(update_fields=["status", "updated_at"])
    return offer


def _refuse_blocked(advertiser: Advertiser) -> None:
    if advertiser.status == Advertiser.Status.BLOCKED:
        raise AdvertiserBlocked(_("The advertiser %s is blocked: unblock him first.") % advertiser.name)


def _network_currency() -> str:
    return Network.objects.values_list("currency", flat=True).get(pk=current_network_id())


def _cleaned(changes: dict) -> dict:
    """Texts trimmed, lists checked and in one spelling."""
    cleaned = {name: value.strip() if isinstance(value, str) else value for name, value in changes.items()}
    for name, clean in _LISTS.items():
        if name in cleaned:
            cleaned[name] = sorted({clean(value) for value in cleaned[name]})
    if cleaned.get("fallback_url"):
        _refuse_other_schemes(cleaned["fallback_url"])
    return cleaned


def _country(code: str) -> str:
    code = code.strip().upper()
    if code not in countries.codes():
        raise BadOffer(_("“%s” is no country: write two letters such as DE, TR or KZ.") % code[:20], field="countries")
    return code


def _one_of(choices, field: str):
    def clean(value: str) -> str:
        if value not in choices.values:
            words = {"one": str(value)[:20], "known": ", ".join(choices.values)}
            raise BadOffer(_("“%(one)s” is not known: say %(known)s.") % words, field=field)
        return value

    return clean


def _language(code: str) -> str:
    code = code.strip().lower()
    if not re.fullmatch("[a-z]{2,3}", code):
        raise BadOffer(_("“%s” is no language: write two letters such as de, tr or kk.") % code[:20], field="languages")
    return code


def _hour(hour: int) -> int:
    if not 0 <= hour < week.WEEK:
        raise BadOffer(_("%s is no hour of the week: say 0 (Monday, midnight) to 167.") % hour, field="hours")
    return hour


def _domain(host: str) -> str:
    host = host.strip().lower().rstrip(".")
    if not re.fullmatch(host_validator.regex, host) or "." not in host:
        raise BadOffer(
            _("“%s” is no domain: write it like shop.example, without https:// and without a path.") % host[:100],
            field="deep_link_domains",
        )
    return host


def _refuse_other_schemes(url: str) -> None:
    if not url.lower().startswith(("http://", "https://")):
        raise BadOffer(_("The fallback address must begin with http:// or https://."), field="fallback_url")


_LISTS = {
    "countries": _country,
    "devices": _one_of(Device, "devices"),
    "systems": _one_of(System, "systems"),
    "browsers": _one_of(Browser, "browsers"),
    "languages": _language,
    "hours": _hour,
    "deep_link_domains": _domain,
}


def _store_logo(offer: Offer, logo) -> None:
    facts = images.inspect(logo)
    offer.logo = stored(logo, "logos", facts.format)
    offer.save(update_fields=["logo", "updated_at"])
