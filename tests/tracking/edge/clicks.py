"""A small snapshot and the way to click on it without a server."""

from tracking.edge.decide import Decision, Request, decide
from tracking.edge.routes import route_of
from tracking.edge.shipper import COLUMNS
from tracking.edge.snapshot import Landing, Link, Network, Offer
from tracking.edge.stamps import Times
from tracking.edge.visitors import Visitors

NOW = 1_795_000_000_123  # 2026-11-18 11:06:40.123 UTC
CLICK_ID = "01a1e9c0-0000-7000-8000-000000000001"
PHONE = (
    "Mozilla/5.0 (Linux; Android 13; SM-G991B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
)
DESKTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
GOOGLE = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
AMERICAN = "8.8.8.8"
NAMES = COLUMNS.split(", ")


def network(*, offer=None, link=None, **fields) -> Network:
    """A network (id 1) with one offer (id 5) and one link (id 9, code "abc"), each changed as said."""
    one = {
        "id": 5,
        "advertiser_id": 3,
        "landings": (Landing(7, "https://shop.example/?click={click_id}"),),
        **(offer or {}),
    }
    other = {"id": 9, "code": "abc", "affiliate_id": 4, "offer_id": 5, **(link or {})}
    return Network(
        **{"id": 1, "name": "Alpha", "config_version": 12, **fields},
        offers={5: Offer(**one)},
        links={"abc": Link(**other)},
    )


def click(on: Network, query: str = "", *, now=NOW, visitors=None, click_id=CLICK_ID, **facts) -> Decision:
    """What the edge would do; a person on a phone in the USA unless said otherwise."""
    request = Request(query=query, **{"address": AMERICAN, "agent": PHONE, **facts})
    visitors = visitors or Visitors(64)
    return decide(request, route_of(on, "abc"), now=now, time=Times().text(now), click_id=click_id, visitors=visitors)


def row(decision: Decision) -> dict[str, str]:
    """The columns of the click as COPY fields."""
    assert decision.row.endswith("\n")
    fields = decision.row[:-1].split("\t")
    assert len(fields) == len(NAMES)
    return dict(zip(NAMES, fields, strict=True))
