"""From an empty network to a paid webmaster, through the pages of everybody: the main job, end to end."""

import json
import re
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from celery import current_app
from django.core.management import call_command
from django.test import Client

from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import network_scope
from offers.models import OfferAccess
from tests.flows.visitor import Visitor, upload
from tests.tracking.edge.processes import free_port, start_edge
from tracking.models import TrackingLink
from tracking.statistics.rollup import count_dirty_hours

HOST = "story.test"
PASSWORD = "a long enough secret"
YML = b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE yml_catalog SYSTEM "shops.dtd">
<yml_catalog date="2026-11-20 10:00"><shop><name>Riche</name><company>Riche</company><url>https://riche.example</url>
<currencies><currency id="USD" rate="1"/></currencies><categories><category id="1">Face</category></categories>
<offers><offer id="A-1" available="true"><name>Cream</name><url>https://riche.example/goods/1</url><price>20</price>
<currencyId>USD</currencyId><categoryId>1</categoryId></offer></offers></shop></yml_catalog>"""


def run(command, **options):
    """The JSON a management command prints last."""
    out = StringIO()
    call_command(command, stdout=out, **options)
    return json.loads(out.getvalue().strip().splitlines()[-1])


def path_of(url):
    return "/" + url.partition("//")[2].partition("/")[2]


@pytest.fixture
def edge(tmp_path):
    """The click edge as a process of its own, on this test's snapshot and spool; gives its port."""
    port = free_port()
    process = start_edge(tmp_path, port)
    yield port
    process.stop()


@pytest.mark.django_db(transaction=True, databases=["default", "shipper"])
def test_from_an_empty_network_to_a_paid_webmaster(settings, edge):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    current_app.loader.import_default_modules()
    owner, network = found_network()
    finance = invite_staff(owner, "finance@story.test", "finance")
    shop = invite_advertiser(owner)
    offer_id = make_offer(shop)
    webmaster = sign_up(owner)
    code = get_access_and_link(webmaster, owner, offer_id, network)
    click_id = click(edge, f"/c/{code}?sub1=review")
    lead = report_and_approve(shop, webmaster, click_id)
    follow_the_money(webmaster)
    pay(webmaster, owner, finance)
    check_figures(webmaster, network)
    assert "Approved" in webmaster.open(f"/webmaster/leads/{lead}/").text
    books = run("check_ledger", host=HOST)
    assert books["holds"], books


class Stay(urllib.request.HTTPRedirectHandler):
    """A visitor who looks at the answer instead of following it."""

    def redirect_request(self, *arguments):
        return None


def click(port, path):
    """A visitor follows the link; the id of his click, as the landing's address says it."""
    target = eventually_redirected(port, path)
    assert target.startswith("https://riche.example/?click=") and target.endswith("&s=review")
    assert run("ship_clicks", once=True) == {"shipped": 1, "lag_bytes": 0}
    return re.search(r"click=([0-9a-f-]{36})", target)[1]


