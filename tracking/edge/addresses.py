"""Addresses a visitor may be sent to: made safe for a Location header, and never chosen by the visitor himself."""

import re
from collections.abc import Iterable
from urllib.parse import quote

LONGEST_DEEP_LINK = 4000
_ADDRESS = re.compile(r"(https?)://([^/?#\\]*)(.*)", re.IGNORECASE | re.DOTALL)
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_PORT = re.compile(r":[0-9]{1,5}")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")
_KEPT = "/?#[]@!$&'()*+,;=:%-._~"


def safe_template(address: str) -> str | None:
    """An address template of the network's own (landing, fallback) in plain ASCII; None when it cannot be used.

    Macros are kept, but only after the host.
    """
    match = _ADDRESS.fullmatch(address.strip())
    if match is None:
        return None
    host, port = _split_port(match[2])
    host = ascii_host(host)
    if not host:
        return None
    return f"{match[1].lower()}://{host}{port}{quote(match[3], safe=_KEPT + '{}', errors='replace')}"


def safe_deep_link(address: str, domains: Iterable[str]) -> str:
    """The page of a shop a link asks for, rebuilt in plain ASCII; '' unless it lies in one of `domains`.

    A domain covers its subdomains. Ports count as foreign unless the domain names that port; user names, backslashes,
    control characters, address literals and everything else browsers read differently from us are refused.
    """
    address = address.strip(" ")
    if len(address) > LONGEST_DEEP_LINK or _FORBIDDEN.search(address):
        return ""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return ""
    host, port = _split_port(match[2])
    host = ascii_host(host)
    if not host or not _is_inside(host, port, domains):
        return ""
    return f"{match[1].lower()}://{host}{port}{quote(match[3], safe=_KEPT, errors='replace')}"


def with_query(address: str, query: str) -> str:
    """`address` with `query` added to its own query, before its fragment."""
    if not query:
        return address
    page, mark, fragment = address.partition("#")
    return f"{page}{'&' if '?' in page else '?'}{query}{mark}{fragment}"


def ascii_host(host: str) -> str:
    """The host name in lower-case ASCII (IDN encoded); '' when it is not a plain host name."""
    host = host.lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode().lower()
        except UnicodeError:
            return ""
    return host if len(host) <= 253 and _HOST.fullmatch(host) else ""


def _split_port(authority: str) -> tuple[str, str]:
    host, colon, port = authority.partition(":")
    if not colon or not _PORT.fullmatch(colon + port):
        return (authority, "") if not colon else ("", "")
    return host, colon + port


def _is_inside(host: str, port: str, domains: Iterable[str]) -> bool:
    for domain in domains:
        name, own_port = _split_port(domain.strip().lower())
        name = ascii_host(name)
        if name and port == own_port and (host == name or host.endswith("." + name)):
            return True
    return False
