"""Applying that is killed, contradicted, or done twice ends with the same books."""

import json

import pytest
from django.core.management import call_command
from django.utils import timezone

from cpanet.ledger.selectors import webmaster_balance
from cpanet.tenancy.scope import network_scope
from offers.services import Figures, set_rate
from reconciliation.services import applying
from tests.reconciliation.conftest import usd
from tracking.services.decisions import decide


class Killed(Exception):
    pass


def decided(shop, lead, status, source="manager", **more):
    with network_scope(shop.network.pk):
        decide(conversion_id=lead.pk, status=status, source=source, actor=None, now=timezone.now(), **more)


def test_killed_in_the_middle_and_run_again(shop, desk, look, monkeypatch):
    leads = [shop.lead(f"A-{n}") for n in range(6)]
    pk = desk.mapped(shop.file(*(shop.line(f"A-{n}") for n in range(6))))
    done, real = [], applying.decide

    def dies(**given):
        decision = real(**given)  # the decision is made, and lost with its transaction
        done.append(given)
        if len(done) == 3:
            raise Killed
        return decision

    monkeypatch.setattr(applying, "decide", dies)
    desk.post(f"{pk}/apply/")
    assert len(done) == 3
    statement = look.statement(pk)
    assert statement.state == "applying" and statement.job.state == "failed"
    assert sorted(look.lead(lead).status for lead in leads) == ["approved"] * 2 + ["pending"] * 4
    look.books()
    assert "The work was broken off" in desk.page(pk).text

    desk.post(f"{pk}/apply/")
    assert look.statement(pk).state == "closed"
    assert {(look.lead(lead).status, look.lead(lead).revision) for lead in leads} == {("approved", 1)}
    with network_scope(shop.network.pk):
        assert webmaster_balance(affiliate_id=shop.people.alice.affiliate.pk, currency="USD").hold == usd("48")
    look.books()
    desk.post(f"{pk}/apply/")
    assert {look.lead(lead).revision for lead in leads} == {1}, "a closed statement is not applied again"


def test_withdrawing_that_is_killed_goes_on(shop, desk, look, monkeypatch):
    leads = [shop.lead(f"A-{n}") for n in range(4)]
    pk = desk.mapped(shop.file(*(shop.line(f"A-{n}") for n in range(4))))
    desk.post(f"{pk}/apply/")
    module = "reconciliation.services.withdrawing"
    calls = []

    def dies(**given):
        calls.append(given)
        if len(calls) == 2:
            raise Killed
        return decide(**given)

    monkeypatch.setattr(f"{module}.decide", dies)
    desk.post(f"{pk}/withdraw/")
    assert look.statement(pk).state == "withdrawing"
    desk.post(f"{pk}/withdraw/")
    assert {(look.lead(lead).status, look.lead(lead).revision) for lead in leads} == {("pending", 2)}
    assert look.statement(pk).message == "4 of 4 leads taken back."
    look.books()


def test_a_lead_that_was_changed_after_the_comparison_is_left_alone(shop, desk, look):
    lead, other = shop.lead("A-1"), shop.lead("A-2")
    pk = desk.mapped(shop.file(shop.line("A-1"), shop.line("A-2")))
    decided(shop, lead, "declined", source="advertiser", reason="fraud")
    desk.post(f"{pk}/apply/")
    assert (look.lead(lead).status, look.lead(other).status) == ("declined", "approved")
    page = desk.page(pk).text
    assert "the lead was changed after the comparison" in page and "1 of 2 leads decided" in page


