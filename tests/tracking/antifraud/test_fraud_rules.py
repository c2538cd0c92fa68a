"""The rules as tables: facts in, findings out."""

import pytest

from tracking.antifraud.catalogue import RULES, FlagAction, RuleCode, Setting, default_setting, in_words
from tracking.antifraud.lists import Traits, canonical, lists_of, matches
from tracking.antifraud.rules import GrowthFacts, LeadFacts, Listed, QualityFacts, judge, low_approval, spike
from tracking.antifraud.traces import address_key, device_key
from tracking.antifraud.wording import duration, explain

DEFAULTS = {str(code): default_setting(code) for code in RULES}
HOUR, DAY = 3600, 86_400

FACTS = [
    # timing, against the goal's usual half an hour
    ({"seconds": 4}, ["too_fast"]),
    ({"seconds": 5}, []),
    ({"seconds": 35, "usual_seconds": 1800}, ["too_fast"]),  # 2 % of 1800 = 36
    ({"seconds": 36, "usual_seconds": 1800}, []),
    ({"seconds": 0}, ["too_fast"]),
    ({"seconds": None, "usual_seconds": 1800}, []),  # by promo code: no click
    ({"seconds": 30 * DAY}, []),  # nothing is usual yet
    ({"seconds": 24 * HOUR + 1, "usual_seconds": 1800}, ["too_slow"]),  # 20 × 1800 = 10 hours, but a day at least
    ({"seconds": 24 * HOUR, "usual_seconds": 1800}, []),
    ({"seconds": 3 * DAY, "usual_seconds": DAY}, []),
    # repeats
    ({"address_leads": 3}, []),
    ({"address_leads": 4}, ["one_address"]),
    ({"device_leads": 5}, []),
    ({"device_leads": 6}, ["one_device"]),
    # marks of the click
    ({"flags": ("bot",)}, ["bad_click"]),
    ({"flags": ("prefetch", "wrong_geo")}, ["bad_click", "refused_click"]),
    ({"flags": ("data_centre",)}, ["data_centre"]),
    ({"flags": ("over_cap",)}, ["refused_click"]),
    ({"flags": ("duplicate",)}, ["repeat_click"]),
    ({"flags": ("cropped", "bad_deep_link")}, []),
    ({"is_own_visit": True}, ["own_visit"]),
    ({"listed": (Listed("source", "mailing"),)}, ["listed"]),
    ({}, []),
]


def test_a_lead_is_judged_by_its_facts():
    for facts, rules in FACTS:
        found = judge(LeadFacts(**facts), DEFAULTS)
        assert [finding.rule for finding in found] == rules, facts
        for finding in found:
            assert finding.kind == RULES[finding.rule].kind
            sentence = explain(finding.rule, finding.figures)
            assert sentence != RuleCode(finding.rule).label and "%" not in sentence


def test_a_rule_that_is_off_finds_nothing():
    off = {code: Setting(code, False, "hold", 14, setting.limits) for code, setting in DEFAULTS.items()}
    assert judge(LeadFacts(seconds=0, address_leads=99, flags=("bot",), is_own_visit=True), off) == []


QUALITY = [
    # approved, decided, others approved, others decided, caught?
    ((2, 20, 80, 100), True),  # 10 % against 80 %
    ((8, 20, 80, 100), False),  # 40 % is exactly half of 80 %
    ((7, 20, 80, 100), True),
    ((0, 19, 80, 100), False),  # too few decided
    ((0, 20, 19, 19), False),  # too few to compare with
    ((0, 20, 0, 100), False),  # others reach nothing either
]


def test_the_share_of_approved_leads_is_measured_against_the_others():
    for facts, caught in QUALITY:
        finding = low_approval(QualityFacts(*facts), DEFAULTS["low_approval"])
        assert bool(finding) is caught, facts
    finding = low_approval(QualityFacts(2, 20, 80, 100), DEFAULTS["low_approval"])
    assert "2 of 20" in explain("low_approval", finding.figures) and "80%" in explain("low_approval", finding.figures)


