"""From figures to rows, the comparison with the period before, and the switches of the page and of the API."""

import html
import re
from datetime import date, timedelta

import pytest

from cpanet.tenancy.models import Network
from tests.factories import NOW
from tracking.statistics.days import keep_zones
from tracking.statistics.rollup import count_dirty_hours

from .conftest import independent
from .figures import ask, lines

SPAN = "since=2026-03-28&until=2026-04-02"


@pytest.fixture
def counted(world):
    keep_zones(now=NOW)
    count_dirty_hours(network_id=world.network.pk, limit=1000)
    return world


def followed(client, address):
    """{address behind a linked figure: the figure} of the table of a report's page."""
    page = client.get(address).content.decode()
    table = page[page.index("<tbody>", page.index('aria-label="Report"')) : page.index("<tfoot>")]
    return {
        html.unescape(url): int(text)
        for url, text in re.findall(r'<td class="num"[^>]*><a href="([^"]*)">(\d+)</a>', table)
    }


def rows_shown(client, address):
    """How many rows all pages behind the address have."""
    answer = client.get(address + "&per_page=100")
    assert answer.status_code == 200, address
    body = answer.content.decode()
    rows = body[body.index("<tbody>") : body.index("</tbody>")].count("<tr>")
    assert rows < 100
    return rows


@pytest.mark.parametrize(
    ("asked", "least"),
    [
        ("group=day&group=browser&columns=clicks&columns=bot_clicks", 5),
        ("group=sub1&columns=unique_clicks&columns=approved", 3),
        ("group=hour&columns=clicks&since=2026-03-29&until=2026-03-29", 4),
        ("group=coupon&columns=pending", 3),
        ("group=landing&columns=leads&sub2=x", 2),
        ("group=day&columns=clicks&zone=network&device=mobile", 2),
    ],
)
def test_every_figure_leads_to_as_many_rows(counted, people, asked, least):
    Network.objects.filter(pk=counted.network.pk).update(timezone="Asia/Kolkata")
    people.alice.user.timezone = "America/New_York"
    people.alice.user.save(update_fields=["timezone"])
    address = f"/webmaster/statistics/?{'' if 'since=' in asked else SPAN + '&'}{asked}"
    links = followed(people.alice.client, address)
    assert len(links) >= least
    for url, figure in [pair for pair in links.items() if "/statistics/rows/" in pair[0]][:12]:
        assert rows_shown(people.alice.client, url) == figure, url


def test_changes_of_a_day_are_shown_with_their_sign(counted, people):
    """By decision date a figure is what came less what went."""
    rows = ask("day", basis="decision").rows
    row = max(rows, key=lambda each: -each.values["pending"])
    day = row.keys["day"]
    page = people.manager.client.get(
        f"/manager/statistics/rows/?since={day}&until={day}&basis=decision&metric=pending&zone=network&per_page=100"
    ).content.decode()
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    gone = body.count("no longer")
    assert gone and (body.count("<tr>") - gone) - gone == row.values["pending"]


def test_rows_are_those_of_the_asker(counted, people):
    address = "statistics/rows/?since=2026-03-28&until=2026-04-02&per_page=100&metric=approved"
    ours = {str(one.pk) for one in counted.leads if one.affiliate_id == people.alice.affiliate.pk}
    found = set(re.findall(r'href="/webmaster/leads/(\d+)/"', people.alice.client.get(f"/webmaster/{address}").text))
    assert found and found <= ours
    seen_by_shop = people.adam.client.get(f"/advertiser/{address}").text
    assert (
        people.alice.affiliate.public_id in seen_by_shop and "Alice" not in seen_by_shop and "sub1" not in seen_by_shop
    )
    assert people.charlie.client.get(f"/manager/{address}").status_code == 404
    assert people.alice.client.get(f"/webmaster/{address.replace('approved', 'margin')}").status_code == 404
    assert people.alice.client.get(f"/webmaster/{address.replace('approved', 'cr')}").status_code == 422
    assert people.alice.client.get(f"/webmaster/{address}&only_affiliate=1").status_code == 422
    assert people.alice.client.get(f"/webmaster/{address}&only_offer=x").status_code == 422
    assert people.alice.client.get(f"/webmaster/{address}&hour=never&page=x").status_code == 200
    assert "Nothing behind" in people.alice.client.get(f"/webmaster/{address}&only_sub1=nothing").text


def test_lines_stand_beside_the_period_before(counted):
    """By days the day as far from the beginning, by names the same name."""
    span = {"date_from": date(2026, 3, 30), "date_until": date(2026, 4, 1), "compare": True}
    for name in ("offer", "sub1"):
        before = lines(ask(name, date_from=date(2026, 3, 28), date_until=date(2026, 3, 30)))
        rows = ask(name, **span).rows
        assert rows
        for row in rows:
            assert tuple(row.before.values()) == before.get(tuple(row.keys.values()), (0,) * 9)
    days = independent(counted, lambda row: row.clicked_at.date())
    for row in ask("day", **span).rows:
        earlier = days.get(date.fromisoformat(row.keys["day"]) - timedelta(days=2))
        assert row.before["clicks"] == (earlier.clicks if earlier else 0)
    hours = {row.keys["hour"]: row.before for row in ask("hour", timezone="Europe/Berlin", **span).rows}
    assert hours and all(each is not None for each in hours.values())
    assert all(row.before is None for row in ask("month", **span).rows)
    march = ask("day", date_from=date(2026, 3, 1), date_until=date(2026, 4, 1), compare=True).rows
    assert {row.keys["day"]: row.before is None for row in march}.get("2026-03-30", True), "February has no 30th"


def test_page_compares_and_switches(counted, people):
    address = "/webmaster/statistics/?since=2026-03-30&until=2026-03-31&group=offer"
    plain, compared = people.alice.client.get(address).text, people.alice.client.get(f"{address}&compare=1").text
    percent = r'<span class="muted nowrap">[+−]?[\d.,]+%?</span>'
    assert not re.search(percent, plain) and re.search(percent, compared)
    by_decision = people.alice.client.get(f"{address}&basis=decision").text
    assert "Every change of a lead" in by_decision and "basis=decision" in by_decision
    assert "Counted up to" in plain
    assert people.alice.client.get(f"{address}&basis=moon").status_code == 200, "nonsense falls back"


def test_program_compares_and_dates(counted, people):
    url = "/api/v1/statistics?date_from=2026-03-30&date_until=2026-03-31&dimensions=day&metrics=clicks,approved"
    answer = people.manager.client.get(f"{url}&basis=decision&compare=1").json()
    wanted = ask("day", basis="decision", date_from=date(2026, 3, 30), date_until=date(2026, 3, 31), compare=True)
    assert answer["basis"] == "decision" and answer["fresh_until"]
    assert answer["data"][0]["metrics"] == {key: wanted.rows[0].values[key] for key in ("clicks", "approved")}
    assert answer["data"][0]["previous"] == {key: wanted.rows[0].before[key] for key in ("clicks", "approved")}
    assert answer["previous_totals"]["clicks"] == wanted.previous_totals.values["clicks"]
    plain = people.manager.client.get(url).json()
    assert plain["basis"] == "click" and plain["previous_totals"] is None and plain["data"][0]["previous"] is None
    assert people.manager.client.get(f"{url}&basis=moon").status_code == 400


def test_queries_of_the_page_of_rows(counted, people, django_assert_max_num_queries):
    client = people.manager.client
    with django_assert_max_num_queries(28):
        client.get(f"/manager/statistics/rows/?{SPAN}&metric=clicks&per_page=100")