def eventually_redirected(port, path):
    """Where the edge sends him; a new link is known to it within half a second."""
    headers = {"Host": HOST, "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    for _attempt in range(50):
        try:
            urllib.request.build_opener(Stay).open(request, timeout=10)
        except urllib.error.HTTPError as answer:
            if answer.code == 302:
                return answer.headers["Location"]
        time.sleep(0.1)
    raise AssertionError("the edge never heard of the link")


def found_network():
    facts = run("create_network", name="Story", host=HOST, currency="USD", owner="owner@story.test")
    owner = Visitor(HOST).open(path_of(facts["invitation"]))
    owner.submit(full_name="Olga", password=PASSWORD)
    owner.open("/manager/verticals/").submit(name="Beauty")
    owner.open("/manager/payout-methods/new/").submit(
        kind="iban", name="Bank", currency="USD", minimum="5", fee_fixed="0.50", fee_percent="0"
    )
    return owner, Network.objects.get(pk=facts["id"])


def invite_staff(owner, email, role):
    owner.open("/manager/staff/invite/").submit(email=email, role=role)
    visitor = Visitor(HOST).open(path_of(owner.value("//input[@readonly]")))
    return visitor.submit(full_name=role, password=PASSWORD)


def invite_advertiser(owner):
    owner.open("/manager/advertisers/new/").submit(name="Riche", website="", email="shop@story.test")
    shop = Visitor(HOST).open(path_of(owner.value("//input[@readonly]")))
    return shop.submit(full_name="Rita", password=PASSWORD)


def make_offer(shop):
    shop.open("/advertiser/offers/new/").submit(name="Riche creams", summary="Natural skincare", hold_days="14")
    offer_id = int(next(part for part in shop.path.split("/") if part.isdecimal()))
    base = f"/advertiser/offers/{offer_id}/"
    assert "a goal with a rate" in shop.open(base).submit(by="/status/", status="active").text
    shop.open(f"{base}goals/").submit(by="/goals/", name="Paid order", code="sale", payment_model="percent")
    shop.submit(by="/rates/", revenue_percent="15", earning_percent="10")
    shop.open(f"{base}landings/").submit(name="Shop", url="https://riche.example/?click={click_id}&s={sub1}")
    shop.open(f"{base}traffic/").submit(policy_content="allowed")
    shop.open(f"{base}audience/").submit(deep_link_domains="riche.example")
    shop.open(base).submit(by="/status/", status="active")
    shop.open(f"{base}feeds/").submit(by="/feeds/", name="Goods")
    feed = re.match(r".*/feeds/\d+/", shop.path)[0]
    shop.open(f"{feed}imports/").submit(by="/imports/new/", file=upload("goods.yml", YML, "text/xml"))
    assert "Cream" in shop.open(feed).text
    return offer_id


def sign_up(owner):
    webmaster = Visitor(HOST).open("/account/signup/")
    webmaster.submit(name="Alice", email="alice@story.test", password1=PASSWORD, about="A blog")
    assert "application" in webmaster.open("/webmaster/").text
    owner.open("/manager/webmasters/?status=pending")
    address = owner.page.xpath("//a[text()='Alice']/@href")[0]
    owner.open(address).submit(by="/decide/", status="approved")
    return webmaster


def get_access_and_link(webmaster, owner, offer_id, network):
    assert "Riche creams" in webmaster.open("/webmaster/offers/?traffic=content").text
    webmaster.open(f"/webmaster/offers/{offer_id}/").submit(message="A review in my blog.")
    with network_scope(network.pk):
        request = OfferAccess.objects.get(offer=offer_id)
    owner.client.post("/manager/access/decide/", {"access": [request.pk], "status": "granted"})
    webmaster.open(f"/webmaster/links/new/?offer={offer_id}").submit(
        by="", traffic_source="content", name="Blog", sub2="header"
    )
    run("ship_clicks", once=True)
    with network_scope(network.pk):
        return TrackingLink.objects.get().code


def report_and_approve(shop, webmaster, click_id):
    shop.open("/advertiser/integration/").submit(by="/keys/")
    token = shop.value("//input[@id='secret']")
    advertiser = re.search(r"/postback/(adv_\w+)/", shop.text)[1]
    caller = Client(HTTP_HOST=HOST)
    where = f"/postback/{advertiser}/"
    call = {"click_id": click_id, "goal": "sale", "order_id": "R-1", "amount": "80"}
    assert caller.get(where, call).status_code == 401
    first, again = caller.get(where, {**call, "token": token}), caller.get(where, {**call, "token": token})
    assert (first.status_code // 100, again.status_code) == (2, 200)
    assert "$8.00" in webmaster.open("/webmaster/").text
    shop.open("/advertiser/leads/")
    lead = re.search(r"/advertiser/leads/(\d+)/", " ".join(shop.page.xpath("//a/@href")))[1]
    shop.open(f"/advertiser/leads/{lead}/").submit(by="/decide/", status="approved")
    return lead


def follow_the_money(webmaster):
    now = datetime.now(UTC)
    assert re.search(r"On hold \$8\.00", webmaster.open("/webmaster/").text)
    assert run("release_holds", now=(now + timedelta(days=13)).isoformat())["released"] == 0
    assert run("release_holds", now=(now + timedelta(days=15)).isoformat())["released"] == 1
    assert re.search(r"Available \$8\.00", webmaster.open("/webmaster/").text)


def pay(webmaster, owner, finance):
    webmaster.client.post("/account/reauthenticate/", {"password": PASSWORD})
    webmaster.open("/webmaster/payout-details/").submit(holder="Alice", account="DE89 3704 0044 0532 0130 00")
    assert "5" in webmaster.open("/webmaster/payouts/").submit(amount="4", expect=422).text
    webmaster.submit(amount="8")
    finance.open("/manager/payouts/")
    chosen = finance.value("//input[@name='payout']")
    batch = finance.client.post("/manager/batches/new/", {"payout": chosen})["Location"]
    refused = finance.client.post(f"{batch}confirm/", follow=True)
    assert "second person" in refused.content.decode()
    owner.open(batch).submit(by="/confirm/")
    finance.open(batch)
    register = finance.client.get(f"{batch}register/csv/") if not finance.has_form("/register/csv/") else None
    register = register or finance.client.post(f"{batch}register/csv/")
    assert b"DE89370400440532013000" in register.content and b"7.50" in register.content
    finance.submit(by="/act/", action="sent")
    finance.submit(by="/act/", action="paid")
    assert "Paid" in webmaster.open("/webmaster/payouts/").text


def check_figures(webmaster, network):
    """The page and the API say the same."""
    while count_dirty_hours(network_id=network.pk):
        pass
    webmaster.open("/webmaster/api-keys/").submit(name="tracker", scopes=["statistics:read", "balance:read"], days="90")
    key = webmaster.value("//input[@readonly]")
    api = Client(HTTP_HOST=HOST, headers={"Authorization": f"Bearer {key}"})
    today = datetime.now(UTC).date()
    asked = {"date_from": today - timedelta(days=1), "date_until": today + timedelta(days=2)}
    answer = api.get("/api/v1/statistics", {**asked, "dimensions": "sub1", "metrics": "clicks,leads,earnings"}).json()
    expected = {
        "dimensions": {"sub1": "review"},
        "metrics": {"clicks": 1, "leads": 1, "earnings": "8.00"},
        "previous": None,
    }
    assert answer["data"] == [expected], answer
    assert "review" in webmaster.open("/webmaster/statistics/?group=sub1").text
