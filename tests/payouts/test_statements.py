"""Statements: balances at any moment, the trial balance, the profit; and who may read what."""

import io
import itertools
import zipfile
from datetime import timedelta

import pytest
from django.db.models import Sum
from python_calamine import CalamineWorkbook

from cpanet.ledger.kinds import ADVERTISER_KINDS, WEBMASTER_KINDS, AccountKind
from cpanet.ledger.models import Account, Entry
from cpanet.tenancy.scope import network_scope
from payouts.selectors.profit import GROUPS, profit, profit_totals
from payouts.selectors.statements import (
    Chosen,
    accounts_at,
    entries_of,
    lines_of,
    total_of,
    trial_balance_at,
    trial_totals,
)
from payouts.services import outcomes
from payouts.services.deposits import record_deposit
from tests import factories
from tests.factories import NOW
from tests.payouts import story
from tests.payouts.story import AFTER_HOLD, text_of, usd
from tracking.services.holds import release_due_holds

LATER = AFTER_HOLD + timedelta(days=3)


@pytest.fixture
def life(people, network):
    """Alice earns twice with one offer of Adam and loses one, is paid, and a payout comes back; Bob refers Carol."""
    with network_scope(network.pk):
        alice, bob, shop = people.alice.affiliate, people.bob.affiliate, people.adam.advertiser
        story.refer(percent=1000)
        carol = factories.affiliate(name="Carol", referrer=bob)
        offer = factories.offer(advertiser=shop, hold_days=story.HOLD_DAYS, name="Shoes")
        factories.goal(offer=offer, revenue="60", earning="45")
        other = factories.offer(advertiser=people.eve.advertiser, hold_days=story.HOLD_DAYS, name="Hats")
        factories.goal(offer=other, revenue="10", earning="8")
        first, second = people.owner.user, people.finance.user
        record_deposit(
            advertiser=shop, amount=usd("100"), currency="USD", reference="Bank", idempotency_key="1", actor=first,
            now=NOW - timedelta(days=1),
        )  # fmt: skip
        kept, lost = (story.approve(story.lead(alice, offer=offer)) for _ in range(2))
        story.approve(story.lead(carol, offer=other))
        release_due_holds(now=AFTER_HOLD)
        bank = story.method()
        to = story.payable(alice, bank)
        story.paid([story.requested(alice, "40", to)], first=first, second=second)
        back = story.requested(alice, "20", to)
        story.paid([back], first=first, second=second, at=LATER)
        outcomes.mark_returned(payout_id=back.pk, reason="Wrong", actor=first, now=LATER)
        story.decline(lost, at=LATER)
        yield {"offer": offer, "kept": kept, "lost": lost}


MOMENTS = [NOW - timedelta(days=2), NOW - timedelta(hours=1), NOW, AFTER_HOLD, LATER, LATER + timedelta(days=1)]


def counted(at, *, kinds=AccountKind.values, owner_id=None):
    """The balance at a moment, counted entry by entry."""
    rows = Entry.objects.filter(account__kind__in=kinds, journal__effective_at__lte=at)
    rows = rows.filter(account__owner_id=owner_id) if owner_id is not None else rows
    return {
        (row["account__kind"], row["account__owner_id"]): row["units"]
        for row in rows.order_by().values("account__kind", "account__owner_id").annotate(units=Sum("amount"))
    }


def test_balances_at_a_moment_are_the_entries_until_then(life):
    for at in MOMENTS:
        expected = {key: units for key, units in counted(at).items() if units}
        assert {(row.kind, row.owner_id): row.balance for row in accounts_at(at) if row.balance} == expected
        assert all(debit == credit > 0 for debit, credit in trial_totals(trial_balance_at(at)).values())


def test_balances_at_the_end_are_the_balances_now(life):
    now = {(account.kind, account.owner_id): account.balance for account in Account.objects.all()}
    assert {(row.kind, row.owner_id): row.balance for row in accounts_at(LATER)} == now


def test_where_times_are_in_order_it_is_the_balance_after_the_last_entry(life, people):
    alice = people.alice.affiliate.pk
    last = Entry.objects.filter(
        account__kind="available", account__owner_id=alice, journal__effective_at__lte=AFTER_HOLD
    ).latest("account_version")
    (line,) = lines_of(Chosen(("available",), "USD", alice), begin=None, end=AFTER_HOLD + timedelta(microseconds=1))
    assert line.closing == last.balance_after == usd("30")  # 45 + 45 less 40 and 20 requested


