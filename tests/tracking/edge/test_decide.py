# ruff: noqa: E501 - tables of cases
import pytest

from cpanet.core.data_centres import Networks
from tests.tracking.edge.clicks import CLICK_ID, DESKTOP, GOOGLE, NOW, PHONE, click, network, row
from tracking.edge.snapshot import FullCap, Landing
from tracking.edge.visitors import Visitors

HOUR = 3_600_000
LANDING = f"https://shop.example/?click={CLICK_ID}"


def landing(url):
    return {"landings": (Landing(7, url),)}


def test_a_click_goes_to_the_landing_and_is_written_whole():
    decision = click(
        network(), "sub1=a&source=blog", referrer="https://User@Blog.example:8443/x?y", language="tr-TR,tr;q=0.9"
    )
    assert (decision.address, decision.reason) == (LANDING, "")
    assert row(decision) == {
        "id": CLICK_ID, "network_id": "1", "clicked_at": "2026-11-18 11:06:40.123+00", "link_id": "9", "offer_id": "5",
        "landing_id": "7", "affiliate_id": "4", "advertiser_id": "3", "address": "8.8.8.8", "country": "US",
        "device": "mobile", "system": "Android", "browser": "Chrome", "language": "tr-TR",
        "referrer_host": "blog.example", "user_agent": PHONE, "sub1": "a", **{f"sub{n}": "" for n in range(2, 11)},
        "external_click_id": "", "source": "blog", "cost": "", "deep_link": "", "is_unique": "t", "flags": "{}", "reason": "",
        "config_version": "12",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "column", "value"),
    [
        ("sub1=x", "sub1", "x"), ("subid=x", "sub1", "x"), ("subid1=x", "sub1", "x"), ("sub_id=x", "sub1", "x"),
        ("sub_id1=x", "sub1", "x"), ("aff_sub=x", "sub1", "x"), ("aff_sub2=x", "sub2", "x"), ("s1=x", "sub1", "x"),
        ("s10=x", "sub10", "x"), ("clickref=x", "sub1", "x"), ("clickref2=x", "sub2", "x"), ("p1=x", "sub1", "x"),
        ("SubID3=x", "sub3", "x"), ("click_id=x", "external_click_id", "x"), ("aff_click_id=x", "external_click_id", "x"),
        ("clickid=x", "external_click_id", "x"), ("external_id=x", "external_click_id", "x"), ("source=x", "source", "x"),
        ("cost=0.12", "cost", "0.12"), ("sub1=%D0%B6+b", "sub1", "ж b"), ("sub1=a%09b%0Ac%0Dd%5Ce", "sub1", r"a\tb\nc\rd\\e"),
        ("sub1=a%00b", "sub1", "ab"), ("sub1=%ff%zz", "sub1", "\ufffd%zz"), ("sub1=a=b", "sub1", "a=b"),
        ("sub1=first&sub1=second", "sub1", "first"), ("sub1=&subid=x", "sub1", "x"), ("sub11=x", "sub1", ""), ("&&=&sub2=x&", "sub2", "x"),
    ],
)  # fmt: skip
def test_names_and_values_of_the_query(query, column, value):
    assert row(click(network(), query))[column] == value


def test_presets_of_the_link_stand_where_the_query_says_nothing():
    on = network(
        link={"subs": ("preset", "two", *[""] * 8), "source": "push"},
        offer=landing("https://x.example/?a={sub1}&b={sub2}&c={source}"),
    )
    assert click(on, "sub1=given").address == "https://x.example/?a=given&b=two&c=push"


@pytest.mark.parametrize(
    ("length", "kept", "flags"), [(600, 600, "{}"), (601, 600, "{cropped}"), (50_000, 600, "{cropped}")]
)
def test_values_are_cropped_with_a_flag(length, kept, flags):
    written = row(click(network(), f"sub1={'x' * length}"))
    assert (len(written["sub1"]), written["flags"]) == (kept, flags)


def test_a_cropped_repeat_is_a_repeat():
    visitors, query = Visitors(64), f"sub1={'x' * 601}"
    assert row(click(network(), query, visitors=visitors))["flags"] == "{cropped}"
    assert row(click(network(), query, visitors=visitors))["flags"] == "{cropped,duplicate}"