def test_the_preview_prices_by_category_as_the_decision_does(shop, desk, look):
    """Lamps (60 of 100) bring 20 % and 15 %, the rest 10 % and 8 %; the statement says 50."""
    with network_scope(shop.network.pk):
        figures = Figures(revenue_percent=2000, earning_percent=1500)
        set_rate(goal=shop.goal, figures=figures, category="lamps", actor=None, now=shop.at)
    lead = shop.lead("A-1", basket=({"category": "Lamps", "price": "60", "quantity": "1"},
                                    {"category": "", "price": "40", "quantity": "1"}))  # fmt: skip
    assert lead.earning == usd("12.2")
    pk = desk.mapped(shop.file(shop.line("A-1", amount="50.00")))
    row = look.rows(pk)[0]
    assert (row.revenue_change, row.earning_change) == (usd("8"), usd("6.1"))
    desk.post(f"{pk}/rows/", {"do": "include", "row": [row.pk]})
    desk.post(f"{pk}/apply/")
    assert (look.lead(lead).recognised_revenue, look.lead(lead).held) == (usd("8"), usd("6.1"))


def test_a_managers_word_stands_and_the_row_says_so(shop, desk, look):
    lead = shop.lead("A-1")
    decided(shop, lead, "declined", reason="fraud")
    pk = desk.mapped(shop.file(shop.line("A-1")))
    row = look.rows(pk)[0]
    assert (row.match_class, row.revenue_change, row.is_accepted) == ("status_differs", 0, False)
    desk.post(f"{pk}/rows/", {"do": "include", "row": [row.pk]})
    desk.post(f"{pk}/apply/")
    assert look.lead(lead).status == "declined"
    assert "a manager has decided otherwise" in desk.page(pk).text


def test_a_lead_decided_since_is_not_taken_back(shop, desk, look):
    lead, other = shop.lead("A-1"), shop.lead("A-2")
    pk = desk.mapped(shop.file(shop.line("A-1"), shop.line("A-2")))
    desk.post(f"{pk}/apply/")
    decided(shop, lead, "declined", reason="fraud")
    desk.post(f"{pk}/withdraw/")
    assert (look.lead(lead).status, look.lead(other).status) == ("declined", "pending")
    assert "somebody has decided about this lead since" in desk.page(pk).text
    assert look.statement(pk).message == "1 of 2 leads taken back."
    look.books()


def test_another_statement_cannot_claim_a_settled_lead(shop, desk, look):
    shop.lead("A-1")
    desk.post(f"{desk.mapped(shop.file(shop.line('A-1')))}/apply/")
    other = desk.number(desk.upload(shop.file(shop.line("A-1", "cancelled")), source="Another system"))
    form = desk.client.get(f"/advertiser/statements/{other}/mapping/").context["form"]
    values = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    desk.post(f"{other}/mapping/", values | {"do": "save"})
    assert look.rows(other)[0].match_class == "duplicate_across"


@pytest.mark.parametrize("path", ["", "mapping/", "file/"])
def test_a_statement_of_somebody_else_does_not_exist(shop, desk, path):
    pk = desk.mapped(shop.file(shop.line("A-1")))
    people = shop.people
    assert people.eve.client.get(f"/advertiser/statements/{pk}/{path}").status_code == 404
    assert people.dora.client.get(f"/advertiser/statements/{pk}/{path}").status_code == 404
    assert people.boss.client.get(f"/manager/statements/{pk}/{path}").status_code == 404
    assert people.alice.client.get(f"/advertiser/statements/{pk}/{path}").status_code == 404
    assert people.stranger.client.get(f"/advertiser/statements/{pk}/{path}").status_code == 302


@pytest.mark.parametrize("step", ["apply", "withdraw", "discard", "match", "rows", "mapping"])
def test_who_may_only_look_changes_nothing(shop, desk, look, step):
    pk = desk.mapped(shop.file(shop.line("A-1")))
    people = shop.people
    for who, code in ((people.support, 403), (people.manager, 403)):
        assert who.client.get(f"/manager/statements/{pk}/").status_code == 200
        assert who.client.post(f"/manager/statements/{pk}/{step}/", {}).status_code == code
    assert people.eve.client.post(f"/advertiser/statements/{pk}/{step}/", {}).status_code == 404
    assert people.support.client.get("/manager/statements/new/").status_code == 403
    assert look.statement(pk).state == "matched"


