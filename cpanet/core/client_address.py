"""The visitor's address behind a known number of our own proxies."""

import ipaddress
from functools import lru_cache

LONGEST_TEXT = 64  # 45 letters of IPv6, "%" and a zone


def parse_address(text: str) -> str:
    """The canonical IP address in `text`, which may carry a port, brackets or a zone; '' if there is none.

    An IPv4 address inside IPv6 (`::ffff:1.2.3.4`) is given as IPv4.
    """
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    return _canonical(text[:LONGEST_TEXT])


@lru_cache(65536)
def _canonical(text: str) -> str:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)


def client_address(peer: str, forwarded_for: str = "", *, trusted_proxies: int = 0) -> str:
    """The visitor's canonical IP address, '' when unknown.

    `peer` is who opened the connection, `forwarded_for` all X-Forwarded-For values joined by commas in the order they
    came. Everything left of the entries written by our `trusted_proxies` is the visitor's own word and is not believed.
    """
    if not trusted_proxies or not forwarded_for:
        return parse_address(peer)
    written = forwarded_for.rsplit(",", trusted_proxies)[-trusted_proxies:]
    for entry in written:
        if address := parse_address(entry):
            return address
    return parse_address(peer)
