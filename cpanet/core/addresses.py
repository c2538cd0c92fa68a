"""Which internet addresses a server of ours may speak to on behalf of somebody else.

`ipaddress.is_global` is not enough: it lets several forbidden addresses through in their IPv6 clothes, so the list is
our own and embedded IPv4 addresses are unwrapped first.
"""

import ipaddress
import re

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

FORBIDDEN_V4 = tuple(
    ipaddress.ip_network(net)
    for net in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT, also some clouds' internal services
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, with the metadata services of clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved and broadcast
        "168.63.129.16/32",  # a cloud's wire server
    )
)
# Only addresses that the public internet hands out; the exceptions inside that range follow.
ALLOWED_V6 = ipaddress.ip_network("2000::/3")
FORBIDDEN_V6 = tuple(
    ipaddress.ip_network(net)
    for net in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarking
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",
        "3fff::/20",
        "5f00::/16",
    )
)
_V4_COMPATIBLE = ipaddress.ip_network("::/96")
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_DOTTED_QUAD = re.compile(r"(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*", re.IGNORECASE)


def is_forbidden(address: Address) -> bool:
    """Whether `address` is one that must never be called for a stranger."""
    if isinstance(address, ipaddress.IPv4Address):
        return any(address in network for network in FORBIDDEN_V4)
    if address.ipv4_mapped:
        return is_forbidden(address.ipv4_mapped)
    if address in _V4_COMPATIBLE or any(address in network for network in _NAT64):
        return True
    return address not in ALLOWED_V6 or any(address in network for network in FORBIDDEN_V6)


def is_disguised(host: str) -> bool:
    """Whether `host` is a number written so that people do not see which address it is: 0x7f.1, 017700000001,
    2130706433. A plain dotted quad is not."""
    last = host.rstrip(".").rpartition(".")[2]
    return bool(_NUMBER.fullmatch(last)) and not _DOTTED_QUAD.fullmatch(host)
