"""Facts about the visitor, computed once per distinct address, user agent, referrer and language."""

import hashlib
import re
from functools import lru_cache

from cpanet.core.countries import country_of
from cpanet.core.macros import quoted
from cpanet.core.user_agents import LONGEST, read_agent
from tracking.edge.query import escape

LONGEST_REFERRER = 500
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,3}")
_REFERRER_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*):/+(?:[^/?#@\\]*@)?([^/?#:\\@\s]+|\[[0-9a-f:.]+\])", re.IGNORECASE)


class AgentFacts:
    """`fields` are device, system and browser as COPY fields, `text` the agent itself as one."""

    __slots__ = ("device", "fields", "is_bot", "key", "quoted", "text")

    def __init__(self, text: str):
        agent = read_agent(text)
        self.is_bot, self.device = agent.is_bot, agent.device
        facts = (agent.device, agent.system, agent.browser)
        self.fields = "\t".join(map(escape, facts))
        self.quoted = tuple(quoted(fact) for fact in facts)
        self.text = escape(text)
        self.key = _key(text)


class AddressFacts:
    """`field` is the address as a COPY field (`\\N` when unknown), `country` its code or ''."""

    __slots__ = ("country", "field", "key")

    def __init__(self, address: str):
        self.country = country_of(address)
        self.field = address or "\\N"
        self.key = _key(address)


def agent_facts(text: str) -> AgentFacts:
    """Facts in a User-Agent header, cropped at 600 characters."""
    return _agent_facts(text[:LONGEST])


_agent_facts = lru_cache(16384)(AgentFacts)
address_facts = lru_cache(65536)(AddressFacts)


def visitor_key(address: AddressFacts, agent: AgentFacts, link_id: int) -> int:
    """64 bits that stand for one visitor on one link; the same in every process, never 0."""
    return (address.key + 3 * agent.key + link_id * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF or 1


@lru_cache(8192)
def language_of(header: str) -> str:
    """The first language of an Accept-Language header ('tr-TR'), '' when there is none."""
    found = _LANGUAGE.match(header.strip())
    return found[0] if found else ""


def referrer_host(header: str) -> str:
    """The host of a Referer header as a COPY field, '' when there is none."""
    return _referrer_host(header[:LONGEST_REFERRER])


@lru_cache(8192)
def _referrer_host(header: str) -> str:
    found = _REFERRER_HOST.match(header)
    return escape(found[1].lower()[:255]) if found else ""


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big")
