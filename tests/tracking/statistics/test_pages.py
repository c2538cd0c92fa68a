"""The statistics pages over HTTP: who sees which figures, and that page, file and engine say the same."""

import csv
import io
import re

import pytest
import python_calamine

from cpanet.core.money import to_text
from cpanet.tenancy.scope import network_scope
from tests import factories
from tracking.models import TrackingLink
from tracking.services.dirty import mark_dirty
from tracking.statistics.rollup import count_dirty_hours

from .conftest import independent

SPAN = "since=2026-03-28&until=2026-04-02"


@pytest.fixture
def counted(world):
    count_dirty_hours(network_id=world.network.pk, limit=1000)
    return world


def rows_of(answer):
    """The rows of a CSV file as mappings, numbers as texts."""
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_webmaster_sees_his_own_figures_only(counted, people):
    sums = independent(counted, lambda row: (row.affiliate_id, row.offer_id))
    answer = people.alice.client.get(f"/webmaster/statistics/?{SPAN}&group=offer&file=csv")
    mine = {offer: each for (affiliate, offer), each in sums.items() if affiliate == people.alice.affiliate.pk}
    lines = rows_of(answer)
    assert [line["Offer"] for line in lines[:-1]] != [] and len(lines) == len(mine) + 1
    assert sum(int(line["Clicks"]) for line in lines[:-1]) == sum(each.clicks for each in mine.values())
    assert lines[-1]["Offer"] == "Total"
    assert lines[-1]["Earnings, USD"] == to_text(sum(each.earned for each in mine.values()), "USD")
    assert "Margin, USD" not in lines[0] and "Revenue, USD" not in lines[0]


def test_webmaster_cannot_ask_for_what_is_not_his(counted, people):
    for asked in ("columns=margin", "columns=revenue", "group=affiliate", "group=advertiser", "advertiser=1"):
        answer = people.alice.client.get(f"/webmaster/statistics/?{SPAN}&{asked}")
        assert answer.status_code == (200 if asked == "advertiser=1" else 422), asked
        assert "Margin" not in answer.content.decode() and "Bob" not in answer.content.decode(), asked


def test_advertiser_sees_his_cost_and_webmasters_by_public_id(counted, people):
    answer = people.adam.client.get(f"/advertiser/statistics/?{SPAN}&group=affiliate")
    page = answer.content.decode()
    assert people.alice.affiliate.public_id in page and "Alice" not in page
    assert "Cost" in page and "Earnings" not in page
    revenue = independent(counted, lambda row: row.advertiser_id)[people.adam.advertiser.pk].revenue
    lines = rows_of(people.adam.client.get(f"/advertiser/statistics/?{SPAN}&file=csv"))
    assert lines[-1]["Cost, USD"] == to_text(revenue, "USD")
    assert people.adam.client.get("/advertiser/statistics/?group=sub1").status_code == 422


def test_manager_sees_all_with_margin(counted, people):
    [sums] = independent(counted, lambda row: None).values()
    lines = rows_of(people.manager.client.get(f"/manager/statistics/?{SPAN}&group=advertiser&file=csv"))
    assert lines[-1]["Clicks"] == str(sums.clicks)
    assert lines[-1]["Margin, USD"] == to_text(sums.revenue - sums.earned, "USD")
    assert {line["Advertiser"] for line in lines[:-1]} == {"Adam's shop", "Eve's shop"}


def test_strangers(people):
    assert people.stranger.client.get("/webmaster/statistics/").status_code == 302
    assert people.adam.client.get("/webmaster/statistics/").status_code == 404
    assert people.charlie.client.get("/manager/statistics/").status_code == 404