def test_opening_and_what_moved_make_the_closing_balance(life, people):
    chosen = Chosen(WEBMASTER_KINDS, "USD", people.alice.affiliate.pk)
    for begin, end in itertools.combinations([None, *MOMENTS, None], 2):
        total = total_of(lines_of(chosen, begin=begin, end=end))
        moved = sum(entry.amount for entry in entries_of(chosen, begin=begin, end=end))
        assert total.opening + moved == total.opening + total.credits + total.debits == total.closing


def test_profit_is_the_change_of_the_accounts_whichever_way_it_is_grouped(life):
    kinds = [AccountKind.REVENUE, AccountKind.COST, AccountKind.REFERRAL_COST, AccountKind.FEES, AccountKind.BAD_DEBT]
    for begin, end in ((None, None), (NOW, AFTER_HOLD), (AFTER_HOLD, None), (LATER, LATER)):
        lines = lines_of(Chosen(tuple(kinds), "USD"), begin=begin, end=end)
        expected = {line.kind: line.closing - line.opening for line in lines}
        for by in GROUPS:
            for total in profit_totals(profit(by=by, begin=begin, end=end)):
                assert {kind: getattr(total, kind) for kind in expected} == expected
                assert total.margin == sum(expected.values())


def test_profit_by_offer_advertiser_and_webmaster(life, people):
    by_offer = {line.name: line for line in profit(by="offer", begin=None, end=None)}
    assert (by_offer["Shoes"].revenue, by_offer["Shoes"].cost) == (usd("60"), -usd("45"))
    assert (by_offer["Hats"].revenue, by_offer["Hats"].referral_cost) == (usd("10"), -usd("0.80"))
    assert by_offer[""].fees == usd("2.60")  # 1.00 and 1 % of 40 and of 20: payouts belong to no offer
    by_shop = {line.name: line.margin for line in profit(by="advertiser", begin=None, end=None)}
    assert by_shop["Adam's shop"] == usd("15") and by_shop["Eve's shop"] == usd("1.20")
    by_webmaster = {line.name: line for line in profit(by="affiliate", begin=None, end=None)}
    assert by_webmaster["Alice"].margin == usd("17.60") and by_webmaster["Alice"].fees == usd("2.60")
    assert by_webmaster["Carol"].referral_cost == -usd("0.80")  # what Bob gets is the price of Carol's lead
    late = {line.name: line.revenue for line in profit(by="offer", begin=LATER, end=None)}
    assert late["Shoes"] == -usd("60")


def test_a_webmaster_reads_his_own_and_nothing_else(life, people):
    page = people.alice.client.get("/webmaster/entries/")
    assert page.status_code == 200
    text = text_of(page)
    assert "Balance now" in text and f"Lead {life['kept'].pk}" in text and "Payout came back" in text
    assert f'href="/webmaster/leads/{life["kept"].pk}/"' in page.content.decode()
    assert f"Lead {life['kept'].pk}" not in text_of(people.bob.client.get("/webmaster/entries/"))
    for path in ("/manager/entries/", "/manager/trial-balance/", "/manager/profit/", "/manager/accounts/"):
        assert people.alice.client.get(path).status_code == 404
        assert people.adam.client.get(path).status_code == 404


def test_the_balance_at_a_moment_is_on_the_page(life, people):
    before = text_of(people.alice.client.get("/webmaster/entries/", {"at": "2026-11-20T12:00", "account": "hold"}))
    assert (
        "Closing balance" in before and "$90.00" in before and "Hold over" not in before.partition("Balance after")[2]
    )
    bad = people.alice.client.get("/webmaster/entries/", {"at": "yesterday"})
    assert bad.status_code == 422 and "Balance at" in text_of(bad)
    turned = people.alice.client.get("/webmaster/entries/", {"since": "2026-12-05", "until": "2026-12-04"})
    assert turned.status_code == 422 and "The period ends before it begins." in text_of(turned)
    assert people.alice.client.get("/webmaster/entries/", {"at": "0001-01-01T00:00"}).status_code == 422


def test_filters_of_period_and_event(life, people):
    query = {"event": "payout_return", "since": "2026-11-30"}
    text = text_of(people.alice.client.get("/webmaster/entries/", query))
    assert "Payout came back" in text.partition("Balance after")[2]
    assert "Hold over" not in text.partition("Balance after")[2]


