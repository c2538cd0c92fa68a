"""Invoices over HTTP: every approved lead in exactly one line, numbers without gaps, papers, payments, credit notes."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import connections
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from cpanet.core.errors import DomainError
from cpanet.tenancy.scope import network_scope
from payouts.books import examine_books
from payouts.invoicing.periods import last_closed
from payouts.models import AdvertiserTerms, Invoice, InvoiceRow, NetworkDetails
from payouts.services import deposits, invoices, terms
from payouts.services.drafts import make_due_drafts
from tests import factories
from tests.factories import NOW
from tests.payouts import story
from tests.payouts.story import text_of, usd

DAY = timedelta(days=1)
PATH = "/manager/invoices/"


@pytest.fixture(autouse=True)
def letters(settings):
    """What is written lies in `mail.outbox` at once."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def shop(people, in_network):
    """Adam's shop with an offer of 60.00 a lead."""
    advertiser = people.adam.advertiser
    offer = factories.offer(advertiser=advertiser, name="=Vacuum <b>Cleaner</b>")
    factories.goal(offer=offer, revenue="60", earning="45")
    return advertiser


def approved(people, shop, *, at=NOW, **options):
    offer = shop.offers(manager="objects").first()
    return story.approve(story.lead(people.alice.affiliate, offer=offer, at=at), at=at, **options)


def draft(people, shop, *, last=None):
    form = {"advertiser": shop.pk, "currency": "USD", "since": "2026-11-01", "last": last or NOW.date().isoformat()}
    return people.finance.client.post(f"{PATH}new/", form)


def act(people, invoice, action, **fields):
    return people.finance.client.post(f"{PATH}{invoice.pk}/act/", {"action": action, **fields})


def pay(shop, amount, *, at=NOW):
    deposits.record_deposit(
        advertiser=shop, amount=usd(amount), currency="USD", reference="Bank", idempotency_key=f"{amount}-{at}",
        actor=None, now=at,
    )  # fmt: skip


@pytest.fixture
def today(time_machine):
    time_machine.move_to(NOW, tick=False)


def test_draft_is_issued_numbered_written_about_and_downloaded(people, shop, today):
    terms.save_details(actor=None, now=NOW, legal_name="Сеть <Alpha>", tax_id="7700", invoice_prefix="A-")
    terms.save_terms(advertiser=shop, actor=None, now=NOW, legal_name="Şeker & Söhne", due_days=10)
    for _ in range(2):
        approved(people, shop)
    response = draft(people, shop)
    invoice = Invoice.objects.get()
    assert response["Location"] == f"{PATH}{invoice.pk}/"
    page = people.finance.client.get(response["Location"]).content.decode()
    assert "=Vacuum &lt;b&gt;Cleaner" in page
    assert people.adam.client.get(f"/advertiser/invoices/{invoice.pk}/").status_code == 404

    assert act(people, invoice, "issue", total=invoice.total).status_code == 302
    invoice.refresh_from_db()
    assert (invoice.number_text, invoice.total, invoice.status) == ("A-1", usd("120"), "issued")
    assert invoice.due_date == NOW.date() + 10 * DAY
    assert "A-1" in mail.outbox[-1].subject and mail.outbox[-1].to == ["adam@example.com"]

    own = people.adam.client
    assert "$120.00" in text_of(own.get(f"/advertiser/invoices/{invoice.pk}/"))
    pdf = own.get(f"/advertiser/invoices/{invoice.pk}/pdf/")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages)
    for words in ("A-1", "Сеть <Alpha>", "Şeker & Söhne", "=Vacuum <b>Cleaner</b>", "$120.00", "2026-11-30"):
        assert words in text
    book = CalamineWorkbook.from_filelike(io.BytesIO(own.get(f"/advertiser/invoices/{invoice.pk}/xlsx/").content))
    rows = book.get_sheet_by_index(1).to_python()
    assert [row[2] for row in rows[1:]] == 2 * ["=Vacuum <b>Cleaner</b>"] and rows[1][5] == 60
    assert people.eve.client.get(f"/advertiser/invoices/{invoice.pk}/pdf/").status_code == 404


