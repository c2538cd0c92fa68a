"""Visitors of right now: real requests to the running click edge, with the user agents of real browsers."""

import http.client
import random
import time
from urllib.parse import urlsplit

from django.conf import settings

from cpanet.portal.demo import cast

PATIENCE_SECONDS = 10


def send_visitors(host: str, codes: list[str], count: int, chance: random.Random) -> int:
    """Send `count` visitors through the links of a network; answers how many were redirected.

    0 when no edge runs here: the demo can be made without one. A new network is known to the edge within seconds.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not _visit(host, codes[0], chance):
        if time.monotonic() > deadline:
            return 0
        time.sleep(0.5)
    return 1 + sum(_visit(host, chance.choice(codes), chance) for _ in range(count - 1))


def _visit(host, code, chance):
    edge = urlsplit(settings.CLICK_ADDRESS.format(host="127.0.0.1"))  # where the launcher has started it
    connection = http.client.HTTPConnection(edge.hostname, edge.port or 80, timeout=5)
    agent, campaign = chance.choice((*cast.AGENTS, *cast.BOTS[:1])), chance.choice(cast.CAMPAIGNS)
    headers = {"Host": host, "User-Agent": agent, "Accept-Language": "de", "Referer": "https://blog.example/post"}
    try:
        connection.request("GET", f"/c/{code}?sub1={campaign}", headers=headers)
        return connection.getresponse().status == 302
    except OSError:
        return False
    finally:
        connection.close()
