"""Sets the stage: networks, people, offers, links – each through the service its page uses."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile

from cpanet.accounts.models import Advertiser, Affiliate, Membership, User
from cpanet.accounts.roles import Role
from cpanet.accounts.services.invitations import accept_invitation, invite, invite_advertiser
from cpanet.accounts.services.webmasters import add_site, decide_webmaster, register_webmaster
from cpanet.core.money import to_units
from cpanet.portal.demo import cast, goods, pictures
from cpanet.tenancy.models import Network
from cpanet.tenancy.services import create_network
from offers.choices import PaymentModel
from offers.models import Offer, OfferAccess
from offers.services.access import decide_access, request_access
from offers.services.caps import add_cap
from offers.services.creatives import add_creative
from offers.services.feeds import add_feed, start_import
from offers.services.goals import add_goal
from offers.services.landings import add_landing
from offers.services.offers import create_offer, set_status
from offers.services.rates import Figures, set_rate
from offers.services.traffic import set_traffic_rules
from offers.services.verticals import add_vertical
from payouts.models import PayoutMethod
from payouts.services.agreed import save_rules
from payouts.services.deposits import record_deposit
from payouts.services.details import add_details
from payouts.services.methods import save_method
from tracking.models import TrackingLink
from tracking.services.links import create_link
from tracking.services.postback_keys import create_key
from tracking.services.terms import save_referral_terms

COLOURS = (((24, 24, 27), (37, 99, 235)), ((88, 28, 135), (219, 39, 119)), ((6, 78, 59), (52, 211, 153)))
IBANS = ("DE89370400440532013000", "FR1420041010050500013M02606", "AT611904300234573201", "CZ6508000000192000145399")


@dataclass
class Stage:
    """What stands on the stage of one network, for the history that follows."""

    plan: cast.NetworkPlan
    network: Network
    staff: dict[str, User]
    webmasters: list[Affiliate]
    links: list[TrackingLink]
    offers: dict[int, tuple[cast.Shop, cast.OfferPlan]]
    method: PayoutMethod


def new_network(plan: cast.NetworkPlan) -> Network:
    """The network itself, not active yet; everything else is made inside its scope."""
    return create_network(
        name=plan.name, host=plan.host, currency=plan.currency, timezone=plan.timezone, is_active=False
    )


def set_stage(plan: cast.NetworkPlan, network: Network, now: datetime) -> Stage:
    """People, offers and links of a network, as of `now`. Call it inside the network's scope."""
    staff = {person.role: _invited(network, person, now) for person in plan.staff}
    owner = staff[Role.OWNER]
    webmasters = _webmasters(plan, staff.get(Role.AFFILIATE_MANAGER, owner), now)
    save_referral_terms(affiliate=None, percent=300, base="earning", days=365, actor=owner, now=now)
    method = _payout_methods(network, owner, now)
    offers = _shops(plan, network, staff, now)
    working = [affiliate for affiliate in webmasters if affiliate.status == Affiliate.Status.APPROVED]
    links = [
        link for number, affiliate in enumerate(working) for link in _at_work(affiliate, number, offers, owner, now)
    ]
    for number, affiliate in enumerate(working):
        member = affiliate.memberships(manager="objects").first().user
        add_details(
            affiliate=affiliate, method_id=method.pk, holder=affiliate.name, account=IBANS[number % len(IBANS)],
            actor=member, now=now,
        )  # fmt: skip
    return Stage(plan, network, staff, working, links, offers, method)


def _invited(network, person, now):
    url = invite(network=network, email=person.email, role=person.role, actor=None, now=now)
    return _come_in(url, person, now)


def _come_in(url, person, now):
    token = url.rstrip("/").rpartition("/")[2]
    user = accept_invitation(token=token, full_name=person.name, password=cast.PASSWORD, now=now)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def _webmasters(plan, manager, now) -> list[Affiliate]:
    """The first of them has referred the others but one."""
    first, *others = plan.webmasters
    referrer = _webmaster(first, manager, now)
    by = (referrer if place else None for place in range(len(others)))
    return [referrer, *(_webmaster(each, manager, now, who) for each, who in zip(others, by, strict=True))]


