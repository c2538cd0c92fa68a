"""A statement from its upload to its withdrawal, over HTTP."""

import pytest

from cpanet.ledger.selectors import webmaster_balance
from cpanet.tenancy.scope import network_scope
from reconciliation.selectors import applied_money, money_of
from tests.reconciliation.conftest import usd
from tests.shared_data import shared_file


def test_the_whole_life(shop, desk, look):
    good, gone, differs, only_ours = (shop.lead(order) for order in ("A-1", "A-2", "A-3", "A-9"))
    pk = desk.mapped(
        shop.file(
            shop.line("A-1"),
            shop.line("A-2", "cancelled"),
            shop.line("A-3", amount="150.00"),
            shop.line("X-1"),
            shop.line("A-1"),
            "A-5;approved;12,5;USD;2026-10-10",
        )  # fmt: skip
    )
    statement = look.statement(pk)
    assert statement.state == "matched"
    assert statement.summary["classes"] == {
        "equal": 2, "amount_differs": 1, "theirs_only": 1, "duplicate_in_file": 1, "row_error": 1
    }  # fmt: skip
    assert statement.summary["conversions"] == {"equal": 2, "amount_differs": 1, "ours_only": 1}
    page = desk.page(pk).text
    assert "It adds up: 6 rows = 2 + 1 + 1 + 1 + 1" in page and "4 leads = 2 + 1 + 1" in page
    assert "12,5" in page and "is not a number" in page
    assert look.lead(good).status == "pending", "a comparison decides nothing"

    assert desk.post(f"{pk}/apply/").status_code == 302
    assert look.lead(good).status == "approved"
    assert (look.lead(gone).status, look.lead(gone).reason) == ("declined", "cancelled")
    assert (look.lead(differs).status, look.lead(only_ours).status) == ("pending", "pending")
    assert look.statement(pk).state == "closed" and "2 of 2 leads decided" in desk.page(pk).text
    with network_scope(shop.network.pk):
        assert webmaster_balance(affiliate_id=shop.people.alice.affiliate.pk, currency="USD").hold == usd("8")
        revision = look.lead(good).revisions.get()
        assert (revision.source, revision.actor) == ("statement", shop.people.adam.user)
        assert revision.source_reference == f"statement:{pk}:2:1"
    look.books()

    assert desk.post(f"{pk}/withdraw/").status_code == 302
    assert look.statement(pk).state == "withdrawn"
    assert {look.lead(lead).status for lead in (good, gone, differs, only_ours)} == {"pending"}
    with network_scope(shop.network.pk):
        assert webmaster_balance(affiliate_id=shop.people.alice.affiliate.pk, currency="USD").hold == 0
    look.books()


def test_what_is_promised_is_what_happens(shop, desk, look):
    for order, amount in (("A-1", "100"), ("A-2", "33.33"), ("A-3", "50"), ("A-4", "70")):
        shop.lead(order, amount)
    pk = desk.mapped(
        shop.file(
            shop.line("A-1"),
            shop.line("A-2", amount="33.33"),
            shop.line("A-3", "cancelled", "50.00"),
            shop.line("A-4", amount="77.77"),
        )  # fmt: skip
    )
    desk.post(f"{pk}/rows/", {"do": "include", "all": "class", "class": "amount_differs"})
    with network_scope(shop.network.pk):
        promised = money_of(look.statement(pk))["USD"]
    assert (promised["approved"], promised["declined"]) == (3, 1)
    assert promised["revenue"] == promised["approve"] == usd("10") + usd("3.333") + usd("7.777")
    assert promised["decline"] == usd("5")
    desk.post(f"{pk}/apply/")
    with network_scope(shop.network.pk):
        assert applied_money(look.statement(pk))["USD"] == (promised["revenue"], promised["earning"])
        hold = webmaster_balance(affiliate_id=shop.people.alice.affiliate.pk, currency="USD").hold
    assert hold == promised["earning"]
    look.books()


