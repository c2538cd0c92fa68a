"""Keys by which leads of one address or device are found again, without keeping the address itself."""

import hashlib
import ipaddress


def address_key(address: str, secret: bytes) -> int | None:
    """A keyed 63-bit digest of the address; None when it is not known."""
    return _digest(f"address {ipaddress.ip_address(address)}", secret) if address else None


def device_key(address: str, agent: str, secret: bytes) -> int | None:
    """A keyed digest of the user agent and the neighbourhood (/24, or /48 of IPv6) of the address."""
    if not address or not agent:
        return None
    return _digest(f"device {neighbourhood(address)} {agent}", secret)


def neighbourhood(address: str) -> str:
    """The network of neighbouring addresses: 203.0.113.0/24."""
    parsed = ipaddress.ip_address(address)
    return str(ipaddress.ip_network(f"{address}/{24 if parsed.version == 4 else 48}", strict=False))


def _digest(text: str, secret: bytes) -> int:
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), key=secret[:64], digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
