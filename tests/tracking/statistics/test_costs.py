"""What traffic costs: as clicks say, as a file or a program tells it; and what comes of it in the figures."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cpanet.tenancy.scope import network_scope
from tests import factories
from tests.factories import NOW
from tests.tracking.statistics.conftest import lead
from tracking.models import CostEntry
from tracking.services.dirty import mark_dirty
from tracking.statistics.query import report
from tracking.statistics.request import Audience, BadReport
from tracking.statistics.rollup import count_dirty_hours

DAY = NOW.date()


@pytest.fixture
def shop(network, people):
    """Alice's link with five clicks of today (three say what they cost, one of them nonsense) and an approved lead."""
    with network_scope(network.pk):
        link = factories.link(offer=factories.offer(name="Lamps"), affiliate=people.alice.affiliate)
        goal = factories.goal(offer=link.offer)
        goal.rate_id = goal.rates(manager="objects").get().pk
        said = ("0.10", "0,05", "1e5", "", "0.02")
        clicks = [
            factories.click(
                link=link, at=NOW - timedelta(minutes=n), cost=text, sub2=f"m{n % 2}", flags=["bot"] * (n == 4)
            )
            for n, text in enumerate(said)
        ]
        factories.click(link=link, at=NOW - timedelta(minutes=9), cost="5", flags=["prefetch"])
        lead(click=clicks[0], link=link, goal=goal, status="approved", at=NOW, revenue="1.20", earning="1").save()
        mark_dirty(NOW, NOW - timedelta(minutes=9))
        yield link


def figures(link, *dimensions, **filters):
    count_dirty_hours(network_id=link.network_id, limit=1000)
    found = report(
        dimensions=dimensions, metrics=["clicks", "cost", "cpc", "profit", "roi"], filters=filters, date_from=DAY,
        date_until=DAY + timedelta(days=1), timezone="UTC", audience=Audience("affiliate", link.affiliate_id, "USD"),
        now=NOW, limit=None,
    )  # fmt: skip
    rows = [found.totals] if not dimensions else found.rows
    return [(*row.keys.values(), *row.values.values()) for row in rows]


def upload(people, text):
    from django.core.files.uploadedfile import SimpleUploadedFile

    data = text if isinstance(text, bytes) else text.encode()
    return people.alice.client.post("/webmaster/costs/", {"file": SimpleUploadedFile("costs.csv", data)})


def test_clicks_say_what_they_cost(shop):
    """0.10 + 0.05, and 0.02 of a robot: it was charged. A prefetch was not; “1e5” is no sane number."""
    [(clicks, cost, cpc, profit, roi)] = figures(shop)
    assert (clicks, cost, cpc, profit) == (4, 1700, 425, 10_000 - 1700)
    assert roi == (Decimal(10_000 - 1700) / 1700).quantize(Decimal("0.000001"))


def test_an_uploaded_cost_counts_instead(shop, people, network):
    answer = upload(people, f"day,link,cost\n{DAY},{shop.code},2.50\n")
    assert answer.status_code == 302
    assert [row[1] for row in figures(shop)] == [25_000]
    assert figures(shop, "link")[0][:3] == (shop.pk, 4, 25_000)
    assert [row[:3] for row in figures(shop, "day", "offer")] == [(DAY.isoformat(), shop.offer_id, 4)]
    upload(people, f"day;link;cost\n{DAY:%d.%m.%Y};{shop.pk};3,75\n")
    assert [row[1] for row in figures(shop)] == [37_500], "told again, it is replaced"
    upload(people, f"day,link,cost\n{DAY},{shop.code},0\n")
    assert [row[1] for row in figures(shop)] == [1700], "taken back, the clicks count again"
    assert not CostEntry.objects.exists()


def test_a_cost_of_a_mark_replaces_that_marks_clicks_alone(shop, people):
    upload(people, f"day,sub2,cost,currency\n{DAY},m0,1,USD\n")
    assert [row[1] for row in figures(shop)] == [10_000 + 500]
    assert {row[0]: row[2] for row in figures(shop, "sub2") if row[2]} == {"m0": 10_000, "m1": 500}
    assert [row[1] for row in figures(shop, sub2=["m0"])] == [10_000]


