"""A year in the life of one network, in numbers a bookkeeper can add up. The story in prose: docs/year-in-numbers.md.

Shoes (Adam, pays in advance): 50.00 a lead, of which the webmaster gets 40.00, after 14 days of hold.
Hats (Eve, pays by invoice): 30.00 a lead, of which the webmaster gets 20.00, after 30 days of hold.
Bob has referred Carol: he gets 10 % of what she earns, at the network's cost. A payout costs 1.00 and 1 %.
"""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import factories
from tests.payouts.year import Year

STORY = Path(__file__).parents[2] / "docs" / "year-in-numbers.md"

# What is in the books at the end of each quarter: {account: (debit, credit)}.
AT_END_OF = {
    "03-31": {
        "Cash": ("462.00", ""),  # 500.00 of Adam + 60.00 of Eve − 98.00 to Alice
        "Advertiser's deposit": ("", "275.00"),  # Adam: 500.00 − 4 × 50.00 − half a lead, 25.00
        "Owed by the advertiser": ("60.00", ""),  # Eve: two leads of March, not invoiced yet
        "Revenue": ("", "345.00"),  # 4 × 50.00 + 25.00 + 4 × 30.00
        "Webmaster: on hold": ("", "44.00"),  # Carol's two leads of March, 40.00, and Bob's 10 % of them
        "Webmaster: available": ("", "124.00"),  # Alice 160.00 + 20.00 − 100.00; Carol 40.00; Bob 4.00
        "Cost of webmasters": ("260.00", ""),  # 4 × 40.00 + 20.00 + 4 × 20.00
        "Cost of referrals": ("8.00", ""),  # 10 % of Carol's 80.00
        "Fees": ("", "2.00"),  # 1.00 + 1 % of 100.00
        "Total": ("790.00", "790.00"),
    },
    "06-30": {
        "Cash": ("413.80", ""),  # 462.00 + 30.00 of Eve − 78.20 to Alice
        "Advertiser's deposit": ("", "225.00"),  # 275.00 + 100.00 of two leads taken back − 3 × 50.00
        "Owed by the advertiser": ("60.00", ""),  # 60.00 − 30.00 credited − 30.00 paid + 60.00 of June
        "Revenue": ("", "425.00"),  # 345.00 − 30.00 − 100.00 + 150.00 + 60.00
        "Webmaster: on hold": ("", "44.00"),  # Carol's two leads of June and Bob's part of them
        "Webmaster: available": ("", "106.00"),  # Alice 120.00 − 80.00 of debt; Carol 80.00 − 20.00; Bob 8.00 − 2.00
        "Cost of webmasters": ("320.00", ""),  # 260.00 − 20.00 − 80.00 + 120.00 + 40.00
        "Cost of referrals": ("10.00", ""),  # 8.00 − 2.00 + 4.00
        "Fees": ("", "3.80"),  # 2.00 + 1.00 and 1 % of 80.00
        "Total": ("803.80", "803.80"),
    },
    "09-30": {
        "Cash": ("513.80", ""),  # 413.80 + 100.00 of Adam − 58.40 to Carol + the same when it came back
        "Advertiser's deposit": ("", "125.00"),  # 225.00 + 100.00 − 4 × 50.00
        "Owed by the advertiser": ("150.00", ""),  # Eve: 60.00 of June + 90.00 of August
        "Revenue": ("", "715.00"),  # 425.00 + 4 × 50.00 + 3 × 30.00
        "Webmaster: available": ("", "289.40"),  # Alice 115.00, Carol 158.40, Bob 16.00
        "Cost of webmasters": ("565.00", ""),  # 320.00 + 160.00 + 60.00 + a bonus of 25.00
        "Cost of referrals": ("16.00", ""),  # 10.00 + 10 % of Carol's 60.00
        "Fees": ("", "5.40"),  # 3.80 + 1.60 of the payout that came back: it was spent
        "Currency position": ("", "110.00"),  # the dollars Alice gave for euros
        "Total": ("1244.80", "1244.80"),
    },
    "12-31": {
        "Cash": ("651.80", ""),  # 513.80 + 60.00 of Eve + 300.00 of Adam − 197.00 to Alice − 25.00 back to Adam
        "Advertiser's deposit": ("", "100.00"),  # 125.00 − 200.00, so 75.00 owed; + 300.00 − 100.00 − 25.00
        "Revenue": ("", "1015.00"),  # 715.00 + 6 × 50.00
        "Webmaster: on hold": ("", "80.00"),  # Alice's two leads of December
        "Webmaster: available": ("", "83.40"),  # Alice 115.00 + 160.00 − 200.00; Carol 158.40 − 150.00
        "Webmaster: in payout": ("", "16.00"),  # Bob has asked for all he has
        "Payouts in clearing": ("", "147.50"),  # Carol's 150.00 less the fee, sent, not confirmed by the bank yet
        "Cost of webmasters": ("805.00", ""),  # 565.00 + 6 × 40.00
        "Cost of referrals": ("16.00", ""),
        "Fees": ("", "10.90"),  # 5.40 + 3.00 of Alice's payout + 2.50 of Carol's
        "Currency position": ("", "110.00"),
        "Bad debt": ("90.00", ""),  # what Eve owed when she gave up
        "Total": ("1562.80", "1562.80"),
    },
}
# Alice's euros, the same from August to the end of the year.
EUROS = {
    "Cash": ("", "48.50"),  # the network has paid euros it had not brought in
    "Webmaster: available": ("", "49.00"),  # 99.00 − 50.00
    "Fees": ("", "1.50"),  # 1.00 + 1 % of 50.00
    "Currency position": ("99.00", ""),  # what Alice got for 110.00 USD
    "Total": ("99.00", "99.00"),
}
PROFIT = {
    ("01-01", "03-31"): {
        "Revenue": "345.00", "Webmasters": "-260.00", "Referrals": "-8.00", "Fees": "2.00", "Margin": "79.00",
    },
    ("04-01", "06-30"): {
        "Revenue": "80.00", "Webmasters": "-60.00", "Referrals": "-2.00", "Fees": "1.80", "Margin": "19.80",
    },
    ("07-01", "09-30"): {
        "Revenue": "290.00", "Webmasters": "-245.00", "Referrals": "-6.00", "Fees": "1.60", "Margin": "40.60",
    },
    ("10-01", "12-31"): {
        "Revenue": "300.00", "Webmasters": "-240.00", "Fees": "5.50", "Bad debt": "-90.00", "Margin": "-24.50",
    },
    ("01-01", "12-31"): {
        "Revenue": "1015.00", "Webmasters": "-805.00", "Referrals": "-16.00", "Fees": "10.90", "Bad debt": "-90.00",
        "Margin": "114.90",
    },
}  # fmt: skip


