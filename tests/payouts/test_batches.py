"""Batches over HTTP: made by one person, confirmed by another, one register, every step once."""

import csv
import hashlib
import io

import pytest
from django.db import IntegrityError, connection, transaction
from python_calamine import CalamineWorkbook

from cpanet.accounts.models import Affiliate, AuditEntry
from payouts.models import BatchRegister, PayoutBatch
from payouts.services import batches
from tests.factories import NOW
from tests.payouts import story
from tests.payouts.story import BATCHES, status_of, text_of


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
