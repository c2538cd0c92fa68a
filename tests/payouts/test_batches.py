"""Batches over HTTP: made by one person, confirmed by another, one register, every step once."""

import csv
import hashlib
import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from cpanet.accounts.models import Affiliate, AuditEntry
from cpanet.core.errors import Conflict
from cpanet.ledger.models import Journal
from payouts.models import BatchRegister, Payout, PayoutBatch
from payouts.services import batches, outcomes, requests
from tests.factories import NOW
from tests.payouts import story
from tests.payouts.story import AFTER_HOLD, money, usd
from tests.payouts.test_webmaster_pages import text_of

INBOX, BATCHES = "/manager/payouts/", "/manager/batches/"


@pytest.fixture
def payout(people, in_network):
    """50.00 requested by Alice."""
    return story.waiting(people.alice.affiliate, "50")


@pytest.fixture
def batch(payout, people):
    """A batch in review with Alice's payout, made by finance."""
    return batches.create_batch(
        method_id=payout.method_id, payout_ids=[payout.pk], actor=people.finance.user, now=AFTER_HOLD
    )


@pytest.fixture
def confirmed(batch, people):
    return batches.confirm_batch(batch_id=batch.pk, actor=people.owner.user, now=AFTER_HOLD)


def status_of(row):
    return type(row).objects.get(pk=row.pk).status


# -- The inbox -------------------------------------------------------------------------------------------------------


def test_inbox_shows_what_waits_and_makes_a_batch(payout, people):
    page = people.finance.client.get(INBOX)
    assert "$50.00" in text_of(page)
    assert "First payout" in text_of(page)
    assert f'value="{payout.pk}" form="batch"' in page.content.decode()
    made = people.finance.client.post(f"{BATCHES}new/", {"payout": [payout.pk]})
    batch = PayoutBatch.objects.get()
    assert made.headers["Location"] == f"{BATCHES}{batch.pk}/"
    assert (batch.created_by, status_of(payout)) == (people.finance.user, "approved")
    again = people.finance.client.post(f"{BATCHES}new/", {"payout": [payout.pk]})
    assert again.headers["Location"] == made.headers["Location"]
    assert PayoutBatch.objects.count() == 1


@pytest.mark.parametrize("chosen", [[], ["x"], ["0"], ["9" * 30], ["-1"]])
def test_batch_of_nothing_is_refused(payout, people, chosen):
    page = people.finance.client.post(f"{BATCHES}new/", {"payout": chosen}, follow=True)
    assert "Choose at least one payout" in page.content.decode()
    assert not PayoutBatch.objects.exists()


def test_batch_holds_one_method(payout, people):
    other = story.waiting(people.bob.affiliate, "50", pay_by=story.method(kind="iban"))
    page = people.finance.client.post(f"{BATCHES}new/", {"payout": [payout.pk, other.pk]}, follow=True)
    assert "payouts of one method" in page.content.decode()
    assert not PayoutBatch.objects.exists()


def test_payout_that_is_gone_makes_no_batch(payout, people):
    other = story.waiting(people.bob.affiliate, "50", pay_by=payout.method)
    requests.cancel_payout(affiliate=people.bob.affiliate, payout_id=other.pk, actor=None, now=AFTER_HOLD)
    page = people.finance.client.post(f"{BATCHES}new/", {"payout": [payout.pk, other.pk]}, follow=True)
    assert "1 of the 2 chosen payouts do not wait any more" in page.content.decode()
    assert status_of(payout) == "requested"


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ({"q": "Alice"}, True),
        ({"q": "ALI"}, True),
        ({"q": "nobody"}, False),
        ({"status": "paid"}, False),
        ({"status": "requested"}, True),
        ({"status": "';--"}, True),
        ({"since": "2030-01-01"}, False),
        ({"q": "9" * 40}, False),
        ({"method": "999999"}, True),
        ({"sort": "-amount", "page": "77"}, True),
    ],
)
def test_inbox_filters(payout, people, query, finds):
    response = people.finance.client.get(INBOX, query)
    assert response.status_code == 200
    assert (f"#{payout.pk} ·" in text_of(response)) is finds


