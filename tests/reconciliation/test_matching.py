import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.conservation import DoesNotAddUp, amounts_by_class, check_conservation
from reconciliation.facts import Class, ConversionFact, MatchResult, RowMatch, Rules, StatementFact
from reconciliation.matching import match
from reconciliation.similarity import suggest

DAY = datetime(2026, 10, 10, 12, tzinfo=UTC)
OCTOBER = Rules(period_from=datetime(2026, 10, 1, tzinfo=UTC), period_until=datetime(2026, 11, 1, tzinfo=UTC))


def row(row_id="r1", **values):
    defaults = {"amount_units": 1000, "currency": "USD", "status": "approved", "occurred_at": DAY}
    return StatementFact(row_id, **{**defaults, **values})


def ours(number=1, **values):
    defaults = {
        "amount_units": 1000,
        "currency": "USD",
        "status": "pending",
        "created_at": DAY,
        "public_id": f"p{number}",
    }
    return ConversionFact(number, **{**defaults, **values})


def one(statement_row, *conversions, **rules):
    result = match([statement_row], conversions, Rules(**rules))
    return result.rows[statement_row.row_id], result


# -- which conversion ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("theirs", "mine", "name"),
    [
        ({"click_id": "p1"}, {}, "conversion_id"),
        ({"click_id": "c9"}, {"click_id": "c9"}, "click_id"),
        ({"order_id": "A-1"}, {"order_id": "A-1"}, "order_id"),
        ({"order_id": " #a-1"}, {"order_id": "A-1"}, "order_id_normal"),
        ({"sub_ids": (("sub1", "x"),)}, {"sub_ids": (("sub1", "x"), ("sub2", "y"))}, "combination"),
    ],
)
def test_each_pass_finds_its_conversion(theirs, mine, name):
    found, result = one(row(**theirs), ours(**mine))
    assert (found.match_class, found.conversion_id, found.matched_by, found.decision) == ("equal", 1, name, "approved")
    assert result.conversions == {1: Class.EQUAL}
    assert result.claims() == {1: "r1"}


@pytest.mark.parametrize(
    ("theirs", "mine"),
    [
        ({}, {}),  # amount and date alone
        ({"order_id": "A-1"}, {"order_id": "A-2"}),
        ({"order_id": "001"}, {"order_id": "1"}),
        ({"order_id": "A-1", "sub_ids": (("sub1", "x"),)}, {"order_id": "A-2", "sub_ids": (("sub1", "x"),)}),
        ({"sub_ids": (("sub1", "x"),), "amount_units": 999}, {"sub_ids": (("sub1", "x"),)}),
        ({"sub_ids": (("sub1", "x"),), "currency": "EUR"}, {"sub_ids": (("sub1", "x"),)}),
        ({"sub_ids": (("sub1", "x"),), "occurred_at": DAY + timedelta(days=2)}, {"sub_ids": (("sub1", "x"),)}),
        ({"sub_ids": (("sub1", "x"),), "goal": "lead"}, {"sub_ids": (("sub1", "x"),), "goal": "sale"}),
        ({"click_id": "c1", "goal": "lead"}, {"click_id": "c1", "goal": "sale"}),
    ],
)
def test_what_must_not_be_matched(theirs, mine):
    found, result = one(row(**theirs), ours(**mine))
    assert (found.match_class, found.conversion_id, found.decision) == (Class.THEIRS_ONLY, None, "")
    assert result.conversions == {1: Class.OURS_ONLY}


def test_leading_zeros_go_only_where_the_advertiser_says_so():
    assert one(row(order_id="#001"), ours(order_id="1"), strip_leading_zeros=True)[0].match_class == Class.EQUAL


def test_an_earlier_pass_wins_over_a_later_one():
    rows = [row("by_order", order_id="A"), row("by_click", click_id="c1")]
    result = match(rows, [ours(1, click_id="c1", order_id="A")])
    assert result.rows["by_click"].match_class == Class.EQUAL
    assert result.rows["by_order"].match_class == Class.DUPLICATE_IN_FILE
    assert result.rows["by_order"].conversion_id == 1