def test_every_macro_is_filled():
    template = (
        "https://x.example/{link_id}/{offer_id}?l={landing_id}&a={affiliate_id}&s={sub10}&e={external_click_id}&src={source}"
        "&co={country}&d={device}&o={system}&b={browser}&la={language}&t={timestamp}&p={promo_code}&dl={deep_link}"
    )
    address = click(network(offer=landing(template)), "s10=%26&click_id=E&source=a%20b", language="de").address
    assert address == (
        "https://x.example/9/5?l=7&a=4&s=%26&e=E&src=a%20b&co=US&d=mobile&o=Android&b=Chrome&la=de&t=1795000000&p=&dl="
    )


@pytest.mark.parametrize(
    ("offer", "link", "facts", "reason"),
    [
        ({"status": "paused"}, {}, {}, "paused"),
        ({"status": "archived"}, {}, {}, "closed"),
        ({}, {"is_active": False}, {}, "link_off"),
        ({}, {"has_access": False}, {}, "no_access"),
        ({"starts_at": NOW + 1}, {}, {}, "not_started"),
        ({"starts_at": NOW}, {}, {}, ""),
        ({"ends_at": NOW}, {}, {}, "ended"),
        ({"ends_at": NOW + 1}, {}, {}, ""),
        ({"countries": frozenset({"DE"})}, {}, {}, "wrong_geo"),
        ({"countries": frozenset({"US"})}, {}, {}, ""),
        ({"countries": frozenset({"DE"})}, {}, {"address": ""}, ""),  # unknown is not held against him
        ({"countries": frozenset({"DE"})}, {}, {"address": "10.1.2.3"}, ""),
        ({"devices": frozenset({"desktop"})}, {}, {}, "wrong_device"),
        ({"devices": frozenset({"mobile"})}, {}, {}, ""),
        ({"devices": frozenset({"desktop"})}, {}, {"agent": ""}, ""),
        ({"systems": frozenset({"ios"})}, {}, {}, "wrong_system"),
        ({"systems": frozenset({"android"})}, {}, {}, ""),
        ({"systems": frozenset({"ios"})}, {}, {"agent": ""}, ""),
        ({"systems": frozenset({"ios"})}, {}, {"agent": GOOGLE}, ""),  # what a robot says of itself is no targeting
        ({"browsers": frozenset({"firefox", "edge"})}, {}, {}, "wrong_browser"),
        ({"browsers": frozenset({"chrome"})}, {}, {}, ""),
        ({"languages": frozenset({"de"})}, {}, {"language": "tr-TR,de"}, "wrong_language"),
        ({"languages": frozenset({"tr"})}, {}, {"language": "tr-TR,de"}, ""),
        ({"languages": frozenset({"de"})}, {}, {}, ""),
        ({"hours": frozenset({2 * 24 + 11})}, {}, {}, ""),  # a Wednesday, eleven o'clock UTC
        ({"hours": frozenset({2 * 24 + 10, 2 * 24 + 12})}, {}, {}, "closed_hours"),
        ({"full": (FullCap(0, NOW + 1, True),)}, {}, {}, "over_cap"),
        ({"full": (FullCap(0, NOW, True),)}, {}, {}, ""),  # its period is over
        ({"full": (FullCap(4, NOW + 1, True),)}, {}, {}, "over_cap"),
        ({"full": (FullCap(77, NOW + 1, True),)}, {}, {}, ""),  # another webmaster's
        ({}, {"is_welcome": False}, {}, "wrong_traffic"),
        ({"landings": ()}, {}, {}, "no_landing"),
        (landing("javascript:alert(1)"), {}, {}, "no_landing"),
        ({"status": "paused", "countries": frozenset({"DE"})}, {}, {}, "paused"),
    ],
)
def test_refusals(offer, link, facts, reason):
    decision = click(network(offer=offer, link=link), **facts)
    assert decision.reason == row(decision)["reason"] == reason
    assert bool(decision.address) == (not reason)
    assert row(decision)["landing_id"] == ("\\N" if reason else "7")


def test_hours_are_the_network_s_own():
    offer = {"hours": frozenset({2 * 24 + 14})}
    assert click(network(offer=offer, timezone="Europe/Istanbul")).reason == ""
    assert click(network(offer=offer, timezone="Asia/Kathmandu")).reason == "closed_hours"