def test_windows_1251_semicolons_and_an_unknown_word(shop, desk, look):
    lead, other = shop.lead("Ж-1", "1990.50"), shop.lead("Ж-2", "10")
    text = "Номер заказа;Статус;Сумма;Валюта;Дата\n"
    text += f"Ж-1;Оплачен наполовину;1 990,50;USD;{shop.at:%d.%m.%Y %H:%M}\n"
    text += f"Ж-2;Отменён;10,00;USD;{shop.at:%d.%m.%Y %H:%M}\n"
    pk = desk.number(desk.upload(text.encode("cp1251"), "заказы.csv"))
    page = desk.client.get(f"/advertiser/statements/{pk}/mapping/")
    assert "windows-1251" in page.text.lower() and "“Оплачен наполовину”" in page.text
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    assert values["decimal_separator"] == ",", "told from the amounts"
    values |= {"do": "save"}
    refused = desk.post(f"{pk}/mapping/", values)
    assert refused.status_code == 422 and "Say what “Оплачен наполовину” means" in refused.text
    assert look.statement(pk).state == "uploaded"
    word = next(name for name in form.fields if name.startswith("word:"))
    assert desk.post(f"{pk}/mapping/", values | {word: "approved"}).status_code == 302
    desk.post(f"{pk}/apply/")
    assert (look.lead(lead).status, look.lead(other).status) == ("approved", "declined")

    again = shop.lead("Ж-3", "5")
    text = f"Номер заказа;Статус;Сумма;Валюта;Дата\nЖ-3;Оплачен наполовину;5,00;USD;{shop.at:%d.%m.%Y %H:%M}\n"
    answer = desk.upload(text.encode("cp1251"), "неделя 2.csv", source="Files")
    assert answer.url == f"/advertiser/statements/{desk.number(answer)}/", "the mapping is known: no question"
    assert look.statement(desk.number(answer)).state == "matched"
    assert look.lead(again).status == "pending"


def test_the_preview_shows_rows_as_they_would_be_read(shop, desk):
    lines = ["A-1;approved;12,5;USD;01.10.2026", "A-2;approved;7.00;USD;01.10.2026", "A-3;approved;8.00;USD;"]
    pk = desk.number(desk.upload(shop.file(*lines)))
    page = desk.client.get(f"/advertiser/statements/{pk}/mapping/")
    assert "12,5" in page.text and "3 rows looked at, 1 cannot be read" in page.text
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    page = desk.post(f"{pk}/mapping/", values | {"decimal_separator": ",", "do": "preview"})
    assert page.status_code == 200 and "3 rows looked at, 2 cannot be read" in page.text


def test_the_same_file_twice_is_known(shop, desk, look):
    shop.lead("A-1")
    content = shop.file(shop.line("A-1"))
    pk = desk.mapped(content)
    answer = desk.upload(content, "other name.csv")
    assert answer.status_code == 422 and "This file is known" in answer.text
    assert f"/advertiser/statements/{pk}/" in answer.text
    desk.post(f"{pk}/discard/")
    assert look.statement(pk).state == "withdrawn"
    assert desk.number(desk.upload(content)) != pk, "what was put away may come again"


def test_rows_of_an_earlier_statement(shop, desk, look):
    first, second = shop.lead("A-1"), shop.lead("A-2")
    pk = desk.mapped(shop.file(shop.line("A-1"), shop.line("A-2", "pending")))
    desk.post(f"{pk}/apply/")
    later = desk.mapped(shop.file(shop.line("A-1"), shop.line("A-2"), shop.line("A-3")))
    rows = {row.order_id: row for row in look.rows(later)}
    assert rows["A-1"].match_class == "duplicate_across" and rows["A-1"].conversion_id is None
    assert (rows["A-2"].match_class, rows["A-2"].revision, rows["A-2"].action) == ("equal", 2, "approve")
    desk.post(f"{later}/apply/")
    assert look.lead(second).status == "approved" and look.lead(first).revision == 1
    assert f"statement:{later}:3:2" in look_reference(shop, second)

    last = desk.mapped(shop.file(shop.line("A-1", "returned"), shop.line("A-2")))
    rows = {row.order_id: row for row in look.rows(last)}
    assert (rows["A-1"].match_class, rows["A-1"].revision, rows["A-1"].is_accepted) == ("status_differs", 2, False)
    assert "This row has changed" in desk.page(last).text
    desk.post(f"{last}/rows/", {"do": "include", "row": [rows["A-1"].pk]})
    desk.post(f"{last}/apply/")
    assert (look.lead(first).status, look.lead(first).reason) == ("declined", "returned")
    look.books()