def test_inbox_finds_by_public_id(payout, people):
    assert f"#{payout.pk} ·" in text_of(people.finance.client.get(INBOX, {"q": payout.public_id}))


# -- Two persons -----------------------------------------------------------------------------------------------------


def test_maker_cannot_confirm(batch, people):
    assert "A second person must confirm" in text_of(people.finance.client.get(f"{BATCHES}{batch.pk}/"))
    response = people.finance.client.post(f"{BATCHES}{batch.pk}/confirm/")
    assert response.status_code == 403
    assert "A second person must confirm" in response.content.decode()
    assert status_of(batch) == "draft"


def test_database_knows_two_persons_too(batch, people):
    with pytest.raises(IntegrityError, match="batch_has_two_persons"), transaction.atomic():
        PayoutBatch.objects.filter(pk=batch.pk).update(status="confirmed", confirmed_by=people.finance.user)
    with pytest.raises(IntegrityError, match="batch_confirmed_before_sent"), transaction.atomic():
        PayoutBatch.objects.filter(pk=batch.pk).update(status="confirmed")


def test_second_person_confirms_and_the_registers_are_made(batch, people):
    page = text_of(people.owner.client.get(f"{BATCHES}{batch.pk}/"))
    assert "Confirm" in page
    for _ in range(2):
        assert people.owner.client.post(f"{BATCHES}{batch.pk}/confirm/").status_code == 302
    batch.refresh_from_db()
    assert (batch.status, batch.confirmed_by) == ("confirmed", people.owner.user)
    assert {register.format for register in BatchRegister.objects.all()} == {"csv", "xlsx"}
    assert batch.register_hash == BatchRegister.objects.get(format="csv").sha256
    assert AuditEntry.objects.filter(action="payout_batch.confirmed").count() == 1


# -- The register ----------------------------------------------------------------------------------------------------


def register(client, batch, format):
    return client.post(f"{BATCHES}{batch.pk}/register/{format}/")


def test_register_is_the_same_file_every_time_and_each_download_is_written_down(confirmed, payout, people):
    first, second = (register(people.finance.client, confirmed, "csv") for _ in range(2))
    assert first.content == second.content
    assert first["X-Content-SHA256"] == hashlib.sha256(first.content).hexdigest() == confirmed.register_hash
    assert first["Content-Disposition"] == f'attachment; filename="payouts-batch-{confirmed.pk}.csv"'
    assert AuditEntry.objects.filter(action="payout_batch.register_opened", actor=people.finance.user).count() == 2
    [row] = csv.DictReader(io.StringIO(first.content.decode("utf-8-sig")))
    assert row == {
        "Payout": payout.public_id,
        "Webmaster": "Alice",
        "Holder": "Alice Lee",
        "Account": "DE89370400440532013000",
        "Method": "Bank transfer (IBAN)",
        "Amount": "48.50",
        "Currency": "USD",
        "Purpose": f"Payout {payout.public_id}",
    }


def test_register_in_xlsx_says_the_same(confirmed, payout, people):
    content = register(people.finance.client, confirmed, "xlsx").content
    head, row = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert dict(zip(head, row, strict=True))["Account"] == "DE89370400440532013000"
    assert dict(zip(head, row, strict=True))["Amount"] == "48.50"


def test_register_does_not_change_with_the_webmaster(confirmed, people):
    before = register(people.finance.client, confirmed, "csv").content
    Affiliate.objects.filter(pk=people.alice.affiliate.pk).update(name="Mallory")
    story.payable(people.alice.affiliate, confirmed.method, account=story.OTHER_IBAN)
    assert register(people.finance.client, confirmed, "csv").content == before