@pytest.fixture
def year(people, in_network, time_machine):
    time_machine.move_to("2026-01-01T00:00:00+00:00", tick=False)
    carol = factories.user("carol@example.com")
    referred = factories.affiliate(name="Carol", user=carol, referrer=people.bob.affiliate)
    people.carol = SimpleNamespace(user=carol, affiliate=referred)
    return Year(people, in_network, time_machine)


def test_a_year_in_numbers(year, people):
    for quarter in (first_quarter, second_quarter, third_quarter, fourth_quarter):
        quarter(year, people)
        assert year.faults() == []  # every invariant of the nightly check
    for period, line in PROFIT.items():
        assert year.profit(*period) == line, period
    assert year.profit("01-01", "12-31", "EUR") == {"Fees": "1.50", "Margin": "1.50"}
    for day, books in AT_END_OF.items():  # a balance of the past is still what it was then
        assert year.trial_balance(day) == books, day


def first_quarter(year, people):
    first_leads_are_paid_for(year, people)

    year.on("02-14")  # 30 days after Carol's leads: Bob's part comes with them
    assert (year.money(year.carol), year.money(year.bob)) == ({"available": "40.00"}, {"available": "4.00"})

    year.on("02-20")
    half, none = year.leads(year.alice, year.shoes, 2)
    year.approve(half, revenue="25", earning="20")  # one shoe of a pair came back
    year.decline(none, reason="cancelled")
    year.on("03-10")
    assert year.money(year.alice) == {"available": "80.00", "paid": "98.00"}
    year.march = year.leads(year.carol, year.hats, 2)
    year.on("03-12")
    year.approve(*year.march)

    year.on("03-31")
    assert year.money(year.alice) == {"available": "80.00", "paid": "98.00"}
    assert year.money(year.carol) == {"hold": "40.00", "available": "40.00"}
    assert year.money(year.bob) == {"hold": "4.00", "available": "4.00"}
    assert (year.owes(people.adam), year.owes(people.eve)) == (("275.00", "0.00"), ("0.00", "60.00"))
    assert year.trial_balance("03-31") == AT_END_OF["03-31"]


