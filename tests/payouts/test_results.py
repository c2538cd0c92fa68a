"""Files of a batch: for the bank, and what the bank says of it."""

from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import etree

from payouts.models import BatchRegister, Payout
from payouts.pain001 import ALLOWED, NAMESPACE, Debtor, Transfer, as_pain001, plain
from payouts.results import BadResultFile, read_results
from payouts.services import agreed, batches
from tests.payouts import story
from tests.payouts.story import AFTER_HOLD, BATCHES, IBAN, PAYOUTS, money, status_of

PATHS = {"p": NAMESPACE}
ORDER = {
    "GrpHdr": ["MsgId", "CreDtTm", "NbOfTxs", "CtrlSum", "InitgPty"],
    "PmtInf": ["PmtInfId", "PmtMtd", "BtchBookg", "NbOfTxs", "CtrlSum", "PmtTpInf", "ReqdExctnDt", "Dbtr", "DbtrAcct",
               "DbtrAgt", "ChrgBr", "CdtTrfTxInf"],
    "CdtTrfTxInf": ["PmtId", "Amt", "CdtrAgt", "Cdtr", "CdtrAcct", "RmtInf"],
}  # fmt: skip


def texts(root, path):
    return root.xpath("//" + "/".join(f"p:{name}" for name in path.split("/")) + "/text()", namespaces=PATHS)


def assert_in_order(root):
    """Elements stand in the order of the schema, each of its sequence at most once but for transfers."""
    for name, order in ORDER.items():
        for element in root.iter(f"{{{NAMESPACE}}}{name}"):
            found = [etree.QName(child).localname for child in element]
            places = [order.index(each) for each in found]
            assert places == sorted(places)
            repeated = {each for each in found if found.count(each) > 1}
            assert repeated <= {"CdtTrfTxInf"}


@pytest.mark.parametrize("currency", ["EUR", "USD"])
def test_message_for_the_bank(currency):
    transfers = [
        Transfer("payout_1", "10.50", "Ольга Щукина", "DE89370400440532013000", "COBADEFFXXX", "Payout № 1"),
        Transfer("payout_2", "0.07", "Łukasz Ğül/", "TR330006100519786457841326"),
    ]
    debtor = Debtor("Альфа & Co", "GB82WEST12345698765432", country="GB", address="x" * 140)
    made_at, pay_on = datetime(2026, 11, 22, 10, 30, tzinfo=UTC), date(2026, 11, 23)
    content = as_pain001(
        transfers, debtor, message_id="cpanet-1-2", currency=currency, made_at=made_at, pay_on=pay_on
    )  # fmt: skip
    root = etree.fromstring(content)
    assert root.tag == f"{{{NAMESPACE}}}Document"
    assert_in_order(root)
    assert texts(root, "GrpHdr/CtrlSum") == texts(root, "PmtInf/CtrlSum") == ["10.57"]
    assert texts(root, "GrpHdr/NbOfTxs") == ["2"]
    assert texts(root, "ReqdExctnDt/Dt") == ["2026-11-23"]
    assert texts(root, "Cdtr/Nm") == ["Olga Shchukina", "Lukasz Gul"]
    assert texts(root, "Dbtr/Nm") == ["Alfa + Co"]
    assert texts(root, "EndToEndId") == ["payout-1", "payout-2"]
    assert texts(root, "DbtrAgt/FinInstnId/Othr/Id") == ["NOTPROVIDED"]
    assert texts(root, "SvcLvl/Cd") == (["SEPA"] if currency == "EUR" else [])
    assert all(set(text.strip()) <= ALLOWED for text in root.itertext())


def test_words_of_the_bank_are_short_and_plain():
    assert plain("//a//b/", 70) == "a/b"
    assert plain("中文", 70) == "NOTPROVIDED"
    assert len(plain("я" * 200, 70)) <= 70


def test_register_for_the_bank_over_http(people, in_network):
    rules = {"cooling_days": 0, "debtor_name": "Alpha", "debtor_iban": IBAN, "debtor_bic": "", "debtor_country": "de"}
    agreed.save_rules(**rules, debtor_address="", actor=None, now=AFTER_HOLD)
    payout = story.waiting(people.alice.affiliate, "50", pay_by=story.method(currency="USD"))
    batch = story.sent([payout], first=people.finance.user, second=people.owner.user)
    answer = people.finance.client.post(f"{BATCHES}{batch.pk}/register/xml/")
    assert answer.headers["Content-Type"] == "application/xml"
    root = etree.fromstring(answer.content)
    assert texts(root, "InstdAmt") == ["48.50"]
    assert texts(root, "CdtrAcct/Id/IBAN") == ["DE89370400440532013000"]
    assert texts(root, "EndToEndId") == [payout.public_id.replace("_", "-")]
    assert BatchRegister.objects.filter(batch=batch).count() == 3


