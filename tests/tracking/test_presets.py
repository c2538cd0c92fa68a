"""Names and words of networks: every template of the collection, sent as an inbound call."""

import json
import re
from collections import Counter
from decimal import Decimal
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from django.utils import timezone

from cpanet.core.ids import uuid7_at
from cpanet.tenancy.scope import network_scope
from tests.shared_data import shared_file
from tracking.choices import Status
from tracking.incoming.calls import BadCall, read_call
from tracking.incoming.presets import TRACKER_NAMES, presets
from tracking.incoming.reading import PLAIN, Reading
from tracking.incoming.unreplaced import is_macro
from tracking.services.postback_settings import apply_preset

LISTS = {
    "lead_status": Status.PENDING, "sale_status": Status.APPROVED, "rejected_status": Status.DECLINED,
    "reject_status": Status.DECLINED, "trash_status": Status.DECLINED,
}  # fmt: skip


def templates():
    return json.loads(shared_file("postbacks/affiliate_networks.json").read_text())


def words_in(query: dict) -> dict[str, str]:
    """{word: status} as the template itself says; a word in two lists means what the first of them says."""
    found: dict[str, str] = {}
    for name, status in LISTS.items():
        for word in unquote(query.get(name, "")).split(","):
            if word.strip():
                found.setdefault(word.strip(), str(status))
    return found


def rendered(query: dict, word: str, click_id: str) -> dict:
    """The call as the network would send it: its macros replaced, one word of status, one currency."""
    call = {name: "v1" if is_macro(value) else value for name, value in query.items()}
    call["subid"] = click_id
    if "tid" in query:
        call["tid"] = "T-1001"
    if "payout" in query:
        call["payout"] = "12.50,3.00" if "," in query["payout"] else "12.50"
    if "status" in query:
        call["status"] = word
    if "currency" in query:
        call["currency"] = "usd"
    return call


def unmapped(query: dict, word: str, status: str, reading: Reading) -> str:
    """What is wrong with the way the call is understood, "" if nothing."""
    click = uuid7_at(timezone.now())
    sent = rendered(query, word, click.hex)
    call = read_call(sent, reading)
    amount = Decimal("15.50") if "," in query.get("payout", "") else Decimal("12.50")
    order = sent.get("tid") or sent.get("order_id", "")
    expected = (click, order, amount if "payout" in query else None)
    if (call.click_id, call.order_id, call.amount) != expected:
        return f"values: {(call.click_id, call.order_id, call.amount)}"
    if "status" in query and call.status != status:
        return f"word {word!r}: {call.status or call.unknown_status!r}, not {status}"
    return ""


def test_all_templates_are_mapped_or_reported_by_name(capsys):
    """Both by the preset and, for those nobody has made a preset of, by what the template itself teaches."""
    figures, problems, without = Counter(), [], []
    for template in templates():
        query = dict(parse_qsl(urlsplit(template["postback_url_template"]).query, keep_blank_values=True))
        if "subid" not in query:
            without.append(template["name"])
            continue
        figures["networks"] += 1
        words = words_in(query) or {"approved": "approved"}
        for word, status in words.items():
            figures["calls"] += 1
            for kind, reading in (
                ("preset", presets()[template["name"]].reading),
                ("taught", Reading(names=TRACKER_NAMES, sums_amounts="," in query.get("payout", ""))),
            ):
                if problem := unmapped(query, word, status, reading):
                    problems.append(f"{template['name']} ({kind}) {problem}")
    with capsys.disabled():
        print(  # noqa: T201 - the figures are what the test is for
            f"\n{len(templates())} templates: {figures['networks']} networks mapped in {figures['calls']} calls,"
            f" {len(without)} without a template: {', '.join(without)}"
        )
    assert problems == []
    assert figures["networks"] + len(without) == len(templates()) and len(without) == 9


def test_every_macro_of_the_collection_is_recognised_when_it_is_left():
    """A value that the network should have replaced is never taken for a click id, an order or an amount."""
    passed_over, macros = [], 0
    for template in templates():
        query = dict(parse_qsl(urlsplit(template["postback_url_template"]).query, keep_blank_values=True))
        for name in ("subid", "tid", "payout"):
            value = query.get(name, "")
            if re.search(r"[{}\[\]#%<>]", value):
                macros += 1
                if not is_macro(value):
                    passed_over.append((template["name"], value))
    assert macros > 500 and passed_over == []


@pytest.mark.slow
def test_all_templates_by_http(shop, people):
    """The same through the address, each with its preset chosen: a lead or a decision, or the sentence why not."""
    refused = []
    for template in templates():
        query = dict(parse_qsl(urlsplit(template["postback_url_template"]).query, keep_blank_values=True))
        if "subid" not in query:
            continue
        with network_scope(shop.network.pk):
            now = timezone.now()
            apply_preset(advertiser=people.adam.advertiser, slug=template["name"], actor=people.adam.user, now=now)
        word = next(iter(words_in(query)), "approved")
        values = rendered(query, word, shop.click.id.hex) | {"token": shop.key.secret}
        answer = people.stranger.client.get(shop.url, values)
        if answer.status_code != 200:
            refused.append((template["name"], answer.json()["message"]))
    assert refused == []


@pytest.mark.parametrize(
    ("slug", "word", "status"),
    [
        ("affise_com", "2", "pending"), ("affise_com", "1", "approved"), ("affise_com", "3", "declined"),
        ("affise_com", "TRASH", "declined"), ("saleads_pro", "0", "approved"), ("saleads_pro", "2", "declined"),
        ("affise_com", "hold", ""), ("affise_com", "declined", "declined"),
    ],
)  # fmt: skip
def test_a_word_means_what_its_network_says(slug, word, status):
    found = next((preset for name, preset in presets().items() if name.startswith(slug)), None)
    call = read_call({"click_id": uuid7_at(timezone.now()).hex, "status": word}, found.reading)
    assert (call.status, call.unknown_status) == ((status, "") if status else ("", word))


def test_the_same_words_without_a_preset_mean_nothing():
    call = read_call({"click_id": uuid7_at(timezone.now()).hex, "status": "2"}, PLAIN)
    assert (call.status, call.unknown_status) == ("", "2")


def test_a_name_used_for_something_else_is_not_ours_any_more():
    reading = Reading(names={"order_id": ("status",), "status": ("state",)})
    call = read_call({"click_id": uuid7_at(timezone.now()).hex, "status": "A-1", "STATE": "approved"}, reading)
    assert (call.order_id, call.status) == ("A-1", "approved")


@pytest.mark.parametrize(
    "left",
    [
        "{subacc4}", "%7Bsubacc4%7D", "[[[subid]]]", "##CLICK_ID##", "#s2#", "${clickid}", "#{click.clickId}",
        "%click_id%", "<click_id>", "[=TransID=]", "{url(sid)}", "{get.subid}", "{{x}}", "[SUB1]", "{a}_{b}", "REPLACE",
    ],
)  # fmt: skip
def test_macros_left_in_place_are_recognised(left):
    with pytest.raises(BadCall) as error:
        read_call({"click_id": left})
    assert "macro" in str(error.value)


@pytest.mark.parametrize("value", ["1001", "#12", "50%", "A-1_b", "Ж 7", "100%25", "-1"])
def test_plain_values_are_no_macros(value):
    assert not is_macro(value)