def test_register_runs_no_formula(people, in_network):
    Affiliate.objects.filter(pk=people.alice.affiliate.pk).update(name='=HYPERLINK("http://evil","x")')
    payout = story.waiting(people.alice.affiliate, "50")
    batch = batches.create_batch(method_id=payout.method_id, payout_ids=[payout.pk], actor=people.finance.user, now=NOW)
    batches.confirm_batch(batch_id=batch.pk, actor=people.owner.user, now=NOW)
    [row] = csv.DictReader(io.StringIO(register(people.finance.client, batch, "csv").content.decode("utf-8-sig")))
    assert row["Webmaster"] == '\'=HYPERLINK("http://evil","x")'
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(register(people.finance.client, batch, "xlsx").content))
    assert sheet.get_sheet_by_index(0).to_python()[1][1] == '=HYPERLINK("http://evil","x")'


def test_there_is_no_register_before_the_confirmation_nor_of_another_format(batch, confirmed, people):
    assert register(people.finance.client, confirmed, "pdf").status_code == 404
    assert people.finance.client.get(f"{BATCHES}{confirmed.pk}/register/csv/").status_code == 405


def test_register_lies_encrypted(confirmed):
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM payouts_batchregister")
        stored = "".join(row[0] for row in cursor.fetchall())
    assert "Alice" not in stored
    assert "REU4OTM3MDQwMDQ0MDUzMjAxMzAwMA" not in stored


# -- Sending and settling --------------------------------------------------------------------------------------------


def act(client, batch, action):
    return client.post(f"{BATCHES}{batch.pk}/act/", {"action": action})


def test_sent_and_paid_happen_once(confirmed, payout, people):
    for _ in range(2):
        assert act(people.finance.client, confirmed, "sent").status_code == 302
    assert status_of(payout) == "sent"
    assert money(people.alice.affiliate) == {"available": "50.00", "in_payout": "48.50"}
    for _ in range(2):
        assert act(people.finance.client, confirmed, "paid").status_code == 302
    assert (status_of(payout), status_of(confirmed)) == ("paid", "closed")
    assert money(people.alice.affiliate) == {"available": "50.00", "paid": "48.50"}
    kinds = Journal.objects.filter(subject=payout.subject).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["payout_request", "payout_send", "payout_confirm"]


def test_batch_must_be_confirmed_before_it_is_sent(batch, people):
    response = act(people.finance.client, batch, "sent")
    assert response.status_code == 409
    assert "is “In review” meanwhile" in response.content.decode()
    assert money(people.alice.affiliate)["in_payout"] == "50.00"


def test_unknown_action_is_refused(batch, people):
    assert act(people.finance.client, batch, "burn").status_code == 422


@pytest.mark.parametrize("stage", ["batch", "confirmed"])
def test_dissolved_batch_gives_its_payouts_back_to_the_inbox(request, people, payout, stage):
    batch = request.getfixturevalue(stage)
    for _ in range(2):
        assert act(people.finance.client, batch, "dissolve").status_code == 302
    assert (status_of(batch), status_of(payout)) == ("dissolved", "requested")
    assert money(people.alice.affiliate)["in_payout"] == "50.00"
    again = batches.create_batch(
        method_id=payout.method_id, payout_ids=[payout.pk], actor=people.owner.user, now=AFTER_HOLD
    )
    assert again.pk != batch.pk


def test_sent_batch_cannot_be_dissolved(confirmed, people):
    act(people.finance.client, confirmed, "sent")
    assert act(people.finance.client, confirmed, "dissolve").status_code == 409


def decide(client, payout, action, **fields):
    return client.post(f"{INBOX}{payout.pk}/act/", {"action": action, **fields})


def test_payout_can_be_taken_out_of_a_batch_in_review_only(batch, payout, people):
    for _ in range(2):
        assert decide(people.finance.client, payout, "take_out").status_code == 302
    assert status_of(payout) == "requested"
    again = batches.create_batch(
        method_id=payout.method_id, payout_ids=[payout.pk], actor=people.finance.user, now=AFTER_HOLD
    )
    batches.confirm_batch(batch_id=again.pk, actor=people.owner.user, now=AFTER_HOLD)
    response = decide(people.finance.client, payout, "take_out")
    assert response.status_code == 422
    assert "its register is made" in response.content.decode()
    response = decide(people.finance.client, payout, "reject", reason="Doubtful")
    assert response.status_code == 422
    assert status_of(payout) == "approved"