def test_only_the_staff_reads_what_webmasters_earn(shop, desk):
    shop.lead("A-1", "1000")
    pk = desk.mapped(shop.file(shop.line("A-1", amount="1000.00")))
    adam, adman = desk.page(pk).text, shop.people.adman.client.get(f"/manager/statements/{pk}/").text
    assert "$100.00" in adam and "$80.00" not in adam and "Alice" not in adam
    assert "$80.00" in adman and "/manager/leads/" in adman


def test_the_staff_uploads_for_an_advertiser(shop, desk, look, run_queue, tmp_path):
    lead, adman = shop.lead("A-1"), shop.people.adman.client
    path = tmp_path / "a.csv"
    path.write_bytes(shop.file(shop.line("A-1")))
    with path.open("rb") as file:
        answer = adman.post("/manager/statements/new/", {"file": file, "advertiser": shop.people.adam.advertiser.pk})
    pk = desk.number(answer)
    form = adman.get(f"/manager/statements/{pk}/mapping/").context["form"]
    values = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    for step, given in (("mapping", values | {"do": "save"}), ("apply", {})):
        with run_queue():
            assert adman.post(f"/manager/statements/{pk}/{step}/", given).status_code == 302
    assert look.lead(lead).status == "approved"
    assert f"/advertiser/statements/{pk}" not in adman.get("/manager/statements/").text
    with path.open("rb") as file:
        foreign = {"file": file, "advertiser": shop.people.dora.advertiser.pk}
        assert adman.post("/manager/statements/new/", foreign).status_code == 422


def test_lists_begin_with_one_action(shop, desk):
    page = desk.client.get("/advertiser/statements/").text
    assert "No statements yet" in page and page.count('href="new/"') == 1
    assert 'href="new/"' not in shop.people.support.client.get("/manager/statements/").text


def command(capsys, *words):
    code = 0
    try:
        call_command("reconcile", *words)
    except SystemExit as end:
        code = end.code
    return code, json.loads(capsys.readouterr().out.strip().splitlines()[-1])


def test_the_command(shop, look, tmp_path, capsys):
    good, gone = shop.lead("A-1"), shop.lead("A-2")
    path = tmp_path / "orders.csv"
    lines = [shop.line("A-1"), shop.line("A-2", "cancelled"), shop.line("A-3"), "x;approved;1e9x;USD;"]
    path.write_bytes(shop.file(*lines))
    words = ["--host", "alpha.test", "--advertiser", str(shop.people.adam.advertiser.pk), "--file", str(path)]
    code, report = command(capsys, *words, "--apply")
    assert (code, report["status"], report["rows"], report["applied"]) == (0, "applied", 4, 2)
    assert {name: n for name, n in report["classes"].items() if n} == {"equal": 2, "theirs_only": 1, "row_error": 1}
    assert sum(report["conversions"].values()) == report["leads"] == 2
    assert report["money"] == {"USD": {"approve": "10.00", "decline": "10.00", "revenue": "10.00", "earning": "8.00"}}
    assert (look.lead(good).status, look.lead(gone).status) == ("approved", "declined")
    look.books()
    code, report = command(capsys, *words)
    assert (code, report["status"], report["code"]) == (1, "refused", "known_file")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"Colour;Status\nred;approved\n", "column_missing"),
        (b"Order;Colour\nA-1;red\n", "column_missing"),
        (b"", "statement_refused"),
    ],
)
def test_the_command_refuses_clearly(shop, tmp_path, capsys, content, code):
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    words = ["--host", "alpha.test", "--advertiser", str(shop.people.adam.advertiser.pk), "--file", str(path)]
    ended, report = command(capsys, *words)
    assert (ended, report["status"], report["code"]) == (1, "refused", code) and report["message"]
    assert command(capsys, *words[:3], "999999", *words[4:])[0] == 1