def test_goals_orders_and_amounts_tell_conversions_of_one_click_apart():
    conversions = [
        ours(1, click_id="c", goal="lead", order_id="A", amount_units=10),
        ours(2, click_id="c", goal="sale", order_id="A", amount_units=500),
        ours(3, click_id="c", goal="sale", order_id="B", amount_units=500),
    ]
    assert one(row(click_id="c", goal="LEAD"), *conversions)[0].conversion_id == 1
    assert one(row(click_id="c", order_id="b"), *conversions)[0].conversion_id == 3
    assert one(row(order_id="A", amount_units=500), *conversions)[0].conversion_id == 2
    unclear = one(row(click_id="c", goal="sale", amount_units=500), *conversions)[0]
    assert (unclear.match_class, unclear.note) == (Class.THEIRS_ONLY, "several conversions fit")


def test_a_combination_counts_only_when_it_is_unique_on_both_sides():
    sub = {"sub_ids": (("sub1", "x"),)}
    two_rows = match([row("a", **sub), row("b", **sub)], [ours(1, **sub)])
    assert set(two_rows.row_counts()) == {Class.THEIRS_ONLY}
    two_ours = match([row("a", **sub)], [ours(1, **sub), ours(2, **sub)])
    assert two_ours.row_counts() == {Class.THEIRS_ONLY: 1}
    assert two_ours.conversion_counts() == {Class.OURS_ONLY: 2}


# -- which class -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("theirs", "mine", "rules", "match_class", "decision"),
    [
        ({}, {}, {}, "equal", "approved"),
        ({"status": "declined"}, {}, {}, "equal", "declined"),
        ({"status": "declined", "amount_units": 0}, {}, {}, "equal", "declined"),
        ({"status": "pending"}, {}, {}, "equal", ""),
        ({"status": ""}, {}, {}, "equal", ""),
        ({"amount_units": None}, {}, {}, "equal", "approved"),
        ({}, {"amount_units": None}, {}, "equal", "approved"),
        ({}, {"status": "approved"}, {}, "equal", ""),
        ({"amount_units": 1001}, {}, {}, "amount_differs", ""),
        ({"amount_units": 1010}, {}, {"tolerance_units": 10, "tolerance_percent": 1}, "within_tolerance", "approved"),
        ({"amount_units": 990}, {}, {"tolerance_units": 10, "tolerance_percent": 1}, "within_tolerance", "approved"),
        ({"amount_units": 1010}, {}, {"tolerance_units": 10}, "amount_differs", ""),
        ({"amount_units": 1010}, {}, {"tolerance_units": 9, "tolerance_percent": 1}, "amount_differs", ""),
        (
            {"amount_units": 1010},
            {},
            {"tolerance_units": 10, "tolerance_percent": Decimal("0.99")},
            "amount_differs",
            "",
        ),
        ({"status": "declined"}, {"status": "approved"}, {}, "status_differs", ""),
        ({"status": "pending"}, {"status": "approved"}, {}, "status_differs", ""),
        ({"currency": "EUR"}, {}, {}, "currency_differs", ""),
        ({"currency": "EUR", "status": "declined"}, {"status": "approved"}, {}, "currency_differs", ""),
        ({"currency": ""}, {}, {}, "equal", "approved"),
    ],
)
def test_classes_and_decisions(theirs, mine, rules, match_class, decision):
    found, result = one(row(click_id="p1", **theirs), ours(**mine), **rules)
    assert (found.match_class, found.decision) == (match_class, decision)
    assert result.conversions == {1: found.match_class}


def test_the_best_fitting_of_two_rows_claims_and_the_other_is_a_duplicate():
    rows = [row("a", order_id="A", amount_units=5), row("b", order_id="A"), row("c", order_id="A")]
    result = match(rows, [ours(1, order_id="A")])
    assert [result.rows[key].match_class for key in "abc"] == ["duplicate_in_file", "equal", "duplicate_in_file"]
    assert {result.rows[key].conversion_id for key in "abc"} == {1}


def test_repeats_of_a_row_that_matches_nothing():
    result = match([row("a", order_id="A"), row("b", order_id="#a "), row("c", order_id="C")], [])
    assert [result.rows[key].match_class for key in "abc"].count(Class.DUPLICATE_IN_FILE) == 1
    assert result.rows["c"].match_class == Class.THEIRS_ONLY