def test_rejection_needs_a_reason_and_gives_the_money_back(payout, people):
    response = decide(people.finance.client, payout, "reject", reason="  ")
    assert response.status_code == 422
    assert "This field is required" in response.content.decode()
    for _ in range(2):
        assert decide(people.finance.client, payout, "reject", reason="Wrong account").status_code == 302
    assert money(people.alice.affiliate) == {"available": "100.00"}
    assert "Wrong account" in text_of(people.alice.client.get(f"/webmaster/payouts/{payout.pk}/"))


def test_every_outcome_over_http(confirmed, payout, people):
    act(people.finance.client, confirmed, "sent")
    client = people.finance.client
    assert decide(client, payout, "unknown", reason="No answer").status_code == 302
    assert decide(client, payout, "paid", reference="SEPA 1").status_code == 302
    assert status_of(confirmed) == "closed"
    assert "SEPA 1" in text_of(people.alice.client.get(f"/webmaster/payouts/{payout.pk}/"))
    assert decide(client, payout, "failed", reason="x").status_code == 422
    for _ in range(2):
        assert decide(client, payout, "returned", reason="Account closed").status_code == 302
    assert status_of(payout) == "returned"
    assert money(people.alice.affiliate) == {"available": "98.50"}
    assert decide(client, payout, "nonsense").status_code == 422


@pytest.mark.parametrize(
    ("start", "service", "fields"),
    [
        ("requested", outcomes.mark_failed, {"reason": "x"}),
        ("requested", outcomes.mark_returned, {"reason": "x"}),
        ("requested", outcomes.mark_unknown, {"reason": "x"}),
        ("rejected", batches.take_out, {}),
    ],
)
def test_no_outcome_out_of_order(payout, people, start, service, fields):
    if start == "rejected":
        requests.reject_payout(payout_id=payout.pk, reason="x", actor=None, now=AFTER_HOLD)
    before = (money(people.alice.affiliate), Journal.objects.count())
    with pytest.raises(Conflict):
        service(payout_id=payout.pk, actor=people.finance.user, now=AFTER_HOLD, **fields)
    assert (money(people.alice.affiliate), Journal.objects.count()) == before


# -- Looking twice ---------------------------------------------------------------------------------------------------


def signals(people, payout):
    return text_of(people.finance.client.get(f"{INBOX}{payout.pk}/"))


def test_reasons_to_look_twice(people, in_network, time_machine):
    time_machine.move_to(AFTER_HOLD)
    alice, bank = people.alice.affiliate, story.method()
    lead = story.earned(alice, "100", at=NOW)
    old = story.payable(alice, bank)
    first = story.requested(alice, "10", old)
    page = signals(people, first)
    assert "First payout" in page
    assert "New account" not in page
    assert "Unusually large" not in page
    story.paid([first], first=people.finance.user, second=people.owner.user)
    story.payable(people.bob.affiliate, bank, account=story.OTHER_IBAN)
    big = story.requested(alice, "80", story.payable(alice, bank, account=story.OTHER_IBAN))
    page = signals(people, big)
    assert "First payout" not in page
    assert "Unusually large More than 3 times his average of $10.00" in page
    assert "New account" in page
    assert "Shared account" in page
    assert "Fresh leads" not in page
    story.decline(lead, at=AFTER_HOLD)
    Affiliate.objects.filter(pk=alice.pk).update(status="blocked")
    page = signals(people, big)
    assert "He owes $90.00 by now" in page
    assert "The webmaster is not approved any more" in page
    time_machine.move_to(AFTER_HOLD + timedelta(days=30))
    assert "New account" not in signals(people, big)


def test_freshly_approved_leads_are_a_reason(people, in_network, time_machine):
    time_machine.move_to(AFTER_HOLD)
    alice = people.alice.affiliate
    story.approve(story.lead(alice, earning="60", revenue="80"), at=AFTER_HOLD)
    story.earned(alice, "40", at=NOW)
    payout = story.requested(alice, "100", story.payable(alice, story.method()))
    assert "60% of it may come from leads approved within the last 3 days" in signals(people, payout)