def test_an_advertiser_reads_his_own(life, people):
    text = text_of(people.adam.client.get("/advertiser/entries/"))
    assert "$100.00" in text and "Deposit" in text
    assert "$100.00" not in text_of(people.eve.client.get("/advertiser/entries/"))


def test_the_staff_goes_from_the_trial_balance_to_an_entry(life, people):
    client = people.finance.client
    trial = client.get("/manager/trial-balance/", {"at": "2026-11-20T12:00"}).content.decode()
    assert "/manager/accounts/?at=2026-11-20T12%3A00&amp;kind=hold&amp;currency=USD" in trial
    kinds = client.get("/manager/accounts/", {"kind": "hold", "currency": "USD", "at": "2026-11-20T12:00"})
    alice = people.alice.affiliate.pk
    link = f"/manager/entries/?account=hold&amp;owner={alice}&amp;currency=USD"
    assert link in kinds.content.decode() and "Alice" in text_of(kinds)
    entries = client.get("/manager/entries/", {"account": "hold", "owner": alice, "currency": "USD"})
    assert f"Lead {life['kept'].pk}" in text_of(entries)
    assert client.get(f"/manager/webmasters/{alice}/entries/").status_code == 200
    assert client.get(f"/manager/advertisers/{people.adam.advertiser.pk}/entries/").status_code == 200


def test_what_is_owned_or_spent_is_shown_positive(life, people):
    cash = text_of(people.finance.client.get("/manager/entries/", {"account": "cash"}))
    assert "Cash $0.00 $118.80 " in cash  # the opening balance, then what came in


def test_profit_pages_sort_and_filter(life, people):
    for by, sort in zip(GROUPS, ("margin", "-margin_share", "name", "nonsense"), strict=True):
        query = {"by": by, "sort": sort, "since": "2026-11-01", "until": "2026-12-31", "currency": "USD"}
        page = people.finance.client.get("/manager/profit/", query)
        assert page.status_code == 200 and "$18.80" in text_of(page)


def test_files_hold_what_the_pages_show(life, people):
    rows = sheet(people.alice.client.get("/webmaster/entries/", {"file": "xlsx"}))
    amounts = [row[5] for row in rows[1:] if row[5] is not None]
    assert rows[1][1] == "Closing balance" and rows[-1][1] == "Opening balance"
    assert round(rows[-1][6] + sum(amounts), 4) == rows[1][6]
    assert "Journal" not in rows[0]
    trial = sheet(people.finance.client.get("/manager/trial-balance/", {"file": "xlsx"}))
    assert trial[-1][0] == "Total" and trial[-1][3] == trial[-1][4]
    gains = sheet(people.finance.client.get("/manager/profit/", {"by": "offer", "file": "xlsx"}))
    assert gains[-1][0] == "Total" and gains[-1][9] == 18.8


def test_texts_stay_texts_in_files(people, network):
    with network_scope(network.pk):
        record_deposit(
            advertiser=people.adam.advertiser, amount=usd("5"), currency="USD", reference="=1+1", idempotency_key="x",
            actor=people.owner.user, now=NOW,
        )  # fmt: skip
    answer = people.adam.client.get("/advertiser/entries/", {"file": "xlsx"})
    inside = zipfile.ZipFile(bytes_of(answer)).read("xl/worksheets/sheet1.xml").decode()
    assert "=1+1" in inside and "<f>" not in inside


def bytes_of(answer):
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    return io.BytesIO(b"".join(answer.streaming_content))


def sheet(answer):
    rows = CalamineWorkbook.from_filelike(bytes_of(answer)).get_sheet_by_index(0).to_python()
    return [[None if cell == "" else cell for cell in row] for row in rows]


def test_an_empty_network_has_pages_that_say_so(people):
    for path in ("/webmaster/entries/", "/advertiser/entries/"):
        client = people.alice.client if "webmaster" in path else people.adam.client
        assert "No money has moved yet" in text_of(client.get(path))
    for path, words in (("trial-balance", "No account had a balance then"), ("profit", "Nothing has been earned yet")):
        assert words in text_of(people.finance.client.get(f"/manager/{path}/"))
    assert people.finance.client.get("/manager/entries/?file=xlsx").status_code == 200


def test_kinds_of_people_cover_the_chart():
    assert set(WEBMASTER_KINDS) | set(ADVERTISER_KINDS) < set(AccountKind.values)