def _webmaster(person, manager, now, referrer=None):
    user = User.objects.create_user(person.email, cast.PASSWORD, full_name=person.name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    affiliate = register_webmaster(user=user, name=person.name, about=person.about, referrer=referrer, now=now)
    if person.status == "approved":
        decide_webmaster(affiliate=affiliate, status="approved", actor=manager, now=now)
        name = person.name.split()[0].lower()
        add_site(
            affiliate=affiliate, url=f"https://{name}.example", traffic_source="content", description=person.about,
            actor=user, now=now,
        )  # fmt: skip
    return affiliate


def _payout_methods(network, owner, now):
    def save(kind, name, minimum, fee_fixed="0", fee_percent=0, **more):
        return save_method(
            kind=kind, name=name, currency=network.currency, minimum=to_units(minimum, network.currency),
            fee_fixed=to_units(fee_fixed, network.currency), fee_percent=fee_percent, is_active=True,
            actor=owner, now=now, **more,
        )  # fmt: skip

    save_rules(
        cooling_days=2, debtor_name=network.name, debtor_iban=IBANS[0], debtor_bic="COBADEFFXXX", debtor_country="DE",
        debtor_address="", actor=owner, now=now,
    )  # fmt: skip
    save("usdt_trc20", "USDT (TRC-20)", "50", "1", schedule="weekly")
    save("email_wallet", "PayPal", "20", fee_percent=150, schedule="net", net_days=15)
    return save("iban", "Bank transfer (SEPA)", "25", "0.50")


def _shops(plan, network, staff, now):
    adman = staff.get(Role.ADVERTISER_MANAGER, staff[Role.OWNER])
    themes, offers = {}, {}
    for shop in plan.shops:
        advertiser, url = invite_advertiser(
            network=network, name=shop.name, website=shop.website, email=shop.member.email, actor=adman, now=now
        )
        member = _come_in(url, shop.member, now)
        create_key(advertiser=advertiser, actor=member, now=now)
        record_deposit(
            advertiser=advertiser, amount=to_units(shop.deposit, network.currency), currency=network.currency,
            reference="Opening deposit", idempotency_key=f"demo:{advertiser.pk}", actor=staff[Role.OWNER], now=now,
        )  # fmt: skip
        for wanted in shop.offers:
            if wanted.vertical not in themes:
                themes[wanted.vertical] = add_vertical(name=wanted.vertical, actor=adman, now=now)
            offer = _offer(advertiser, member, wanted, themes[wanted.vertical], now)
            offers[offer.pk] = (shop, wanted)
    return offers


def _offer(advertiser: Advertiser, member: User, plan: cast.OfferPlan, vertical, now) -> Offer:
    domain = plan.site.partition("//")[2].partition("/")[0]
    offer = create_offer(
        advertiser=advertiser, name=plan.name, actor=member, now=now, vertical=vertical, summary=plan.summary,
        description=plan.description, rules=plan.rules, site_url=plan.site, access=plan.access,
        countries=list(plan.countries), deep_link_domains=[domain], hold_days=plan.hold_days,
    )  # fmt: skip
    for goal in plan.goals:
        _goal(offer, goal, member, now)
    add_landing(
        offer=offer, name="Main page", url=f"{plan.site}/?click_id={{click_id}}&sub={{sub1}}", actor=member, now=now
    )
    rules = {source: (policy, "") for source, policy in plan.traffic.items()}
    set_traffic_rules(offer=offer, rules=rules, actor=member, now=now)
    for (width, height), colours in zip(pictures.SIZES, COLOURS, strict=True):
        image = SimpleUploadedFile(f"{width}x{height}.png", pictures.banner(width, height, colours), "image/png")
        add_creative(offer=offer, kind="banner", name=f"Banner {width}×{height}", image=image, actor=member, now=now)
    set_status(offer=offer, status="active", actor=member, now=now)
    add_cap(offer=offer, measure="conversions", period="day", limit=25, actor=member, now=now)
    if plan.with_feed:
        limit = to_units("6000", offer.currency)
        add_cap(offer=offer, measure="earning", period="month", limit=limit, actor=member, now=now)
    if plan.with_feed:
        feed = add_feed(offer=offer, name="All goods", actor=member, now=now)
        document = goods.yml_feed(plan.site, f"{now:%Y-%m-%d %H:%M}")
        start_import(feed=feed, upload=SimpleUploadedFile("goods.yml", document, "text/xml"), actor=member, now=now)
    return offer


def _goal(offer, plan, member, now):
    model = PaymentModel.PERCENT if plan.percent else PaymentModel.FIXED
    goal = add_goal(offer=offer, name=plan.name, code=plan.code, payment_model=model, actor=member, now=now)
    set_rate(goal=goal, figures=_figures(offer, plan.fixed, plan.percent), actor=member, now=now)
    for country, amounts in plan.countries.items():
        set_rate(goal=goal, figures=_figures(offer, amounts, None), country=country, actor=member, now=now)


def _figures(offer, fixed, percent):
    if percent:
        return Figures(revenue_percent=percent[0], earning_percent=percent[1])
    return Figures(revenue_fixed=to_units(fixed[0], offer.currency), earning_fixed=to_units(fixed[1], offer.currency))


def _at_work(affiliate, number, offers, owner, now):
    """Access where it must be asked for, then a link or two for most offers."""
    member = Membership.objects.select_related("user").filter(affiliate=affiliate).first().user
    for place, (pk, (_shop, plan)) in enumerate(offers.items()):
        if (number + place) % 4 == 3:
            continue
        offer = Offer.objects.get(pk=pk)
        if plan.access == "request":
            access = request_access(
                offer=offer, affiliate=affiliate, message="A review in my next issue.", actor=member, now=now
            )
            decide_access(access=access, status=OfferAccess.Status.GRANTED, actor=owner, now=now)
        source = next(source for source, policy in plan.traffic.items() if policy == "allowed")
        names = ("Main link", "Campaign")[: 1 + (number + place) % 2]
        for name in names:
            campaign = cast.CAMPAIGNS[(number * 3 + place) % len(cast.CAMPAIGNS)]
            yield create_link(
                affiliate=affiliate, offer=offer, actor=member, now=now, name=f"{name}: {offer.name}"[:100],
                traffic_source=source, sub1=campaign if name == "Campaign" else "",
            )  # fmt: skip