# -- Who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["support", "manager", "adman"])
def test_others_of_the_staff_look_but_do_not_touch(people, confirmed, payout, name):
    client, one, its = getattr(people, name).client, f"{INBOX}{payout.pk}/", f"{BATCHES}{confirmed.pk}/"
    for path in (INBOX, BATCHES, one, its, "/manager/journal/", "/manager/payout-methods/"):
        assert client.get(path).status_code == 200, path
    deposit = f"/manager/advertisers/{people.adam.advertiser.pk}/deposit/"
    acts = [f"{its}confirm/", f"{its}act/", f"{its}register/csv/", f"{one}act/", f"{BATCHES}new/", f"{INBOX}unfreeze/"]
    for path in (*acts, deposit, "/manager/payout-methods/new/"):
        assert client.post(path, {"payout": payout.pk, "action": "sent"}).status_code == 403, path
    assert status_of(confirmed) == "confirmed"
    page = client.get(f"{INBOX}{payout.pk}/").content.decode()
    assert "DE89 •••• 3000" in page
    assert "370400440532" not in page


@pytest.mark.parametrize("name", ["bob", "adam", "charlie", "boss", "stranger"])
def test_strangers_find_nothing(people, confirmed, payout, name):
    client = getattr(people, name).client
    paths = [f"{BATCHES}{confirmed.pk}/", f"{INBOX}{payout.pk}/", f"/webmaster/payouts/{payout.pk}/"]
    acts = [f"{paths[0]}{word}/" for word in ("confirm", "act", "register/csv")]
    acts += [f"{paths[1]}act/", f"{paths[2]}cancel/", f"/webmaster/payout-details/{payout.details_id}/remove/"]
    fine = {302} if name == "stranger" else {404}
    assert {client.get(path).status_code for path in paths} == fine
    assert {client.post(path, {"action": "sent", "reason": "x"}).status_code for path in acts} == fine
    assert (status_of(confirmed), status_of(payout)) == ("confirmed", "approved")


def test_details_of_another_webmaster_cannot_be_used(people, in_network):
    story.earned(people.bob.affiliate, "100")
    hers = story.payable(people.alice.affiliate, story.method())
    form = {"details": hers.pk, "amount": "50", "key": "k"}
    assert people.bob.client.post("/webmaster/payouts/", form).status_code == 422
    assert people.bob.client.get("/webmaster/payouts/quote/", form).status_code == 200
    assert not Payout.objects.exists()


# -- Lists -----------------------------------------------------------------------------------------------------------


def test_query_counts_do_not_grow_with_rows(people, in_network):
    def count(path):
        with CaptureQueriesContext(connection) as queries:
            assert people.finance.client.get(path).status_code == 200
        return len(queries)

    bank = story.method()
    in_batch = story.waiting(people.alice.affiliate, "50", pay_by=bank)
    batch = batches.create_batch(method_id=bank.pk, payout_ids=[in_batch.pk], actor=people.finance.user, now=AFTER_HOLD)
    story.waiting(people.alice.affiliate, "50", pay_by=bank)
    paths = (INBOX, BATCHES, f"{BATCHES}{batch.pk}/", "/manager/journal/", "/manager/payout-methods/")
    few = {path: count(path) for path in paths}
    for webmaster in (people.alice, people.bob, people.bob):
        more = story.waiting(webmaster.affiliate, "40", pay_by=bank)
        story.waiting(webmaster.affiliate, "40", pay_by=story.method())
        Payout.objects.filter(pk=more.pk).update(status="approved", batch=batch)
    batches.create_batch(
        method_id=more.method_id,
        payout_ids=[story.waiting(people.bob.affiliate, "40", pay_by=bank).pk],
        actor=people.owner.user,
        now=AFTER_HOLD,
    )
    assert {path: count(path) for path in paths} == few
    assert max(few.values()) <= 30


def test_totals_by_method_lead_to_their_payouts(payout, people):
    page = people.finance.client.get(INBOX).content.decode()
    assert f"?status=requested&amp;method={payout.method_id}" in page
    assert usd("50") == payout.amount
