"""Nonsense in every field of every page: a sentence or a plain page, never a fault.

Each page is loaded, and all fields it shows, with the names that addresses know, are sent back full of nonsense, as an
address and as a form. Each round gives another kind of nonsense to each field; `--run-slow` gives every kind to each.
"""

import re
from zlib import crc32

import pytest
from django.db import transaction
from django.urls import URLPattern, get_resolver

from cpanet.tenancy.scope import network_scope
from tests.fixtures.world import world
from tests.tenancy.test_every_address import addresses, path_of

KINDS = [
    "a\0b", "9" * 40, "9" * 5000, "--1", "NaN", "1e400", "x" * 6000, "{}", "2026-13-45", "９９", "\ufffe", " ", "1",
    "'\"><b>",
]  # fmt: skip
# What addresses and buttons name beside the fields of forms.
NAMES = [
    "access", "act", "action", "advertiser", "all", "chart", "class", "compare", "content", "currency", "date", "do",
    "drop", "event", "file", "group", "hold", "hour", "kind", "lead", "line", "link", "metric", "next", "offer", "on",
    "outcome", "page", "payment", "payout", "per_page", "period", "preset", "q", "quantity", "query", "reason", "row",
    "search", "since", "sort", "status", "sub1", "to", "until", "zone",
]  # fmt: skip
LEFT_OUT = ("/api/", "/account/", "/static/", "/health/")
UNBOOKED = "/cancel/"  # the payout of this world stands in no ledger


def plain_paths(resolver=None, prefix="/"):
    """Every address without a part to fill in."""
    for entry in (resolver or get_resolver("cpanet.urls")).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            if not re.search(r"[<^\\]", path):
                yield path
        else:
            yield from plain_paths(entry, path)


def paths(things):
    """Every page and deed of the cabinets, with ids of what there is."""
    named = (path_of(pattern, audience, page, names, things) for audience, page, pattern, names in addresses())
    found = {*plain_paths(), *named}
    return sorted(
        path for path in found if "<" not in path and not path.startswith(LEFT_OUT) and not path.endswith(UNBOOKED)
    )


def nonsense(path, fields, number):
    return {field: KINDS[(crc32(f"{path} {field}".encode()) + number) % len(KINDS)] for field in fields}


@pytest.fixture
def mine(people, network):
    with network_scope(network.pk):
        return world(webmaster=people.alice, advertiser=people.adam, staff=people.owner)


@pytest.mark.parametrize(
    ("who", "space"), [("alice", "/webmaster/"), ("adam", "/advertiser/"), ("owner", "/manager/"), ("stranger", "/")]
)
@pytest.mark.parametrize("number", [0, *(pytest.param(k, marks=pytest.mark.slow) for k in range(1, len(KINDS)))])
def test_nothing_breaks(people, mine, who, space, number):
    client = getattr(people, who).client
    client.raise_request_exception = False
    asked = [path for path in paths(mine) if path.startswith(space)]
    broken = {}
    for path in asked:
        page = client.get(path)
        shown = set(re.findall(r'name="([\w-]+)"', page.text)) if "html" in page.get("Content-Type", "") else set()
        values = nonsense(path, sorted({*shown, *NAMES} - {"csrfmiddlewaretoken"}), number)
        answers = [page, client.get(path, values), *_tried(client, path, values)]
        if any(answer.status_code >= 500 for answer in answers):
            broken[path] = [answer.status_code for answer in answers]
    assert broken == {} and len(asked) > 3


def _tried(client, path, values):
    """The answer to the form, whose deed is undone: the next path needs the world as it was."""
    point = transaction.savepoint()
    yield client.post(path, values)
    transaction.savepoint_rollback(point)


def test_addresses_too_long_for_a_redirect_are_no_fault(people):
    query = "sub1=" + "x" * 17_000
    answer = people.stranger.client.get(f"/webmaster/offers/?{query}")
    assert (answer.status_code, answer.url) == (302, "/account/login/?next=/webmaster/offers/")
    assert people.stranger.client.get(f"/webmaster/offers?{query}").status_code == 400
