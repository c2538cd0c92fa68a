"""Who and what plays in the demo. Plain data."""

from dataclasses import dataclass, field

from cpanet.accounts.roles import Role

PASSWORD = "cpanet-demo-2026"  # noqa: S105 - printed at the start for everybody to see


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    role: str = Role.AFFILIATE
    about: str = ""
    status: str = "approved"


@dataclass(frozen=True)
class GoalPlan:
    """`fixed` = (revenue, earning) in major units, `percent` = the same in basis points; `rate`: share of clicks."""

    code: str
    name: str
    rate: float
    fixed: tuple[str, str] | None = None
    percent: tuple[int, int] | None = None
    basket: tuple[int, int] = (20, 180)
    approval: float = 0.8
    countries: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class OfferPlan:
    name: str
    vertical: str
    summary: str
    site: str
    goals: tuple[GoalPlan, ...]
    countries: tuple[str, ...]
    traffic: dict[str, str]
    access: str = "request"
    hold_days: int = 14
    description: str = ""
    rules: str = ""
    with_feed: bool = False


@dataclass(frozen=True)
class Shop:
    name: str
    website: str
    member: Person
    offers: tuple[OfferPlan, ...]
    deposit: str = "25000"
    pays_badly: float = 0.0


@dataclass(frozen=True)
class NetworkPlan:
    name: str
    host: str
    currency: str
    timezone: str
    staff: tuple[Person, ...]
    shops: tuple[Shop, ...]
    webmasters: tuple[Person, ...]
    clicks_a_day: int


CONTENT_RULES = {
    "content": "allowed", "seo": "allowed", "social": "allowed", "messenger": "allowed", "video": "allowed",
    "context": "ask", "context_brand": "forbidden", "email": "ask", "coupon": "allowed", "cashback": "ask",
    "incentive": "forbidden", "popunder": "forbidden",
}  # fmt: skip
ADS_RULES = {
    "content": "allowed", "social_ads": "allowed", "context": "allowed", "display": "allowed", "push": "allowed",
    "mobile_app": "allowed", "social": "allowed", "context_brand": "forbidden", "email": "forbidden",
    "incentive": "forbidden", "popunder": "ask",
}  # fmt: skip

_RICHE = Shop(
    "Lumière Cosmetics",
    "https://lumiere-cosmetics.example",
    Person("Rita Laurent", "advertiser@alpha.example", Role.ADVERTISER),
    (
        OfferPlan(
            "Lumière Cosmetics",
            "Beauty",
            "Natural skincare with a 30-day return promise; average basket $74.",
            "https://lumiere-cosmetics.example",
            (GoalPlan("sale", "Paid order", 0.032, percent=(1400, 1000), basket=(28, 190), approval=0.83),),
            ("DE", "AT", "CH", "FR", "NL", "US"),
            CONTENT_RULES,
            hold_days=21,
            description="Face and body care made of plant oils. Free delivery from $50, returns within 30 days.\n\n"
            "New customers and old ones count alike. Sets are paid better, gift cards are not paid.",
            rules="No bidding on the brand and its misspellings. Coupons only from our own list.",
            with_feed=True,
        ),
        OfferPlan(
            "Lumière subscription box",
            "Beauty",
            "A monthly box; one payment for every first subscription.",
            "https://box.lumiere-cosmetics.example",
            (GoalPlan("subscription", "First subscription", 0.021, fixed=("24", "17"), approval=0.88),),
            ("DE", "AT", "CH"),
            CONTENT_RULES,
            access="open",
            hold_days=30,
        ),
    ),
)
_NORD = Shop(
    "NordShield Software",
    "https://nordshield.example",
    Person("Nils Berg", "nils@nordshield.example", Role.ADVERTISER),
    (
        OfferPlan(
            "NordShield VPN – annual",
            "Software",
            "40 % of the first annual plan, any country.",
            "https://nordshield.example",
            (
                GoalPlan("trial", "Trial started", 0.05, fixed=("2.50", "1.80"), approval=0.93),
                GoalPlan("sale", "Annual plan", 0.016, percent=(4500, 4000), basket=(48, 96), approval=0.9),
            ),
            (),
            ADS_RULES,
            access="open",
            hold_days=30,
        ),
    ),
    deposit="18000",
)
_FIN = Shop(
    "FinBridge",
    "https://finbridge.example",
    Person("Fiona Ward", "fiona@finbridge.example", Role.ADVERTISER),
    (
        OfferPlan(
            "FinBridge credit card",
            "Finance",
            "A fixed payment for every issued card.",
            "https://finbridge.example/card",
            (
                GoalPlan(
                    "issued", "Card issued", 0.024, fixed=("46", "38"), approval=0.58, countries={"DE": ("58", "47")}
                ),
            ),
            ("DE", "PL", "CZ"),
            {**ADS_RULES, "social_ads": "ask"},
            hold_days=45,
            rules="The application must be complete; duplicates of the last 90 days are declined.",
        ),
    ),
    deposit="30000",
)
_EDU = Shop(
    "Lingua Academy",
    "https://lingua-academy.example",
    Person("Eva Novak", "eva@lingua-academy.example", Role.ADVERTISER),
    (
        OfferPlan(
            "English course – trial lesson",
            "Education",
            "Paid for each trial lesson that took place.",
            "https://lingua-academy.example",
            (GoalPlan("lesson", "Trial lesson held", 0.038, fixed=("15", "11"), approval=0.71),),
            ("PL", "CZ", "DE", "TR", "US"),
            CONTENT_RULES,
            hold_days=14,
        ),
    ),
)

