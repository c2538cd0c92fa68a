"""A link with all that can be worked out about it before a click: compiled once per link and configuration."""

from bisect import bisect_right
from itertools import accumulate

from cpanet.core.macros import Template, picker
from tracking.edge.addresses import safe_template
from tracking.edge.memo import Memo
from tracking.edge.query import MARKS, SOURCE, SUBS, mark_of
from tracking.edge.snapshot import Link, Network, Offer

# The order in which decide lists the values of one click; the last, empty one stands for a macro nobody knows.
VALUES = (
    "click_id",
    *(f"sub{n}" for n in range(1, 11)),
    "external_click_id",
    "source",
    "cost",
    "country",
    "device",
    "system",
    "browser",
    "language",
    "deep_link",
    "timestamp",
    "",
)
DEEP_LINK = VALUES.index("deep_link")
NEVER = 1 << 62
_shared = Memo(lambda same: same, 65536)
_pickers = Memo(lambda names: picker(names, VALUES), 4096)  # one for all targets that use the same macros


class Target:
    """An address waiting for the values of a click. `query` is the same for its query alone, for deep links; `ids` are
    link, offer, landing, affiliate and advertiser in the click's COPY line."""

    __slots__ = ("_pattern", "_pick", "_query", "ids", "takes_deep_link")

    def __init__(self, address: str, ids: str):
        template = Template(address)
        self.ids = ids
        self.takes_deep_link = "deep_link" in template.names
        self._pattern, self._pick = template.pattern, _pickers[template.names]
        self._query = address.partition("#")[0].partition("?")[2]

    def address(self, values: list[str]) -> str:
        return self._pattern % self._pick(values)

    def query(self, values: list[str]) -> str:
        template = Template(self._query)
        return template.pattern % _pickers[template.names](values)


class Route:
    """What decide needs of one link. `refusal` is the reason that does not depend on the visitor, or ''.

    `fields` and `quoted` are the marks a click has by itself, as COPY fields and as parts of addresses; `network`,
    `ids` (of the offer's fallback: of a Target) and `version` are the parts of the click's COPY line that never
    change. `is_plain` says that nobody is refused, `only` is the landing where there is but one. What many links have
    alike is one object: a link that is seldom used is cold memory, and every object of it would be waited for.
    """

    __slots__ = (
        "advertiser_id", "browsers", "closes_at", "cookie_seconds", "countries", "deep_link", "deep_link_domains",
        "devices", "fallback", "fields", "full_until", "hours", "ids", "is_plain", "languages", "marked_until",
        "network", "only", "opens_at", "quoted", "refusal", "salt", "systems", "targets", "version", "weights",
        "window", "zone",
    )  # fmt: skip

    def __init__(self, network: Network, link: Link, offer: Offer | None):
        offer = offer or Offer(link.offer_id, 0, status="closed")
        self.salt = salt_of(link.id)
        self.advertiser_id, self.cookie_seconds = offer.advertiser_id, offer.cookie_seconds
        self.refusal = refusal_of(link, offer)
        self.opens_at = offer.starts_at or 0
        self.closes_at = NEVER if offer.ends_at is None else offer.ends_at
        self.countries, self.devices, self.systems = offer.countries, offer.devices, offer.systems
        self.browsers, self.languages, self.hours = offer.browsers, offer.languages, offer.hours
        self.zone = network.timezone
        self.full_until, self.marked_until = _full(offer, link, True), _full(offer, link, False)
        self.deep_link, self.deep_link_domains = link.deep_link, offer.deep_link_domains
        self.window = network.uniqueness_hours * 3600
        self.targets, self.weights = _targets(link, offer)
        self.fallback = _fallback(link, offer, network)
        marks = _marks(link)
        self.fields, self.quoted = (
            _shared[tuple(field for field, _ in marks)],
            _shared[tuple(mark for _, mark in marks)],
        )
        self.network, self.version = _shared[f"\t{network.id}\t"], _shared[f"\t{network.config_version}\n"]
        self.ids = _ids(link, offer, "\\N")
        self.only = self.targets[0] if len(self.targets) == 1 else None
        self.is_plain = bool(self.targets) and not (
            self.refusal or self.opens_at or self.closes_at != NEVER or self.countries or self.devices or self.systems
            or self.browsers or self.languages or self.hours or self.full_until or self.marked_until
        )  # fmt: skip

    def target(self, key: int) -> Target | None:
        """The landing for a visitor: by weight, and always the same one for the same visitor."""
        if not self.targets:
            return None
        return self.targets[bisect_right(self.weights, (key >> 16) % self.weights[-1])]


def salt_of(link_id: int) -> int:
    """What makes a visitor's key another one on every link."""
    return link_id * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF


def route_of(network: Network, code: str) -> Route | None:
    """The compiled link behind `code`, None when the network has no such link."""
    route = network.routes.get(code)
    if route is None and (link := network.links.get(code)):
        route = network.routes[code] = Route(network, link, network.offers.get(link.offer_id))
    return route


def refusal_of(link: Link, offer: Offer) -> str:
    """Why nobody may pass now, most telling reason first; '' if nothing stands in the way."""
    if offer.status != "active":
        return "paused" if offer.status == "paused" else "closed"
    if not link.has_access:
        return "no_access"
    if not link.is_active:
        return "link_off"
    return "" if link.is_welcome else "wrong_traffic"


def _targets(link: Link, offer: Offer) -> tuple[list[Target], list[int]]:
    pinned = [landing for landing in offer.landings if landing.id == link.landing_id]
    targets, weights = [], []
    for landing in pinned or offer.landings:
        address = safe_template(landing.url)
        if address and (pinned or landing.weight > 0):
            targets.append(Target(_filled(address, link, offer, landing.id), _ids(link, offer, landing.id)))
            weights.append(max(1, landing.weight))
    return targets, list(accumulate(weights))


def _fallback(link: Link, offer: Offer, network: Network) -> Target | None:
    for address in (offer.fallback_url, link.fallback_url, network.fallback_url):
        if address and (safe := safe_template(address)):
            return Target(_filled(safe, link, offer, None), _ids(link, offer, "\\N"))
    return None


def _full(offer: Offer, link: Link, refuses: bool) -> int:
    """Until when a full cap sends visitors away, or marks them; 0 if none does."""
    mine = (cap.until for cap in offer.full if cap.refuses == refuses and cap.affiliate_id in (0, link.affiliate_id))
    return max(mine, default=0)


def _ids(link: Link, offer: Offer, landing_id) -> str:
    return f"\t{link.id}\t{offer.id}\t{landing_id}\t{link.affiliate_id}\t{offer.advertiser_id}\t"


def _filled(address: str, link: Link, offer: Offer, landing_id: int | None) -> str:
    """`address` with the macros that are the same for every click of the link replaced."""
    numbers = {"link_id": link.id, "offer_id": offer.id, "affiliate_id": link.affiliate_id, "landing_id": landing_id}
    for name, number in numbers.items():
        address = address.replace(f"{{{name}}}", "" if number is None else str(number))
    return address


def _marks(link: Link) -> list[tuple[str, str]]:
    marks = [("", "")] * MARKS
    for place in SUBS:
        marks[place] = mark_of(link.subs[place])
    marks[SOURCE] = mark_of(link.source)
    return marks