def test_a_conversion_of_another_statement_is_a_duplicate_and_out_of_scope():
    result = match([row("a", order_id="A"), row("b", order_id="A")], [ours(1, order_id="A", claimed_by="7:3"), ours(2)])
    assert {found.match_class for found in result.rows.values()} == {Class.DUPLICATE_ACROSS}
    assert "7:3" in {found.note.removeprefix("claimed by ") for found in result.rows.values()}
    assert (result.outside, result.conversions) == (frozenset({1}), {2: Class.OURS_ONLY})
    assert result.claims() == {}


def test_the_period_cuts_both_sides():
    late = datetime(2026, 11, 1, tzinfo=UTC)
    rows = [row("theirs_late", occurred_at=late), row("ours_late", order_id="B"), row("fine", order_id="A")]
    conversions = [
        ours(1, order_id="A"), ours(2, order_id="B", created_at=late), ours(3, created_at=late), ours(4),
    ]  # fmt: skip
    result = match(rows, conversions, OCTOBER)
    assert {key: found.match_class.value for key, found in result.rows.items()} == {
        "theirs_late": "out_of_period", "ours_late": "out_of_period", "fine": "equal",
    }  # fmt: skip
    assert result.conversions == {1: Class.EQUAL, 4: Class.OURS_ONLY}
    assert result.outside == {2, 3}


def test_unreadable_rows_and_orders_of_other_networks_take_no_part():
    rows = [row("bad", order_id="A", error="The amount…"), row("other", order_id="B", in_other_network=True)]
    result = match(rows, [ours(1, order_id="A"), ours(2, order_id="B")])
    assert result.rows["bad"].match_class == Class.ROW_ERROR
    assert result.rows["bad"].note == "The amount…"
    assert result.rows["other"].match_class == Class.DUPLICATE_ACROSS_NETWORKS
    assert result.conversion_counts() == {Class.OURS_ONLY: 2}


def test_ids_must_be_unique():
    with pytest.raises(ValueError, match="row ids"):
        match([row("a"), row("a")], [])
    with pytest.raises(ValueError, match="conversion ids"):
        match([], [ours(1), ours(1)])


# -- adding up -------------------------------------------------------------------------------------------------------

few = st.sampled_from
texts = few(["", "A", "#a", "B", "001", "1"])
subs = few([(), (("sub1", "x"),), (("sub1", "y"),)])
moments = few([DAY, DAY + timedelta(hours=3), DAY + timedelta(days=40), None])
amounts = few([None, 0, 1000, 1005, -1000])
statement_rows = st.lists(
    st.builds(
        StatementFact, row_id=st.just(""), click_id=few(["", "c1", "c2", "p1"]), order_id=texts,
        goal=few(["", "lead", "sale"]), sub_ids=subs, amount_units=amounts, currency=few(["", "USD", "EUR"]),
        occurred_at=moments, status=few(["", "approved", "declined", "pending"]), error=few(["", "", "", "bad"]),
    ),
    max_size=12,
).map(lambda found: [StatementFact(f"r{n}", *_values(fact)[1:]) for n, fact in enumerate(found)])  # fmt: skip
conversions_of_ours = st.lists(
    st.builds(
        ConversionFact, id=st.just(0), public_id=st.just(""), click_id=few(["", "c1", "c2"]), order_id=texts,
        goal=few(["", "lead", "sale"]), sub_ids=subs, amount_units=amounts, currency=few(["USD", "EUR"]),
        status=few(["pending", "approved", "declined"]), created_at=moments, claimed_by=few(["", "", "9:1"]),
    ),
    max_size=8,
).map(lambda found: [ConversionFact(n, f"p{n}", *_values(fact)[2:]) for n, fact in enumerate(found)])  # fmt: skip
rules = st.builds(
    Rules, tolerance_units=few([0, 10]), tolerance_percent=few([Decimal(0), Decimal(1)]),
    period_from=few([None, DAY]), period_until=few([None, DAY + timedelta(days=2)]), strip_leading_zeros=st.booleans(),
)  # fmt: skip


def _values(fact):
    return [getattr(fact, name) for name in fact.__dataclass_fields__]


