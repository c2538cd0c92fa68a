"""Whether an address belongs to a data centre, from the operator's list; nothing is asked over the network.

CPANET_DATA_CENTRES names a text file with one network a line (`203.0.113.0/24`, `2001:db8::/32`), blank lines and
`#` comments aside: what hosting companies and clouds publish of themselves. Without it nobody is taken for one.
"""

import ipaddress
import os
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from pathlib import Path


class BadList(Exception):
    """The file of data centres cannot be read; the message names the line."""


class Networks:
    """Which addresses lie in any of many networks."""

    def __init__(self, lines: Iterable[str]):
        """Raises BadList."""
        networks = [_network(number, line) for number, line in enumerate(lines, 1)]
        self._ranges = {version: _ranges([one for one in networks if one and one.version == version])
                        for version in (4, 6)}  # fmt: skip

    def hold(self, address: str) -> bool:
        """False also for what is no address."""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        parsed = getattr(parsed, "ipv4_mapped", None) or parsed
        firsts, lasts = self._ranges[parsed.version]
        place = bisect_right(firsts, int(parsed)) - 1
        return place >= 0 and int(parsed) <= lasts[place]


@cache
def data_centres() -> Networks:
    """The operator's list, read once. Raises BadList and OSError."""
    path = os.environ.get("CPANET_DATA_CENTRES")
    if not path:
        return Networks(())
    try:
        return Networks(Path(path).read_text().splitlines())
    except (BadList, UnicodeDecodeError) as error:
        raise BadList(f"CPANET_DATA_CENTRES={path}: {error}") from None


def _network(number: int, line: str):
    text = line.partition("#")[0].strip()
    try:
        return ipaddress.ip_network(text, strict=False) if text else None
    except ValueError:
        raise BadList(f"line {number}: “{text[:60]}” is no network; write 203.0.113.0/24") from None


def _ranges(networks) -> tuple[list[int], list[int]]:
    """First and last addresses of networks that do not overlap, in order."""
    apart = list(ipaddress.collapse_addresses(networks))
    return [int(one.network_address) for one in apart], [int(one.broadcast_address) for one in apart]