def look_reference(shop, lead):
    with network_scope(shop.network.pk):
        return list(lead.revisions.values_list("source_reference", flat=True))


def test_currency_and_tolerance(shop, desk, look):
    euro, near, far = shop.lead("A-1"), shop.lead("A-2"), shop.lead("A-3")
    pk = desk.mapped(
        shop.file(
            shop.line("A-1", currency="EUR"), shop.line("A-2", amount="101.00"), shop.line("A-3", amount="103.00")
        ),
        tolerance="5", percent="2",
    )  # fmt: skip
    rows = {row.order_id: row for row in look.rows(pk)}
    assert (rows["A-1"].match_class, rows["A-1"].action) == ("currency_differs", "")
    assert (rows["A-2"].match_class, rows["A-2"].order_amount) == ("within_tolerance", None)
    assert (rows["A-3"].match_class, rows["A-3"].is_accepted) == ("amount_differs", False)
    assert desk.post(f"{pk}/rows/", {"do": "include", "row": [rows["A-1"].pk]}).status_code == 302
    desk.post(f"{pk}/rows/", {"do": "include", "all": "class", "class": "amount_differs"})
    desk.post(f"{pk}/apply/")
    assert look.lead(euro).status == "pending"
    assert (look.lead(near).status, look.lead(near).order_amount) == ("approved", usd("100"))
    assert (look.lead(far).order_amount, look.lead(far).earning) == (usd("103"), usd("8.24"))
    desk.post(f"{pk}/withdraw/")
    assert (look.lead(far).order_amount, look.lead(far).earning) == (usd("100"), usd("8"))
    assert look.lead(far).status == "pending"
    look.books()


def test_leads_only_ours_are_declined_only_by_choice(shop, desk, look):
    shop.lead("A-1")
    missing = shop.lead("A-2")
    pk = desk.mapped(shop.file(shop.line("A-1")))
    assert "Decline all" in desk.page(pk).text
    desk.post(f"{pk}/rows/", {"do": "include", "all": "class", "class": "ours_only"})
    row = next(row for row in look.rows(pk) if row.conversion_id == missing.pk)
    desk.post(f"{pk}/rows/", {"do": "reason", "reason": "wrong_data", "row": [row.pk]})
    desk.post(f"{pk}/apply/")
    assert (look.lead(missing).status, look.lead(missing).reason) == ("declined", "wrong_data")
    later = desk.mapped(shop.file(shop.line("A-2")))
    assert look.rows(later)[0].match_class == "status_differs", "it was not settled by a row"


def test_a_row_that_was_left_out_decides_nothing(shop, desk, look):
    lead = shop.lead("A-1")
    pk = desk.mapped(shop.file(shop.line("A-1")))
    desk.post(f"{pk}/rows/", {"do": "exclude", "row": [look.rows(pk)[0].pk]})
    desk.post(f"{pk}/apply/")
    assert look.lead(lead).status == "pending" and look.statement(pk).state == "closed"


def test_a_shopify_export(shop, desk, look):
    content = shared_file("statements/shopify/orders_export_multiline.csv").read_bytes()
    pk = desk.mapped(content, "orders_export.csv")
    statement = look.statement(pk)
    assert (statement.state, statement.summary["rows"], statement.summary["skipped"]) == ("matched", 51, 70)
    assert "51 rows" in desk.page(pk).text
    assert desk.post(f"{pk}/apply/").status_code == 302


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"), (b"%PDF-1.7 something", "PDF"), (b"<html><body>Not found</body></html>", "web page"),
        (b"PK\x03\x04 broken", "zip"), (b"1;2;3\n4;5;6\n", "No row names the columns"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 100, "old Excel"), (b'a;"b\n' + b"x" * 200_000, "not closed"),
    ],
)  # fmt: skip
def test_what_is_no_statement_is_refused_with_a_sentence(shop, desk, content, words):
    answer = desk.upload(content)
    assert answer.status_code == 422 and words in answer.text


def test_a_column_that_is_needed(shop, desk):
    pk = desk.number(desk.upload(b"Colour;Status\nred;approved\n"))
    page = desk.client.get(f"/advertiser/statements/{pk}/mapping/")
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    answer = desk.post(f"{pk}/mapping/", values | {"do": "save"})
    assert answer.status_code == 422 and "order id or our click id" in answer.text