def test_every_lead_is_in_one_invoice_and_late_changes_in_the_next_papers(people, shop):
    leads = [approved(people, shop) for _ in range(3)]
    first = story.invoiced(shop, people.finance.user, at=NOW)
    assert first.total == usd("180")
    with pytest.raises(invoices.NothingToInvoice):
        story.invoiced(shop, people.finance.user, at=NOW)
    story.decline(leads[0], at=NOW + DAY)
    story.approve(leads[1], at=NOW + DAY, revenue=usd("70"), earning=usd("45"))
    approved(people, shop, at=NOW + DAY)
    story.invoiced(shop, people.finance.user, at=NOW + 2 * DAY)
    papers = [(each.number, each.kind, each.total) for each in Invoice.objects.order_by("number")]
    assert papers == [
        (1, "invoice", usd("180")), (2, "invoice", usd("70")), (3, "credit_note", usd("-60")),
    ]  # fmt: skip
    assert InvoiceRow.objects.filter(is_correction=False).count() == 4
    assert sum(InvoiceRow.objects.values_list("amount", flat=True)) == usd("190")


def test_payments_settle_the_oldest_first_and_credit_notes_count(people, shop):
    lead = approved(people, shop)
    first = story.invoiced(shop, None, at=NOW)
    approved(people, shop, at=NOW + DAY)
    second = story.invoiced(shop, None, at=NOW + DAY)

    def now():
        return [(each.status, each.settled) for each in Invoice.objects.filter(pk__in=[first.pk, second.pk])][::-1]

    pay(shop, "50", at=NOW + 3 * DAY)
    assert now() == [("partly_paid", usd("50")), ("issued", 0)]
    pay(shop, "20", at=NOW + 4 * DAY)
    assert now() == [("paid", usd("60")), ("partly_paid", usd("10"))]
    assert Invoice.objects.get(pk=first.pk).paid_at == NOW + 4 * DAY
    story.decline(lead, at=NOW + 5 * DAY)
    story.invoiced(shop, None, at=NOW + 5 * DAY)
    assert now() == [("paid", usd("60")), ("paid", usd("60"))]


def test_cancelled_by_a_credit_note_and_invoiced_again(people, shop):
    approved(people, shop)
    pay(shop, "60")
    invoice = story.invoiced(shop, None, at=NOW)
    assert invoice.status == "paid"
    assert act(people, invoice, "cancel", reason=" ").status_code == 422
    assert act(people, invoice, "cancel", reason="Wrong name").status_code == 302
    assert act(people, invoice, "cancel", reason="Again").status_code == 302
    note = Invoice.objects.get(kind="credit_note")
    assert (note.total, note.number, note.cancels) == (usd("-60"), 2, invoice)
    again = story.invoiced(shop, None, at=NOW)
    assert (again.number, again.total, again.status) == (3, usd("60"), "paid")
    assert NetworkDetails.objects.get().last_number == 3
    assert "Cancels INV-1" in text_of(people.finance.client.get(f"{PATH}{note.pk}/"))


def test_what_was_cancelled_pays_for_nothing(people, shop):
    approved(people, shop)
    invoice = story.invoiced(shop, None, at=NOW)
    act(people, invoice, "cancel", reason="Wrong name")
    again = story.invoiced(shop, None, at=NOW)
    assert (again.total, again.settled, again.status) == (usd("60"), 0, "issued")


def test_cancelled_after_its_lead_became_cheaper_it_is_no_difference_of_the_books(people, shop, in_network):
    lead = approved(people, shop)
    invoice = story.invoiced(shop, None, at=NOW)
    story.approve(lead, at=NOW, revenue=usd("50"), earning=usd("40"))
    story.invoiced(shop, None, at=NOW)
    assert act(people, invoice, "cancel", reason="Wrong name").status_code == 302
    for _ in range(2):
        assert [each.name for each in examine_books(network_id=in_network.pk, now=NOW) if not each.holds] == []
        if not Invoice.objects.filter(number=4).exists():
            assert story.invoiced(shop, None, at=NOW).total == usd("60")  # 50.00, and what the credit note gave back
    assert sum(Invoice.objects.values_list("total", flat=True)) == usd("50")


