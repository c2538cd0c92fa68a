"""Making and changing tracking links."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import audit
from cpanet.core.errors import DomainError
from cpanet.tenancy.services import touch_config
from offers.choices import TrafficPolicy, TrafficSource
from offers.models import Offer, OfferAccess
from offers.selectors import has_access
from tracking.edge.addresses import safe_deep_link
from tracking.models import TrackingLink

EDITABLE = ("landing", "name", "traffic_source", "deep_link", "sub1", "sub2", "sub3", "sub4", "sub5", "fallback_url")


class NoAccess(DomainError):
    """You do not have access to this offer: ask for it on the offer's page first."""

    code = "no_access"
    field = "offer"
    status = 403


class TrafficNotAllowed(DomainError):
    """The offer does not take this kind of traffic."""

    code = "traffic_not_allowed"
    field = "traffic_source"


class BadDeepLink(DomainError):
    """The page is not on a site of this offer."""

    code = "bad_deep_link"
    field = "deep_link"


class BadLanding(DomainError):
    """This landing does not belong to the offer."""

    code = "bad_landing"
    field = "landing"


@transaction.atomic
def create_link(*, affiliate, offer: Offer, actor, now: datetime, **values) -> TrackingLink:
    """A new link of `affiliate` to `offer`. `values` are of EDITABLE; `traffic_source` must be said.

    Raises NoAccess, TrafficNotAllowed, BadDeepLink, BadLanding.
    """
    link = TrackingLink(affiliate=affiliate, offer=offer, **_editable(values))
    if offer.status != Offer.Status.ACTIVE:
        raise NoAccess(_("“%s” is not running now: choose another offer.") % offer.name)
    _check(link)
    link.save()
    audit.record(action="link.created", subject=link, actor=actor, now=now, changes={"offer": offer.pk})
    touch_config(link.network_id)
    return link


@transaction.atomic
def update_link(*, link: TrackingLink, actor, now: datetime, **values) -> TrackingLink:
    """Change what is given of EDITABLE; code and offer stay for ever. Raises as `create_link`."""
    before = {name: str(getattr(link, name) or "") for name in EDITABLE}
    for name, value in _editable(values).items():
        setattr(link, name, value)
    _check(link)
    link.save()
    changes = {name: [old, str(getattr(link, name) or "")] for name, old in before.items()}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if changes:
        audit.record(action="link.changed", subject=link, actor=actor, now=now, changes=changes)
        touch_config(link.network_id)
    return link


@transaction.atomic
def set_active(*, link: TrackingLink, is_active: bool, actor, now: datetime) -> TrackingLink:
    """Switch a link on or off: off, its visitors go to the fallback address."""
    if link.is_active != is_active:
        link.is_active = is_active
        link.save(update_fields=["is_active"])
        action = "link.switched_on" if is_active else "link.switched_off"
        audit.record(action=action, subject=link, actor=actor, now=now)
        touch_config(link.network_id)
    return link


def _editable(values: dict) -> dict:
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise TypeError(f"a link has no {', '.join(sorted(unknown))} to set")
    return values


def _check(link: TrackingLink) -> None:
    if not has_access(offer=link.offer, affiliate=link.affiliate):
        raise NoAccess(_("You do not have access to “%s”: ask for it on the offer's page first.") % link.offer.name)
    _check_traffic(link)
    if link.landing and (link.landing.offer_id != link.offer_id or not link.landing.is_active):
        raise BadLanding(_("Choose one of the offer's own landings."))
    link.deep_link = _checked_deep_link(link)


def _check_traffic(link):
    if not link.traffic_source:
        raise TrafficNotAllowed(_("Say which kind of traffic you will bring."))
    policy = (
        link.offer.traffic_rules.filter(traffic_source=link.traffic_source).values_list("policy", flat=True).first()
    )
    if policy == TrafficPolicy.ALLOWED or policy == TrafficPolicy.ASK and _is_granted(link):
        return
    label = dict(TrafficSource.choices).get(link.traffic_source, link.traffic_source)
    if policy == TrafficPolicy.ASK:
        raise TrafficNotAllowed(
            _("“%s” needs the manager's approval: ask for access and say how you will use it.") % label
        )
    raise TrafficNotAllowed(_("This offer forbids “%s”. Its page says which kinds it takes.") % label)


def _is_granted(link) -> bool:
    granted = OfferAccess.objects.filter(offer=link.offer, affiliate=link.affiliate, status=OfferAccess.Status.GRANTED)
    return granted.exists()


def _checked_deep_link(link) -> str:
    if not link.deep_link:
        return ""
    domains = link.offer.deep_link_domains
    if not domains:
        raise BadDeepLink(_("This offer takes no deep links: its visitors always see its landing."))
    page = safe_deep_link(link.deep_link, domains)
    if not page:
        shown = ", ".join(domains)
        raise BadDeepLink(_("Give the full address of a page on %s, beginning with https://.") % shown)
    return page
