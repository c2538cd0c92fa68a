"""One click: who is sent where, with which marks, flags and reason. No input or output, no clock of its own.

The order is: refusals that hold for everybody, the schedule, full caps, hours, what the visitor is, then the
address. Further rules take their place in `_refusals`.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from cpanet.core.macros import quoted
from tracking.edge.addresses import LONGEST_DEEP_LINK, safe_deep_link, with_query
from tracking.edge.memo import Memo
from tracking.edge.query import escape, read_query
from tracking.edge.routes import DEEP_LINK, Route
from tracking.edge.visitor import (
    AddressFacts,
    AgentFacts,
    address_facts,
    agent_facts,
    language_of,
    referrer_host,
    visitor_key,
)
from tracking.edge.visitors import Visitors

TAB = "\t"
QUARTER = 15 * 60 * 1000  # no time zone changes its clock within one
_NOBODY_LOOKS = frozenset(("bot", "head", "prefetch"))
_NO_DEVICE = frozenset(("bot", "other"))


@dataclass(slots=True)
class Request:
    """Facts about one request, as they came; `address` is the visitor's own, canonical, '' when unknown."""

    query: str = ""
    address: str = ""
    agent: str = ""
    referrer: str = ""
    language: str = ""
    is_head: bool = False
    is_prefetch: bool = False


@dataclass(slots=True)
class Decision:
    """`address` is where to go ('' means the network's own page), `row` the click as one COPY line; `is_visit` says
    that somebody looks at a landing, who may be remembered."""

    address: str
    reason: str
    row: str
    is_visit: bool


def decide(request: Request, route: Route, *, now: int, time: str, click_id: str, visitors: Visitors) -> Decision:
    """What happens to `request` on the link `route` at `now` (Unix milliseconds; `time` is the same as text)."""
    agent, address = agent_facts(request.agent), address_facts(request.address)
    key = visitor_key(address, agent, route.salt)
    fields, marks, flags = [*route.fields], [*route.quoted], []
    deep_link = (request.query and read_query(request.query, fields, marks, flags)) or route.deep_link
    is_looked_at = _is_looked_at(request, agent, flags)
    is_unique = is_looked_at and visitors.is_first(key, now // 1000, route.window)
    if not (is_unique or flags and flags[-1] in _NOBODY_LOOKS):
        flags.append("duplicate")
    if address.is_data_centre:
        flags.append("data_centre")
    deep_field, page = _deep_link(deep_link, route, flags) if deep_link else ("", "")
    language = language_of(request.language)
    refusals = () if route.is_plain else _refusals(route, address, agent, language, now)
    if now < route.marked_until:
        flags.append("over_cap")
    target = route.fallback if refusals else route.only or route.target(key)
    if target is None and not refusals:
        refusals, target = ("no_landing",), route.fallback
    location, ids = "", route.ids
    if target is not None:
        ids = target.ids
        values = [click_id, *marks, address.country, *agent.quoted, language, "", str(now // 1000), ""]  # as VALUES
        if page:
            values[DEEP_LINK] = quoted(page)
        location = target.address(values)
        if page and not refusals and not target.takes_deep_link:
            location = with_query(page, target.query(values))
    reason = refusals[0] if refusals else ""
    all_flags = ",".join((*flags, *refusals)) if flags or refusals else ""
    referrer = referrer_host(request.referrer) if request.referrer else ""
    marked = TAB.join(fields)
    row = (
        f"{click_id}{route.network}{time}{ids}{address.fields}{agent.fields}{language}\t{referrer}\t{agent.text}"
        f"{marked}\t{deep_field}\t{'t' if is_unique else 'f'}\t{{{all_flags}}}\t{reason}{route.version}"
    )
    return Decision(location, reason, row, is_looked_at and not refusals)


def _is_looked_at(request: Request, agent: AgentFacts, flags: list[str]) -> bool:
    """Whether a person looks at the page; if not, says why in `flags`, and uniqueness is left for when one does."""
    if not (agent.is_bot or request.is_head or request.is_prefetch):
        return True
    if agent.is_bot:
        flags.append("bot")
    if request.is_head:
        flags.append("head")
    if request.is_prefetch:
        flags.append("prefetch")
    return False


def _refusals(route: Route, address: AddressFacts, agent: AgentFacts, language: str, now: int) -> list[str]:
    """Every reason against this visitor, the deciding one first. What is not known is not held against him."""
    person = not agent.is_bot
    found = (
        (route.refusal, route.refusal),
        (now < route.opens_at, "not_started"),
        (now >= route.closes_at, "ended"),
        (now < route.full_until, "over_cap"),
        (route.hours and _hours_of_week[route.zone, now // QUARTER] not in route.hours, "closed_hours"),
        (route.countries and address.country and address.country not in route.countries, "wrong_geo"),
        (route.devices and agent.device not in route.devices and agent.device not in _NO_DEVICE, "wrong_device"),
        (route.systems and person and agent.system and agent.system not in route.systems, "wrong_system"),
        (route.browsers and person and agent.browser and agent.browser not in route.browsers, "wrong_browser"),
        (route.languages and language and language.partition("-")[0].lower() not in route.languages, "wrong_language"),
    )
    return [reason for refused, reason in found if refused]


def _hour_of_week(key: tuple[str, int]) -> int:
    """0 (Monday, midnight) to 167, in a time zone at a quarter of an hour counted from 1970."""
    zone, quarter = key
    moment = datetime.fromtimestamp(quarter * QUARTER / 1000, ZoneInfo(zone))
    return moment.weekday() * 24 + moment.hour


_hours_of_week = Memo(_hour_of_week, 1024)


def _deep_link(text: str, route: Route, flags: list[str]) -> tuple[str, str]:
    """The deep link as a COPY field, and the page it leads to: '' and a flag when the offer does not allow it."""
    page = safe_deep_link(text, route.deep_link_domains)
    if not page:
        flags.append("bad_deep_link")
    return escape(text[:LONGEST_DEEP_LINK]), page