def test_screen_and_files_say_the_same(counted, people):
    address = f"/manager/statistics/?{SPAN}&group=day&group=country&sort=-clicks&per_page=100"
    page = people.manager.client.get(address).content.decode()
    body = page[page.index("<tbody>", page.index('aria-label="Report"')) : page.index("<tfoot>")]
    shown = [re.findall(r"<td[^>]*>(?:<a[^>]*>)?([^<]*)", row) for row in body.split("<tr>")[1:]]
    from_csv = list(
        csv.reader(io.StringIO(people.manager.client.get(address + "&file=csv").content.decode("utf-8-sig")))
    )
    workbook = python_calamine.load_workbook(io.BytesIO(people.manager.client.get(address + "&file=xlsx").content))
    from_xlsx = workbook.get_sheet_by_index(0).to_python()
    assert len(shown) > 5 and len(from_csv) == len(shown) + 2
    assert [line[:4] for line in shown] == [line[:4] for line in from_csv[1:-1]]
    assert [[str(cell) for cell in line[:2]] for line in from_xlsx] == [line[:2] for line in from_csv]
    assert [float(line[-1] or 0) for line in from_csv[1:]] == [float(line[-1] or 0) for line in from_xlsx[1:]]


def test_formulas_in_marks_are_disarmed(counted, people):
    with network_scope(counted.network.pk):
        link = TrackingLink.objects.filter(affiliate=people.alice.affiliate).first()
        click = factories.click(link=link, at=counted.clicks[0].clicked_at, sub1='=HYPERLINK("http://evil.example")')
        mark_dirty(click.clicked_at)
        count_dirty_hours(network_id=counted.network.pk)
    address = f"/webmaster/statistics/?{SPAN}&group=sub1"
    marks = [line["sub1"] for line in rows_of(people.alice.client.get(address + "&file=csv"))]
    assert '\'=HYPERLINK("http://evil.example")' in marks
    workbook = python_calamine.load_workbook(io.BytesIO(people.alice.client.get(address + "&file=xlsx").content))
    assert '=HYPERLINK("http://evil.example")' in [line[0] for line in workbook.get_sheet_by_index(0).to_python()]
    page = people.alice.client.get(address).content.decode()
    assert "=HYPERLINK(&quot;http://evil.example&quot;)" in page


def test_empty_page_says_what_to_do(people):
    page = people.alice.client.get("/webmaster/statistics/").content.decode()
    assert "No clicks in these days" in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("since=2026-04-02&until=2026-03-01", "must end after"),
        ("since=nonsense", "Enter a valid date"),
        ("since=0001-01-01", "between 2000-01-01"),
        ("group=colour", "not one of the available choices"),
        ("group=day&group=hour&group=offer&group=sub1&group=sub2", "at most 4"),
        ("currency=XQZ", "not a currency code"),
        ("offer=999999999999999999999", "not one of the available choices"),
        ("sub1=%00", "Null characters"),
    ],
)
def test_nonsense_gets_a_sentence(people, asked, said):
    answer = people.alice.client.get(f"/webmaster/statistics/?{asked}")
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_pages_beyond_the_last_and_nonsense_orders_fall_back(counted, people):
    answer = people.alice.client.get(
        f"/webmaster/statistics/?{SPAN}&page=99999&per_page=25&sort=-nothing&chart=nothing"
    )
    assert answer.status_code == 200
    assert people.alice.client.get(f"/webmaster/statistics/?{SPAN}&page=x&per_page=-1").status_code == 200


def test_queries_do_not_grow_with_rows(counted, people, django_assert_max_num_queries):
    client = people.manager.client
    with django_assert_max_num_queries(32):
        client.get(f"/manager/statistics/?{SPAN}&group=offer&group=affiliate&group=link&group=day")


def test_a_figure_leads_to_the_leads_it_counts(counted, people):
    """Every linked figure of the table, followed: the list shows as many leads as the figure says."""
    html = people.alice.client.get(
        f"/webmaster/statistics/?{SPAN}&group=offer&group=day&columns=declined"
    ).content.decode()
    table = html[html.index("<tbody>", html.index('aria-label="Report"')) :]
    links = re.findall(r'<a href="(/webmaster/leads/[^"]*)">(\d+)</a>', table)
    assert len(links) >= 3
    for address, figure in links:
        page = people.alice.client.get(address.replace("&amp;", "&") + "&per_page=100")
        assert page.status_code == 200
        shown = set(re.findall(r'href="(/webmaster/leads/\d+/)"', page.content.decode()))
        tests = sum(f"/webmaster/leads/{one.pk}/" in shown for one in counted.leads if one.intake == "test")
        assert len(shown) - tests == int(figure), address