@settings(max_examples=200, deadline=None)
@given(statement_rows, conversions_of_ours, rules, st.randoms(use_true_random=False))
def test_any_input_adds_up_and_its_order_does_not_matter(rows, conversions, strict, random):
    result = match(rows, conversions, strict)
    shuffled_rows, shuffled_ours = random.sample(rows, len(rows)), random.sample(conversions, len(conversions))
    again = match(shuffled_rows, shuffled_ours, strict)
    assert (again.rows, again.conversions, again.outside) == (result.rows, result.conversions, result.outside)
    claims = [found.conversion_id for found in result.rows.values() if found.decision]
    assert len(claims) == len(set(claims))
    assert sum(result.row_counts().values()) == len(rows)
    assert len(result.conversions) + len(result.outside) == len(conversions)
    assert suggest(rows, conversions, result) == suggest(shuffled_rows, shuffled_ours, again)


@settings(max_examples=60, deadline=None)
@given(statement_rows, conversions_of_ours)
def test_nothing_is_decided_outside_the_tolerance_or_in_another_currency(rows, conversions):
    by_id = {conversion.id: conversion for conversion in conversions}
    facts = {fact.row_id: fact for fact in rows}
    for found in match(rows, conversions).rows.values():
        if found.decision == "approved":
            theirs, mine = facts[found.row_id], by_id[found.conversion_id]
            assert theirs.amount_units in (None, mine.amount_units) or mine.amount_units is None
            assert theirs.currency in ("", mine.currency)
            assert mine.status == "pending"


def test_amounts_are_summed_per_class_and_currency():
    rows = [row("a", click_id="p1"), row("b", order_id="x", amount_units=7), row("c", currency="EUR", amount_units=5)]
    result = match(rows, [ours(1)])
    assert amounts_by_class(rows, result) == {Class.EQUAL: {"USD": 1000}, Class.THEIRS_ONLY: {"USD": 7, "EUR": 5}}


@pytest.mark.parametrize(
    "wrong",
    [
        MatchResult({}, {1: Class.OURS_ONLY}),
        MatchResult({"r1": RowMatch("r1", Class.THEIRS_ONLY)}, {}),
        MatchResult({"r1": RowMatch("r1", Class.THEIRS_ONLY)}, {1: Class.OURS_ONLY}, frozenset({1})),
        MatchResult({"r1": RowMatch("r1", Class.EQUAL, 1)}, {1: Class.OURS_ONLY}),
        MatchResult({"r1": RowMatch("r1", Class.THEIRS_ONLY)}, {1: Class.EQUAL}),
    ],
)
def test_a_result_that_does_not_add_up_is_noticed(wrong):
    with pytest.raises(DoesNotAddUp):
        check_conservation([row("r1")], [ours(1)], wrong)


def test_two_rows_on_one_conversion_are_noticed():
    wrong = MatchResult(
        {"a": RowMatch("a", Class.EQUAL, 1), "b": RowMatch("b", Class.EQUAL, 1)}, {1: Class.EQUAL}
    )  # fmt: skip
    with pytest.raises(DoesNotAddUp, match="claims"):
        check_conservation([row("a"), row("b")], [ours(1)], wrong)


# -- hints -----------------------------------------------------------------------------------------------------------


def test_hints_need_two_reasons_and_claim_nothing():
    rows = [row("near", order_id="SHOP-10042"), row("far", order_id="zzz", occurred_at=DAY + timedelta(days=9))]
    conversions = [ours(1, order_id="X10042", amount_units=1), ours(2, order_id="other")]
    result = match(rows, conversions)
    found = suggest(rows, conversions, result)
    assert [(hint.row_id, hint.conversion_id, hint.reasons) for hint in found] == [
        ("near", 2, ("same_amount", "near_time")),
    ]  # fmt: skip
    assert result.claims() == {}
    similar = [ours(3, order_id="NET-SHOP-10042", amount_units=1)]
    hints = suggest(rows, similar, match(rows, similar))
    assert [(hint.conversion_id, hint.reasons) for hint in hints] == [(3, ("near_time", "similar_order"))]


def test_matching_a_month_does_not_compare_everything_with_everything():
    """40,000 facts of one amount and one time, half of them without a partner: pairwise it would take minutes."""

    def sub(n):
        return {"sub_ids": (("sub1", f"s{n % 50}"),)}

    rows = [row(f"r{n}", order_id=f"O{n}", **sub(n)) for n in range(20_000)]
    conversions = [ours(n, order_id=f"O{n * 2}", **sub(n)) for n in range(20_000)]
    start = time.perf_counter()
    result = match(rows, conversions)
    assert time.perf_counter() - start < 20
    assert result.row_counts() == {Class.EQUAL: 10_000, Class.THEIRS_ONLY: 10_000}