def first_leads_are_paid_for(year, people):
    year.on("01-05")
    year.pays(people.adam, "500", "Advance for spring")
    assert year.owes(people.adam) == ("500.00", "0.00")

    year.on("01-10")
    year.january = year.leads(year.alice, year.shoes, 4)
    assert year.money(year.alice) == {"pending": "160.00"}  # an estimate, in no account yet
    year.on("01-12")
    year.approve(*year.january)
    assert year.money(year.alice) == {"hold": "160.00"}
    assert year.owes(people.adam) == ("300.00", "0.00")  # 500.00 − 4 × 50.00

    year.on("01-15")
    good, other, bad = year.leads(year.carol, year.hats, 3)
    year.on("01-20")
    year.approve(good, other)
    year.decline(bad, reason="duplicate")
    assert (year.money(year.carol), year.money(year.bob)) == ({"hold": "40.00"}, {"hold": "4.00"})
    assert year.owes(people.eve) == ("0.00", "60.00")

    year.on("01-24")  # 14 days after Alice's leads
    assert year.money(year.alice) == {"available": "160.00"}

    year.on("02-01")
    assert year.invoice(people.eve, "01-01", "01-31") == {"INV-1": "60.00"}
    year.on("02-05")
    payout = year.asks_for(year.alice, "100")
    assert year.money(year.alice) == {"available": "60.00", "in_payout": "100.00"}
    year.on("02-06")
    year.sends(payout)
    assert year.money(year.alice) == {"available": "60.00", "in_payout": "98.00"}  # the fee of 2.00 is booked
    year.on("02-08")
    year.outcome(payout, "paid")
    assert year.money(year.alice) == {"available": "60.00", "paid": "98.00"}
    year.on("02-10")
    year.pays(people.eve, "60", "INV-1")
    assert year.papers() == {"INV-1": "paid"}


def second_quarter(year, people):
    year.on("04-01")
    assert year.invoice(people.eve, "03-01", "03-31") == {"INV-2": "60.00"}
    year.on("04-09")  # 30 days after Carol's leads of March
    assert (year.money(year.carol), year.money(year.bob)) == ({"available": "80.00"}, {"available": "8.00"})
    year.on("04-15")
    year.decline(year.march[0], reason="returned")  # late: its hold is over and it is invoiced
    assert (year.money(year.carol), year.money(year.bob)) == ({"available": "60.00"}, {"available": "6.00"})
    year.on("05-01")
    assert year.invoice(people.eve, "04-01", "04-30") == {"INV-3": "-30.00"}  # a credit note, the next number
    year.on("05-05")
    year.pays(people.eve, "30", "INV-2 less INV-3")
    assert year.papers()["INV-2"] == "paid"  # 30.00 of the credit note and 30.00 of the bank
    assert year.owes(people.eve) == ("0.00", "0.00")

    year.on("05-10")
    payout = year.asks_for(year.alice, "80")
    year.on("05-12")
    year.sends(payout)
    year.on("05-14")
    year.outcome(payout, "paid")
    assert year.money(year.alice) == {"paid": "176.20"}  # 98.00 + 80.00 − the fee of 1.80
    year.on("05-20")
    year.decline(*year.january[:2], reason="fraud")  # paid long ago: what he has no longer becomes debt
    assert year.money(year.alice) == {"paid": "176.20", "debt": "80.00"}
    assert year.owes(people.adam) == ("375.00", "0.00")  # Adam gets his 2 × 50.00 back at once
    year.on("05-25")
    new = year.leads(year.alice, year.shoes, 3)
    year.on("05-27")
    year.approve(*new)
    assert year.money(year.alice) == {"hold": "120.00", "paid": "176.20", "debt": "80.00"}
    year.on("06-08")  # 14 days after them: 80.00 repay the debt
    assert year.money(year.alice) == {"available": "40.00", "paid": "176.20"}

    year.on("06-15")
    june = year.leads(year.carol, year.hats, 2)
    year.on("06-17")
    year.approve(*june)
    year.on("06-30")
    assert year.money(year.carol) == {"hold": "40.00", "available": "60.00"}
    assert year.money(year.bob) == {"hold": "4.00", "available": "6.00"}
    assert (year.owes(people.adam), year.owes(people.eve)) == (("225.00", "0.00"), ("0.00", "60.00"))
    assert year.trial_balance("06-30") == AT_END_OF["06-30"]


