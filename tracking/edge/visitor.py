"""Facts about the visitor, computed once per distinct address, user agent, referrer and language."""

import hashlib
import re

from cpanet.core.countries import country_of
from cpanet.core.data_centres import data_centres
from cpanet.core.macros import quoted
from cpanet.core.user_agents import LONGEST, browser_kind, read_agent, system_kind
from tracking.edge.memo import Memo
from tracking.edge.query import escape

LONGEST_REFERRER = 500
LONGEST_LANGUAGES = 200
NULL = "\\N"
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,3}")
_REFERRER_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*):/+(?:[^/?#@\\]*@)?([^/?#:\\@\s]+|\[[0-9a-f:.]+\])", re.IGNORECASE)


class AgentFacts:
    """`system` and `browser` are the kinds an offer may ask for, "other", or '' when unknown; `fields` are device,
    system and browser as COPY fields, `text` the agent itself, each with the tab after it."""

    __slots__ = ("browser", "device", "fields", "is_bot", "key", "quoted", "system", "text")

    def __init__(self, text: str):
        agent = read_agent(text)
        self.is_bot, self.device = agent.is_bot, agent.device
        self.system = agent.system and (system_kind(agent.system) or "other")
        self.browser = agent.browser and (browser_kind(agent.browser) or "other")
        facts = (agent.device, agent.system, agent.browser)
        self.fields = "\t".join(map(escape, facts)) + "\t"
        self.quoted = [quoted(fact) for fact in facts]
        self.text = escape(text) + "\t"
        self.key = 3 * _key(text)


class AddressFacts:
    """`fields` are the address (`\\N` when unknown) and the country as COPY fields, `country` is its code or ''."""

    __slots__ = ("country", "fields", "is_data_centre", "key")

    def __init__(self, address: str):
        self.is_data_centre = data_centres().hold(address)
        self.country = country_of(address)
        self.fields = f"{address or NULL}\t{self.country}\t"
        self.key = _key(address)


def agent_facts(text: str) -> AgentFacts:
    """Facts in a User-Agent header, cropped at 600 characters."""
    return _agents[text if len(text) <= LONGEST else text[:LONGEST]]


def address_facts(address: str) -> AddressFacts:
    """Facts in a canonical address, '' when it is unknown."""
    return _addresses[address]


_agents = Memo(AgentFacts, 16384)
_addresses = Memo(AddressFacts, 65536)


def visitor_key(address: AddressFacts, agent: AgentFacts, salt: int) -> int:
    """64 bits that stand for one visitor on the link with this salt; the same in every process, never 0."""
    return (address.key + agent.key + salt) & 0xFFFFFFFFFFFFFFFF or 1


def language_of(header: str) -> str:
    """The first language of an Accept-Language header ('tr-TR'), '' when there is none."""
    return _languages[header if len(header) <= LONGEST_LANGUAGES else header[:LONGEST_LANGUAGES]]


def referrer_host(header: str) -> str:
    """The host of a Referer header as a COPY field, '' when there is none."""
    return _referrers[header if len(header) <= LONGEST_REFERRER else header[:LONGEST_REFERRER]]


def _first_language(header: str) -> str:
    found = _LANGUAGE.match(header.strip())
    return found[0] if found else ""


def _referrer_host(header: str) -> str:
    found = _REFERRER_HOST.match(header)
    return escape(found[1].lower()[:255]) if found else ""


_languages = Memo(_first_language, 4096)
_referrers = Memo(_referrer_host, 8192)


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big")