GROWTH = [
    # today, in 14 days before, caught?
    ((19, 0), False),  # too few
    ((20, 0), True),  # newcomers are measured against one lead a day
    ((20, 56), False),  # five times four a day
    ((21, 56), True),
    ((100, 280), False),  # five times twenty
    ((101, 280), True),
    ((5000, 280_000), False),
]


def test_growth_is_measured_against_the_own_history():
    limits = {"leads": 20, "times": 5, "days": 14}
    for (today, before), caught in GROWTH:
        finding = spike(GrowthFacts(today, before, 14), Setting("spike", True, "hold", 14, limits))
        assert bool(finding) is caught, (today, before)
    assert spike(GrowthFacts(101, 280, 14), Setting("spike", False, "hold", 14, limits)) is None


LISTS = lists_of(
    [
        ("address", "203.0.113.0/24"), ("address", "2001:db8::/32"), ("agent", "HeadlessChrome"), ("sub_id", "bad-sub"),
        ("source", "mailing"), ("webmaster", "17"),
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("traits", "kinds"),
    [
        (Traits(address="203.0.113.9"), ["address"]),
        (Traits(address="203.0.114.9"), []),
        (Traits(address="2001:db8:1::1"), ["address"]),
        (Traits(agent="Mozilla/5.0 headlesschrome/120"), ["agent"]),
        (Traits(sub_ids=("x", "bad-sub")), ["sub_id"]),
        (Traits(sub_ids=("bad-sub-2",)), []),
        (Traits(source="mailing", affiliate_id=17), ["source", "webmaster"]),
        (Traits(affiliate_id=170), []),
        (Traits(), []),
    ],
)
def test_lists_match(traits, kinds):
    assert [entry.kind for entry in matches(traits, LISTS)] == kinds


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("address", " 203.0.113.9/24 ", "203.0.113.0/24"),
        ("address", "203.0.113.9", "203.0.113.9"),
        ("address", "0.0.0.0/0", None),
        ("address", "::/0", None),
        ("address", "shop.example", None),
        ("agent", "curl", "curl"),
        ("agent", "a", None),
        ("webmaster", "#0017", "17"),
        ("webmaster", "Bob", None),
        ("sub_id", "  ", None),
        ("source", " two  words ", "two words"),
    ],
)
def test_entries_are_kept_in_one_shape(kind, value, kept):
    if kept is None:
        with pytest.raises(ValueError):
            canonical(kind, value)
    else:
        assert canonical(kind, value) == kept


def test_keys_find_again_without_telling():
    secret = b"secret"
    assert address_key("203.0.113.9", secret) == address_key("203.0.113.9", secret)
    assert address_key("203.0.113.9", secret) != address_key("203.0.113.9", b"other")
    assert device_key("203.0.113.9", "A", secret) == device_key("203.0.113.200", "A", secret)
    assert device_key("203.0.113.9", "A", secret) != device_key("203.0.114.9", "A", secret)
    assert address_key("", secret) is None and device_key("203.0.113.9", "", secret) is None
    assert 0 <= address_key("203.0.113.9", secret) < 1 << 63


def test_every_rule_says_what_it_does():
    for code, rule in RULES.items():
        assert "%(" not in in_words(code, {}) and rule.action in FlagAction.values
        assert set(rule.defaults) == {threshold.name for threshold in rule.thresholds}
    assert "7 seconds" in in_words("too_fast", {"seconds": 7})


def test_durations_read_well():
    assert [duration(seconds) for seconds in (1, 119, 300, 7200, 200_000)] == [
        "1 second", "119 seconds", "5 minutes", "2 hours", "2 days",
    ]  # fmt: skip
    assert explain("too_fast", {"nonsense": 1}) == "Too soon after the click"
    assert explain("a_rule_of_old", {}) == "a_rule_of_old"