def test_a_full_cap_that_lets_through_marks_the_click():
    decision = click(network(offer={"full": (FullCap(0, NOW + 1, False),)}))
    assert (row(decision)["flags"], row(decision)["reason"], row(decision)["landing_id"]) == ("{over_cap}", "", "7")


def test_all_reasons_are_flags_and_the_first_decides():
    offer = {"status": "paused", "countries": frozenset({"DE"}), "devices": frozenset({"tv"})}
    written = row(click(network(offer=offer)))
    assert (written["reason"], written["flags"]) == ("paused", "{paused,wrong_geo,wrong_device}")


@pytest.mark.parametrize(
    ("offer", "link", "of_network", "address"),
    [
        ("https://o.example/", "https://l.example/", "https://n.example/", "https://o.example/"),
        ("", "https://l.example/", "https://n.example/", "https://l.example/"),
        ("", "", "https://n.example/?c={click_id}", f"https://n.example/?c={CLICK_ID}"),
        ("", "", "", ""),
        ("no address", "", "https://n.example/", "https://n.example/"),
    ],
)
def test_fallbacks_in_their_order(offer, link, of_network, address):
    on = network(
        offer={"status": "paused", "fallback_url": offer}, link={"fallback_url": link}, fallback_url=of_network
    )
    assert click(on).address == address


def test_a_link_without_its_offer_is_closed():
    on = network(link={"offer_id": 404}, fallback_url="https://n.example/")
    assert (click(on).reason, click(on).address) == ("closed", "https://n.example/")


@pytest.mark.parametrize(
    ("facts", "flags"),
    [
        ({"agent": GOOGLE}, "{bot}"),
        ({"is_head": True}, "{head}"),
        ({"is_prefetch": True}, "{prefetch}"),
        ({"agent": GOOGLE, "is_head": True, "is_prefetch": True}, "{bot,head,prefetch}"),
    ],
)
def test_what_no_person_sees_is_kept_flagged_and_leaves_the_person_unique(facts, flags):
    visitors = Visitors(64)
    on = network()
    seen = click(on, visitors=visitors, **facts)
    assert seen.address == LANDING
    assert (row(seen)["flags"], row(seen)["is_unique"]) == (flags, "f")
    person = {**facts, "is_head": False, "is_prefetch": False, "agent": PHONE}
    assert row(click(on, visitors=visitors, **person))["is_unique"] == "t"


def test_a_visitor_counts_once_per_link_and_window():
    visitors, on = Visitors(64), network(uniqueness_hours=24)

    def unique(**facts):
        written = row(click(on, visitors=visitors, **facts))
        return written["is_unique"], written["flags"]

    assert unique() == ("t", "{}")
    assert unique(now=NOW + 23 * HOUR) == ("f", "{duplicate}")
    assert unique(agent=DESKTOP) == ("t", "{}")
    assert unique(address="8.8.4.4") == ("t", "{}")
    assert unique(now=NOW + 24 * HOUR) == ("t", "{}")


def test_landings_share_by_weight_and_a_visitor_keeps_his():
    pages = (Landing(1, "https://a.example/"), Landing(2, "https://b.example/", 3), Landing(3, "https://c.example/", 0))
    on = network(offer={"landings": pages})
    shown = [click(on, address=f"8.8.{n % 250}.{n // 250}").address for n in range(2000)]
    assert 0.7 < shown.count("https://b.example/") / 2000 < 0.8
    assert "https://c.example/" not in shown
    assert len({click(on, address="8.8.8.8").address for _ in range(5)}) == 1


def test_a_link_may_be_pinned_to_a_landing():
    pages = (Landing(1, "https://a.example/"), Landing(2, "https://b.example/", 0))
    assert {
        click(network(offer={"landings": pages}, link={"landing_id": 2}), address=f"8.8.8.{n}").address
        for n in range(20)
    } == {"https://b.example/"}
    assert click(network(offer={"landings": pages[:1]}, link={"landing_id": 2})).address == "https://a.example/"


def test_an_address_of_a_data_centre_is_flagged_and_goes_on(monkeypatch):
    monkeypatch.setattr("tracking.edge.visitor.data_centres", lambda: Networks(["203.0.113.0/24"]))
    decision = click(network(), address="203.0.113.77")
    assert (decision.address, row(decision)["flags"], row(decision)["is_unique"]) == (LANDING, "{data_centre}", "t")