def third_quarter(year, people):
    year.on("07-01")
    assert year.invoice(people.eve, "06-01", "06-30") == {"INV-4": "60.00"}
    year.on("07-05")
    year.pays(people.adam, "100", "Advance for summer")
    year.on("07-10")
    july = year.leads(year.alice, year.shoes, 4)
    year.on("07-12")
    year.approve(*july)
    assert year.owes(people.adam) == ("125.00", "0.00")  # 225.00 + 100.00 − 4 × 50.00
    year.on("07-24")
    assert year.money(year.alice) == {"available": "200.00", "paid": "176.20"}

    year.on("08-01")
    assert year.exchanges(people.alice, "110", usd_for_one_eur="1.10") == "99.00"  # 100.00 EUR less 1 %
    assert year.money(year.alice) == {"available": "90.00", "paid": "176.20"}
    euros = year.asks_for(year.alice, "50", "EUR")
    year.on("08-05")
    year.sends(euros)
    year.on("08-07")
    year.outcome(euros, "paid")
    assert year.money(year.alice, "EUR") == {"available": "49.00", "paid": "48.50"}

    year.on("08-10")
    lost = year.asks_for(year.carol, "60")
    year.sends(lost)
    year.on("08-12")
    year.outcome(lost, "paid")
    assert year.money(year.carol) == {"available": "40.00", "paid": "58.40"}  # 60.00 − the fee of 1.60
    year.on("08-20")
    year.outcome(lost, "returned", reason="The account is closed")
    assert year.money(year.carol) == {"available": "98.40"}  # the bank has kept its work: the fee is spent
    august = year.leads(year.carol, year.hats, 3)
    year.on("08-22")
    year.approve(*august)
    year.on("09-01")
    assert year.invoice(people.eve, "08-01", "08-31") == {"INV-5": "90.00"}
    year.on("09-10")
    year.bonus(year.alice, "25", "Best webmaster of the summer")

    year.on("09-30")
    assert year.money(year.alice) == {"available": "115.00", "paid": "176.20"}  # 90.00 + 25.00
    assert (year.money(year.carol), year.money(year.bob)) == ({"available": "158.40"}, {"available": "16.00"})
    assert (year.owes(people.adam), year.owes(people.eve)) == (("125.00", "0.00"), ("0.00", "150.00"))
    assert year.trial_balance("09-30") == AT_END_OF["09-30"]
    assert year.trial_balance("09-30", "EUR") == EUROS


def fourth_quarter(year, people):
    year.on("10-05")
    year.pays(people.eve, "60", "INV-4")
    year.on("10-10")
    october = year.leads(year.alice, year.shoes, 4)
    year.on("10-12")
    year.approve(*october)
    assert year.owes(people.adam) == ("0.00", "75.00")  # 125.00 − 200.00: a deposit is never below zero
    year.on("11-01")
    year.pays(people.adam, "300", "Advance for winter")
    assert year.owes(people.adam) == ("225.00", "0.00")  # 75.00 settle what he owed
    payout = year.asks_for(year.alice, "200")
    year.on("11-02")
    year.sends(payout)
    year.on("11-04")
    year.outcome(payout, "paid")
    assert year.money(year.alice) == {"available": "75.00", "paid": "373.20"}  # 176.20 + 200.00 − the fee of 3.00

    year.on("11-15")
    year.writes_off(people.eve, "90", "Bankrupt")  # INV-5 will never be paid
    assert year.owes(people.eve) == ("0.00", "0.00")
    year.on("12-15")
    year.is_given_back(people.adam, "25", "As agreed")
    year.on("12-20")
    first, second, undecided = year.leads(year.alice, year.shoes, 3)
    year.on("12-22")
    year.approve(first, second)
    year.on("12-29")
    year.sends(year.asks_for(year.carol, "150"))  # the bank answers next year
    year.on("12-30")
    year.asks_for(year.bob, "16")

    year.on("12-31")
    assert year.money(year.alice) == {"pending": "40.00", "hold": "80.00", "available": "75.00", "paid": "373.20"}
    assert year.money(year.carol) == {"available": "8.40", "in_payout": "147.50"}
    assert year.money(year.bob) == {"in_payout": "16.00"}
    assert (year.owes(people.adam), year.owes(people.eve)) == (("100.00", "0.00"), ("0.00", "0.00"))
    assert year.trial_balance("12-31") == AT_END_OF["12-31"]
    assert year.trial_balance("12-31", "EUR") == EUROS


def test_the_prose_has_the_same_figures():
    """Each trial balance and each profit stands in the document as a table, line for line."""
    rows = [_cells(line) for line in STORY.read_text().splitlines() if line.startswith("|")]
    for books in (*AT_END_OF.values(), EUROS):
        wanted = [[account, *sides] for account, sides in books.items()]
        assert any(rows[place : place + len(wanted)] == wanted for place in range(len(rows))), wanted
    columns = ("Revenue", "Webmasters", "Referrals", "Fees", "Bad debt", "Margin")
    for (since, until), line in PROFIT.items():
        assert [f"{since} – {until}", *(line.get(name, "") for name in columns)] in rows


def _cells(line: str) -> list[str]:
    """The cells of a line of a table, without their stars."""
    return [cell.strip(" *") for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]