def test_nobody_else_sees_costs(shop, people):
    upload(people, f"day,link,cost\n{DAY},{shop.code},7.77\n")
    for kind in ("manager", "advertiser"):
        with pytest.raises(BadReport):
            report(
                dimensions=[], metrics=["cost"], filters={}, date_from=DAY, date_until=DAY + timedelta(days=1),
                timezone="UTC", audience=Audience(kind, None, "USD"), now=NOW,
            )  # fmt: skip
    assert "7.77" in people.alice.client.get("/webmaster/costs/").content.decode()
    assert "7.77" not in people.bob.client.get("/webmaster/costs/").content.decode()
    for stranger in (people.adam, people.manager):
        assert stranger.client.get("/webmaster/costs/").status_code == 404


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("\n", "heading must name"),
        ("day,cost\n2026-11-20,5\n", "heading must name"),
        ("day,offer,colour,cost\n", "heading must name"),
        ("day,link,cost\n", "no lines below"),
        ("day,link,cost\n20.11.26,x,5\n", "Line 2, day"),
        ("day,link,cost\n2026-11-20,LINK,5\n\n2026-11-21,LINK,five\n", "Line 4, cost"),
        ("day,link,cost\n2026-11-20,LINK,-5\n", "cannot be negative"),
        ("day,link,cost\n2026-11-20,LINK,NaN\n", "not an amount"),
        ("day,link,cost\n2026-11-20,LINK,1e30\n", "too large"),
        ("day,link,cost\n2026-11-20,LINK,5\n2026-11-20,LINK,6\n", "as in line 2"),
        ("day,link,cost\n2026-12-20,LINK,5\n", "in the future"),
        ("day,link,cost\n2020-12-20,LINK,5\n", "two years ago"),
        ("day,link,cost\n2026-11-20,nobody,5\n", "You have no link"),
        ("day,offer,cost\n2026-11-20,Secret,5\n", "do not promote"),
        ("day,link,cost\n2026-11-20,,5\n", "Say for what"),
        ("day,link,cost,currency\n2026-11-20,LINK,5,EUR\n", "counts in USD"),
        ("day,sub1,cost,currency\n2026-11-20,a,5,XXQ\n", "not a currency code"),
        ("day,sub1,cost,currency\n2026-11-20,a,5,EUR\n", "None of your offers"),
        ("day,sub1,sub2,cost\n2026-11-20,a,b,5\n", "one sub-id"),
        ("day,link,cost\n2026-11-20,LINK,5,6,7\n", "5 cells"),
        (b"day,link,cost\n2026-11-20,\xff\xfe,5\n", "not UTF-8"),
        ("day,link,cost\n2026-11-20,LI\x00NK,5\n", "not a text file"),
    ],
)
def test_bad_files_change_nothing_and_say_where(shop, people, text, said, time_machine_at_now):
    if isinstance(text, str):
        text = text.replace("LINK", shop.code)
    answer = upload(people, text)
    assert answer.status_code == 422
    assert said in answer.content.decode().replace("&#x27;", "'")
    assert not CostEntry.objects.exists()


@pytest.fixture
def time_machine_at_now():
    import time_machine

    with time_machine.travel(NOW, tick=False):
        yield


def test_costs_by_program(shop, people, network):
    client, url = people.alice.client, "/api/v1/costs"
    body = {"costs": [{"day": str(DAY), "offer_id": shop.offer_id, "amount": "4.20"}]}
    dry = client.post(f"{url}?dry_run=1", body, content_type="application/json")
    assert dry.status_code == 200 and dry.json() == {"told": 1, "removed": 0} and not CostEntry.objects.exists()
    assert client.post(url, body, content_type="application/json").json() == {"told": 1, "removed": 0}
    [row] = client.get(f"{url}?date_from={DAY}").json()["data"]
    assert (row["day"], row["offer_id"], row["amount"], row["currency"]) == (str(DAY), shop.offer_id, "4.20", "USD")
    assert client.get(f"{url}?date_until={DAY}").json()["data"] == []
    wrong = [
        {"day": str(DAY), "offer_id": shop.offer_id, "amount": "1"},
        {"day": str(DAY), "link": "nobody", "amount": "1"},
    ]
    refused = client.post(url, {"costs": wrong}, content_type="application/json")
    assert refused.status_code == 400
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/costs/1/link"]
    assert CostEntry.objects.get().amount == 42_000
    assert people.adam.client.get(url).status_code == 403
    assert date.fromisoformat(row["day"]) == DAY