def test_total_that_changed_meanwhile_is_looked_at_again(people, shop, today):
    lead = approved(people, shop)
    approved(people, shop)
    draft(people, shop)
    invoice = Invoice.objects.get()
    story.decline(lead)
    response = people.finance.client.post(f"{PATH}{invoice.pk}/act/", {"action": "issue", "total": invoice.total})
    assert response.status_code == 302
    invoice.refresh_from_db()
    assert (invoice.status, invoice.total) == ("draft", usd("60"))
    for nonsense in ("", "--5", "9" * 5000):
        act(people, invoice, "issue", total=nonsense)
        assert Invoice.objects.get().status == "draft"
    act(people, invoice, "issue", total=invoice.total)
    assert Invoice.objects.get().status == "issued"
    assert act(people, invoice, "discard").status_code == 422


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"last": "2026-10-01"}, "ends before it begins"),
        ({"last": "2027-01-01"}, "in the future"),
        ({"last": "soon"}, "valid date"),
        ({"currency": "EUR"}, "valid choice"),
        ({"advertiser": "9999999"}, "valid choice"),
        ({}, "No approved lead"),
    ],
)
def test_bad_wishes_are_refused_with_words(people, shop, today, change, complaint):
    form = {"advertiser": shop.pk, "currency": "USD", "since": "2026-11-01", "last": "2026-11-20"} | change
    response = people.finance.client.post(f"{PATH}new/", form)
    assert response.status_code == 422 and complaint in response.content.decode()
    assert not Invoice.objects.exists()


def test_draft_is_thrown_away_and_what_is_decided_later_waits(people, shop, today):
    approved(people, shop)
    draft(people, shop)
    act(people, Invoice.objects.get(), "discard")
    assert not Invoice.objects.exists() and not InvoiceRow.objects.exists()
    assert draft(people, shop, last="2026-11-19").status_code == 422


def test_who_may_what(people, shop, today):
    approved(people, shop)
    draft(people, shop)
    invoice = Invoice.objects.get()
    assert people.support.client.get(PATH).status_code == 200
    assert people.support.client.post(f"{PATH}{invoice.pk}/act/", {"action": "issue"}).status_code == 403
    assert people.adman.client.get(f"{PATH}new/").status_code == 403
    assert people.adam.client.get("/advertiser/invoices/").status_code == 200
    assert people.boss.client.get(f"{PATH}{invoice.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("kind", "today", "period"),
    [
        ("month", date(2026, 12, 1), (date(2026, 11, 1), date(2026, 12, 1))),
        ("month", date(2026, 1, 31), (date(2025, 12, 1), date(2026, 1, 1))),
        ("half_month", date(2026, 11, 16), (date(2026, 11, 1), date(2026, 11, 16))),
        ("half_month", date(2026, 11, 15), (date(2026, 10, 16), date(2026, 11, 1))),
        ("week", date(2026, 11, 22), (date(2026, 11, 9), date(2026, 11, 16))),
        ("week", date(2026, 11, 23), (date(2026, 11, 16), date(2026, 11, 23))),
    ],
)
def test_periods(kind, today, period):
    assert last_closed(kind, today) == period


@pytest.mark.django_db(transaction=True)
def test_drafts_come_by_themselves_and_eight_at_once_issue_one(people, network):
    with network_scope(network.pk):
        shop = people.adam.advertiser
        offer = factories.offer(advertiser=shop)
        factories.goal(offer=offer, revenue="60", earning="45")
        story.approve(story.lead(people.alice.affiliate, offer=offer))
        terms.save_terms(advertiser=shop, actor=None, now=NOW, invoice_period=AdvertiserTerms.Period.MONTH)
    december = NOW + timedelta(days=12)
    assert [make_due_drafts(network_id=network.pk, now=at) for at in (NOW, december, december)] == [0, 1, 0]
    with network_scope(network.pk):
        invoice = Invoice.objects.get()
        assert (invoice.since, invoice.until) == (date(2026, 11, 1), date(2026, 12, 1))

    def issue(_place):
        try:
            with network_scope(network.pk):
                return invoices.issue(
                    invoice_id=invoice.pk, expected_total=invoice.total, actor=None, now=december
                ).number
        except DomainError as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(map(str, pool.map(issue, range(8))))
    assert answers == ["1", *7 * ["conflict"]]
