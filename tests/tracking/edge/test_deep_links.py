# ruff: noqa: E501 - tables of cases
import pytest

from tests.tracking.edge.clicks import CLICK_ID, click, network, row
from tracking.edge.addresses import safe_deep_link, safe_template
from tracking.edge.snapshot import Landing

DOMAINS = ("shop.example", "магазин.рф", "local.example:8080")


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://shop.example/item/7?a=1#top", "https://shop.example/item/7?a=1#top"),
        ("HTTPS://Shop.Example", "https://shop.example"),
        ("http://www.shop.example/", "http://www.shop.example/"),
        ("https://shop.example/товар 7", "https://shop.example/%D1%82%D0%BE%D0%B2%D0%B0%D1%80%207"),
        ("https://магазин.рф/", "https://xn--80aairftm.xn--p1ai/"),
        ("https://xn--80aairftm.xn--p1ai/", "https://xn--80aairftm.xn--p1ai/"),
        ("https://ｓhop.example/", "https://shop.example/"),
        ("http://local.example:8080/x", "http://local.example:8080/x"),
        ("https://shop.example?x=@evil.example", "https://shop.example?x=@evil.example"),
        ("https://shop.example/%2e%2e//x", "https://shop.example/%2e%2e//x"),
    ],
)
def test_pages_of_the_shop(address, safe):
    assert safe_deep_link(address, DOMAINS) == safe


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/", "https://shop.example@evil.example/", "https://shop.example:pass@evil.example/",
        "https://evil.example\\@shop.example/", "https://shop.example\\.evil.example/", "https:\\\\shop.example/",
        "//shop.example/", "/item", "item", "https:shop.example", "https:/shop.example", "https:///shop.example/",
        "https://shop.example:8443/", "https://shop.example:/", "https://local.example/", "https://local.example:80800/",
        "https://shop.example.evil.example/", "https://evilshop.example/", "https://shop.example./",
        "https://shop%2eexample/", "https://shop.example%00.evil.example/", "https://shop.example\x00/",
        "https://shop.example/\r\nSet-Cookie: a=b", "https://shop.example/\tx", "\x01https://shop.example/",
        "https://[::1]/", "https://127.0.0.1/", "https://2130706433/", "https://shop.example,evil.example/",
        "javascript:alert(1)//https://shop.example/", "data:text/html,https://shop.example", "ftp://shop.example/",
        "https://evil.example/#@shop.example", "https://evil.example?shop.example", "https://evil.example;shop.example/",
        "https:// shop.example/", "https://sho\u00adp.evil.example/", "https://shop。example.evil.example/",
        "https://shop.example\u2028.evil.example/", "https://.shop.example/", "https://-.shop.example/", "https://", "",
        "https://shop.example/" + "x" * 5000, "https://" + "a." * 200 + "shop.example/", "https://\ud800.shop.example/",
    ],
)  # fmt: skip
def test_everything_else_is_refused(address):
    assert safe_deep_link(address, DOMAINS) == ""


def test_without_domains_no_page_is_allowed():
    assert safe_deep_link("https://shop.example/", ()) == ""
    assert safe_deep_link("https://shop.example/", ("", ".", "*")) == ""


def shop(url="https://shop.example/?utm=x&click={click_id}", **link):
    return network(offer={"landings": (Landing(7, url),), "deep_link_domains": ("shop.example",)}, link=link)


@pytest.mark.parametrize("name", ["url", "deeplink", "deep_link", "ulp"])
def test_a_deep_link_takes_over_the_query_of_the_landing(name):
    decision = click(shop(), f"{name}=https%3A%2F%2Fshop.example%2Fitem%3Fa%3D1%23top&sub1=x")
    assert decision.address == f"https://shop.example/item?a=1&utm=x&click={CLICK_ID}#top"
    assert row(decision)["deep_link"] == "https://shop.example/item?a=1#top"


def test_a_landing_that_takes_the_page_itself_gets_it_quoted():
    decision = click(
        shop("https://track.example/?go={deep_link}&c={click_id}"), "url=https%3A%2F%2Fshop.example%2Fa%3Fb"
    )
    assert decision.address == f"https://track.example/?go=https%3A%2F%2Fshop.example%2Fa%3Fb&c={CLICK_ID}"


def test_a_foreign_page_is_flagged_and_the_landing_shown():
    decision = click(shop(), "url=https%3A%2F%2Fshop.example%40evil.example%2F")
    assert decision.address == f"https://shop.example/?utm=x&click={CLICK_ID}"
    assert (row(decision)["flags"], row(decision)["reason"]) == ("{bad_deep_link}", "")


def test_a_link_may_hold_its_page_and_the_address_may_ask_for_another():
    on = shop(deep_link="https://shop.example/own")
    assert click(on).address.startswith("https://shop.example/own?utm=x")
    assert click(on, "url=https://shop.example/other").address.startswith("https://shop.example/other?utm=x")


def test_a_refused_visitor_is_not_sent_to_the_page():
    on = network(offer={"status": "paused", "deep_link_domains": ("shop.example",)}, fallback_url="https://n.example/")
    assert click(on, "url=https://shop.example/item").address == "https://n.example/"


@pytest.mark.parametrize(
    ("template", "safe"),
    [
        ("https://Shop.example/?q={sub1}", "https://shop.example/?q={sub1}"),
        ("https://магазин.рф/путь?x={click_id}", "https://xn--80aairftm.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C?x={click_id}"),
        ("https://shop.example:8443/\r\nX: y", "https://shop.example:8443/%0D%0AX:%20y"),
        ("https://{sub1}.example/", None), ("https://shop.example{sub1}/", None), ("{sub1}", None), ("//shop.example", None),
        ("https://user@shop.example/", None), ("javascript:alert(1)", None), ("", None),
    ],
)  # fmt: skip
def test_templates_become_plain_ascii(template, safe):
    assert safe_template(template) == safe