def test_without_a_payer_there_is_no_message(confirmed, people):
    assert people.finance.client.post(f"{BATCHES}{confirmed.pk}/register/xml/").status_code == 404


@pytest.fixture
def five(people, in_network):
    """A sent batch of five payouts of 10.00."""
    story.earned(people.alice.affiliate, "100")
    pay_to = story.payable(people.alice.affiliate, story.method())
    payouts = [story.requested(people.alice.affiliate, "10", pay_to) for _ in range(5)]
    return story.sent(payouts, first=people.finance.user, second=people.owner.user), payouts


def upload(client, batch, text):
    file = SimpleUploadedFile("result.csv", text.encode() if isinstance(text, str) else text)
    return client.post(f"{BATCHES}{batch.pk}/results/", {"file": file})


def test_result_file_is_shown_first_and_written_down_once(five, people):
    batch, (one, two, three, four, five_) = five
    text = (
        "Payout;Outcome;Reason\r\n"
        f"{one.public_id};paid;\r\n{two.pk};FAILED;Account closed\r\n{three.pk};failed;\r\n"
        f"nobody;paid;\r\n{one.pk};failed;x\r\n{four.pk};returned;x\r\n{five_.pk};burnt;\r\n"
    )
    answer = upload(people.finance.client, batch, text)
    page = answer.content.decode()
    assert answer.status_code == 200
    for words in ("Say why", "no such payout in this batch", "in the file twice", "that cannot be", "outcome is one"):
        assert words in page
    assert "Write down 2 outcomes" in page
    assert {status_of(payout) for payout in five[1]} == {"sent"}
    content = {"content": text}
    for _ in range(2):
        assert people.finance.client.post(f"{BATCHES}{batch.pk}/results/", content).status_code == 302
    assert [status_of(payout) for payout in five[1]] == ["paid", "failed", "sent", "sent", "sent"]
    assert money(people.alice.affiliate) == {"available": "60.00", "in_payout": "26.70", "paid": "8.90"}
    assert status_of(batch) == "sent"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "empty"), (b"\n\n", "no lines"), (b"payout,outcome\n", "no lines"), (b"a\0b", "no CSV"),
     (b"1,paid\n" * 2001, "more than 2000")],
)  # fmt: skip
def test_unreadable_file_is_refused(five, people, content, words):
    answer = upload(people.finance.client, five[0], content)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)


def test_files_of_spreadsheets_are_understood():
    rows = read_results("﻿'payout_x\tpaid\nпэйаут\tfailed\tсчёт закрыт\n".encode())
    assert [(row.payout, row.outcome, row.reason) for row in rows] == [
        ("payout_x", "paid", ""),
        ("пэйаут", "failed", "счёт закрыт"),
    ]
    assert read_results("1;failed;счёт".encode("cp1251"))[0].reason == "счёт"
    with pytest.raises(BadResultFile):
        read_results(b"x" * 1_100_000)


def test_chosen_payouts_are_marked_together(five, people):
    batch, payouts = five
    mark = f"{BATCHES}{batch.pk}/mark/"
    client = people.finance.client
    chosen = [str(payout.pk) for payout in payouts[:3]]
    client.post(mark, {"payout": chosen, "outcome": "failed"})
    assert {status_of(payout) for payout in payouts} == {"sent"}
    client.post(mark, {"payout": chosen, "outcome": "paid"})
    client.post(mark, {"payout": chosen[:2], "outcome": "returned", "reason": "Unknown account"})
    client.post(mark, {"payout": [str(p.pk) for p in payouts[3:]], "outcome": "failed", "reason": "Closed"})
    assert [status_of(payout) for payout in payouts] == ["returned", "returned", "paid", "failed", "failed"]
    assert status_of(batch) == "closed"
    assert people.support.client.post(mark, {"payout": chosen, "outcome": "paid"}).status_code == 403


def test_batch_of_another_is_not_touched(five, people):
    other = story.waiting(people.bob.affiliate, "50", earn="100")
    people.finance.client.post(f"{BATCHES}{five[0].pk}/mark/", {"payout": [str(other.pk)], "outcome": "paid"})
    assert status_of(other) == "requested"


def test_receipt_of_a_paid_payout(five, people):
    batch, payouts = five
    address = f"{PAYOUTS}{payouts[0].pk}/receipt/"
    assert people.alice.client.get(address).status_code == 404
    batches_of = Payout.objects.filter(batch=batch)
    assert batches_of.count() == 5
    people.finance.client.post(f"{BATCHES}{batch.pk}/mark/", {"payout": [str(payouts[0].pk)], "outcome": "paid"})
    answer = people.alice.client.get(address)
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
    assert people.bob.client.get(address).status_code == 404
    assert batches.PayoutBatch.objects.get(pk=batch.pk).status == "sent"