ALPHA = NetworkPlan(
    name="Alpha Partners",
    host="alpha.localhost",
    currency="USD",
    timezone="Europe/Berlin",
    staff=(
        Person("Olga Stein", "owner@alpha.example", Role.OWNER),
        Person("Felix Brandt", "finance@alpha.example", Role.FINANCE),
        Person("Mira Kovač", "manager@alpha.example", Role.AFFILIATE_MANAGER),
        Person("Anton Weiss", "adman@alpha.example", Role.ADVERTISER_MANAGER),
        Person("Sam Reed", "support@alpha.example", Role.SUPPORT),
    ),
    shops=(_RICHE, _NORD, _FIN, _EDU),
    webmasters=(
        Person(
            "Alice Moreau", "webmaster@alpha.example", about="A beauty blog and a newsletter, 80,000 readers a month."
        ),
        Person(
            "Bob Arbitrage", "bob@traffic.example", about="Social ads and push, 20 accounts, pays for traffic himself."
        ),
        Person("Carla Deals", "carla@deals.example", about="Coupon site for Germany and Austria."),
        Person("Dmitri Channel", "dmitri@channel.example", about="Telegram channels about software and money."),
        Person("Ed Newcomer", "ed@newcomer.example", about="A new comparison site, first month.", status="pending"),
        Person("Zoe Clicks", "zoe@clicks.example", about="All kinds of traffic", status="pending"),
    ),
    clicks_a_day=190,
)
BETA = NetworkPlan(
    name="Beta Leads",
    host="beta.localhost",
    currency="EUR",
    timezone="Europe/Paris",
    staff=(
        Person("Boris Petit", "owner@beta.example", Role.OWNER),
        Person("Fanny Roche", "finance@beta.example", Role.FINANCE),
    ),
    shops=(
        Shop(
            "Maison Verte",
            "https://maison-verte.example",
            Person("Dora Leclerc", "advertiser@beta.example", Role.ADVERTISER),
            (
                OfferPlan(
                    "Maison Verte garden shop",
                    "Home and garden",
                    "10 % of every paid order.",
                    "https://maison-verte.example",
                    (GoalPlan("sale", "Paid order", 0.028, percent=(1300, 1000), basket=(25, 240), approval=0.86),),
                    ("FR", "BE", "CH"),
                    CONTENT_RULES,
                    access="open",
                ),
            ),
        ),
    ),
    webmasters=(Person("Charlie Martin", "webmaster@beta.example", about="A gardening magazine."),),
    clicks_a_day=60,
)
NETWORKS = (ALPHA, BETA)

AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 390.0.0.28.85",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 13; Redmi Note 12) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
)
BOTS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "curl/8.10.1",
)
CAMPAIGNS = (
    "review-night-cream",
    "newsletter-46",
    "top10-vpn",
    "stories",
    "autumn-sale",
    "pinned-post",
    "push-de-1",
    "compare-table",
)
PLACEMENTS = ("header", "text", "banner-300x250", "button", "sidebar")
