"""Block-lists: what may stand in them, and what a lead matches."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field

from cpanet.core.numbers import whole_number
from tracking.antifraud.catalogue import ListKind
from tracking.antifraud.rules import Listed

SHORTEST_AGENT_TEXT = 4


@dataclass(frozen=True)
class Traits:
    """What lists are compared with; '' and () are what is not known."""

    address: str = ""
    agent: str = ""
    sub_ids: tuple[str, ...] = ()
    source: str = ""
    affiliate_id: int = 0


@dataclass
class Lists:
    """Entries in the shape they are looked up in."""

    networks: list = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    exact: dict[str, set[str]] = field(default_factory=dict)


def canonical(kind: str, value: str) -> str:
    """The value as it is kept. Raises ValueError for what cannot match anything, or would match everybody."""
    value = " ".join(value.split())
    if kind == ListKind.ADDRESS:
        network = ipaddress.ip_network(value, strict=False)
        if network.prefixlen < (8 if network.version == 4 else 16):
            raise ValueError("too wide")
        return str(network) if network.num_addresses > 1 else str(network.network_address)
    if kind == ListKind.WEBMASTER:
        number = whole_number(value.lstrip("#"))
        if number is None:
            raise ValueError("not a number")
        return str(number)
    if not value or (kind == ListKind.AGENT and len(value) < SHORTEST_AGENT_TEXT):
        raise ValueError("too short")
    return value


def lists_of(entries: Iterable[tuple[str, str]]) -> Lists:
    """Lists made of (kind, canonical value) pairs."""
    lists = Lists()
    for kind, value in entries:
        if kind == ListKind.ADDRESS:
            lists.networks.append(ipaddress.ip_network(value))
        elif kind == ListKind.AGENT:
            lists.agents.append(value)
        else:
            lists.exact.setdefault(kind, set()).add(value)
    return lists


def matches(traits: Traits, lists: Lists) -> tuple[Listed, ...]:
    """Every entry the traits match."""
    found = [*_addresses(traits, lists), *_agents(traits, lists)]
    asked = {
        ListKind.SUB_ID: traits.sub_ids, ListKind.SOURCE: (traits.source,),
        ListKind.WEBMASTER: (str(traits.affiliate_id),),
    }  # fmt: skip
    for kind, values in asked.items():
        known = lists.exact.get(kind, ())
        found += [Listed(str(kind), value) for value in dict.fromkeys(values) if value in known]
    return tuple(found)


def _addresses(traits, lists):
    if not traits.address or not lists.networks:
        return []
    address = ipaddress.ip_address(traits.address)
    hit = [each for each in lists.networks if each.version == address.version and address in each]
    return [Listed(str(ListKind.ADDRESS), str(each)) for each in hit]


def _agents(traits, lists):
    agent = traits.agent.lower()
    return [Listed(str(ListKind.AGENT), text) for text in lists.agents if text.lower() in agent]
