"""Makers of rows for tests. Call them inside `network_scope`; everything can be given, nothing has to be."""

import itertools
from datetime import UTC, datetime, timedelta

from cpanet.accounts.models import Advertiser, Affiliate, Membership, User
from cpanet.accounts.roles import Role
from cpanet.core.ids import uuid7_at
from cpanet.core.money import to_units
from cpanet.tenancy.models import Network
from cpanet.tenancy.services import create_network
from offers.choices import PaymentModel, TrafficPolicy, TrafficSource
from offers.models import Goal, Landing, Offer, OfferAccess, Rate, TrafficRule
from tracking.models import Click, TrackingLink
from tracking.models.clicks import SUB_IDS

PASSWORD = "correct horse battery"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def network(*, name="Alpha", host="alpha.test", currency="USD", **options) -> Network:
    return create_network(name=name, host=host, currency=currency, **options)


def user(email: str | None = None, **fields) -> User:
    made = new_user(email, **fields)
    made.save()
    return made


def new_user(email: str | None = None, **fields) -> User:
    """A user who is not saved yet."""
    email = email or f"user{next(_numbers)}@example.com"
    return User(email=email, network_id=_network_id(), password=_hashed(), **fields)


def _hashed(cache={}):  # noqa: B006 - hashing is slow on purpose; one hash serves all tests
    if not cache:
        maker = User()
        maker.set_password(PASSWORD)
        cache["hash"] = maker.password
    return cache["hash"]


def _network_id():
    from cpanet.tenancy.scope import current_network_id

    return current_network_id()


def membership(*, user: User, role: str, **of) -> Membership:
    return Membership.objects.create(user=user, role=role, **of)


def affiliate(
    *, name: str | None = None, user: User | None = None, status=Affiliate.Status.APPROVED, referrer=None
) -> Affiliate:
    name = name or f"Webmaster {next(_numbers)}"
    made = Affiliate.objects.create(name=name, status=status, referrer=referrer)
    if user:
        membership(user=user, role=Role.AFFILIATE, affiliate=made)
    return made


def advertiser(*, name: str | None = None, user: User | None = None) -> Advertiser:
    made = Advertiser.objects.create(name=name or f"Shop {next(_numbers)}")
    if user:
        membership(user=user, role=Role.ADVERTISER, advertiser=made)
    return made


def offer(
    *,
    advertiser: Advertiser | None = None,
    name: str | None = None,
    currency="USD",
    traffic=(TrafficSource.CONTENT,),
    **fields,
) -> Offer:
    """An active offer with one landing and, unless `goals` are made later, no goal."""
    fields.setdefault("status", Offer.Status.ACTIVE)
    made = Offer.objects.create(
        advertiser=advertiser or globals()["advertiser"](),
        name=name or f"Offer {next(_numbers)}",
        currency=currency,
        **fields,
    )
    for source in traffic:
        TrafficRule.objects.create(offer=made, traffic_source=source, policy=TrafficPolicy.ALLOWED)
    Landing.objects.create(offer=made, name="Main", url="https://shop.example/?click={click_id}")
    return made


def goal(
    *, offer: Offer, code: str = "sale", revenue="10", earning="8", percent: tuple[int, int] | None = None, **fields
) -> Goal:
    """A goal with its current rate: fixed amounts in major units, or `percent` = (revenue, earning) in basis points."""
    model = PaymentModel.PERCENT if percent else PaymentModel.FIXED
    made = Goal.objects.create(offer=offer, name=code.capitalize(), code=code, payment_model=model, **fields)
    amounts = (
        {"revenue_percent": percent[0], "earning_percent": percent[1]}
        if percent
        else {"revenue_fixed": to_units(revenue, offer.currency), "earning_fixed": to_units(earning, offer.currency)}
    )
    Rate.objects.create(goal=made, valid_from=NOW - timedelta(days=365), **amounts)
    return made


def access(*, offer: Offer, affiliate: Affiliate, status=OfferAccess.Status.GRANTED) -> OfferAccess:
    return OfferAccess.objects.create(offer=offer, affiliate=affiliate, status=status, requested_at=NOW)


def link(*, offer: Offer, affiliate: Affiliate, **fields) -> TrackingLink:
    return TrackingLink.objects.create(offer=offer, affiliate=affiliate, **fields)


def click(*, link: TrackingLink, at: datetime = NOW, **fields) -> Click:
    """A click as the shipper would have written it; makes the day's partition."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT cpanet_ensure_click_partitions(%s, %s)", [at.date(), at.date()])
    values = {
        "id": uuid7_at(at), "clicked_at": at, "link_id": link.pk, "offer_id": link.offer_id, "landing_id": None,
        "affiliate_id": link.affiliate_id, "advertiser_id": link.offer.advertiser_id, "address": "203.0.113.7",
        "country": "DE",         "device": "desktop", "system": "Windows", "browser": "Chrome", "language": "de",
        "referrer_host": "blog.example",
        "user_agent": "Mozilla/5.0", "external_click_id": "", "source": "", "cost": "", "deep_link": "",
        "is_unique": True,
        "flags": [], "reason": "", "config_version": 1, **{name: getattr(link, name, "") for name in SUB_IDS},
    }  # fmt: skip
    return Click.objects.create(**{**values, **fields})
