"""Adam's shop with leads of known orders, and the statements he sends about them."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cpanet.core.money import to_units
from cpanet.tenancy.scope import network_scope
from payouts.books import examine_books
from reconciliation.models import Statement, StatementRow
from tests import factories
from tracking.models import Conversion
from tracking.services.conversions import Action, record_conversion

DAY = "2026-10-10"
HEADING = "Order ID;Status;Amount;Currency;Date"


@pytest.fixture
def shop(people, network):
    """`lead(order_id, amount)` makes a waiting lead worth 10 % to us and 8 % to Alice; `file(*lines)` a statement."""
    made = SimpleNamespace(network=network, people=people)
    made.at = timezone.now().replace(microsecond=0) - timedelta(days=20)
    with network_scope(network.pk):
        made.offer = factories.offer(advertiser=people.adam.advertiser, name="Lamps", hold_days=30)
        made.goal = factories.goal(offer=made.offer, percent=(1000, 800))
        made.link = factories.link(offer=made.offer, affiliate=people.alice.affiliate)

    def lead(order_id, amount="100", *, goal=None, at=None, basket=()):
        with network_scope(network.pk):
            click = factories.click(link=made.link, at=(at or made.at) - timedelta(hours=1))
            action = Action(
                goal or made.goal, order_id, Decimal(amount) if amount else None, "", False, "", basket=basket
            )
            return record_conversion(click=click, action=action, now=at or made.at).conversion

    def line(order_id, status="approved", amount="100.00", currency="USD", at=None):
        return f"{order_id};{status};{amount};{currency};{(at or made.at):%Y-%m-%d %H:%M:%S}"

    made.lead, made.line = lead, line
    made.file = lambda *lines, heading=HEADING: "\n".join([heading, *lines]).encode()
    return made


@pytest.fixture
def desk(shop, run_queue):
    """What Adam does in his cabinet; every step runs what it has queued."""
    client = shop.people.adam.client
    made = SimpleNamespace(client=client)

    def post(path, values=None, **more):
        with run_queue():
            return client.post(f"/advertiser/statements/{path}", values or {}, **more)

    def upload(content, name="orders.csv", **values):
        return post("new/", {"file": SimpleUploadedFile(name, content), **values})

    def number(answer):
        assert answer.status_code == 302, answer.text
        return int(answer.url.split("/statements/")[1].split("/")[0])

    def mapped(content, name="orders.csv", **changes):
        """Upload and compare, taking what the mapping page suggests; the statement's number."""
        pk = number(upload(content, name))
        page = client.get(f"/advertiser/statements/{pk}/mapping/")
        if page.status_code == 200:
            answer = post(f"{pk}/mapping/", shown(page.context["form"]) | {"do": "save"} | changes)
            assert answer.status_code == 302, answer.context["form"].errors
        return pk

    made.post, made.upload, made.number, made.mapped = post, upload, number, mapped
    made.page = lambda pk, query="": client.get(f"/advertiser/statements/{pk}/{query}")
    return made


def shown(form) -> dict:
    """What a browser would send of an untouched form."""
    values = {name: form[name].value() for name in form.fields}
    return {name: "on" if value is True else value for name, value in values.items() if value not in (None, False)}


@pytest.fixture
def look(shop):
    """Reads the database inside the network: `lead(lead)`, `statement(pk)`, `rows(pk)`, `books()`."""

    def inside(read):
        def call(*args, **kwargs):
            with network_scope(shop.network.pk):
                return read(*args, **kwargs)

        return call

    def books():
        findings = examine_books(network_id=shop.network.pk, now=timezone.now())
        assert [finding.name for finding in findings if not finding.holds] == []

    return SimpleNamespace(
        lead=inside(lambda lead: Conversion.objects.get(pk=lead.pk)),
        statement=inside(lambda pk: Statement.objects.select_related("job").get(pk=pk)),
        rows=inside(lambda pk: list(StatementRow.objects.filter(statement=pk).order_by("number", "id"))),
        books=inside(books),
    )


def usd(amount):
    return to_units(amount, "USD")
