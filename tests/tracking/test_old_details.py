"""What is only of use for a while is removed: what receivers were sent, and the people of submitted leads."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cpanet.tenancy.scope import network_scope
from tests import factories
from tracking.models import Conversion, LeadContact, PostbackAttempt, PostbackDelivery, PostbackReceiver
from tracking.services import old_details
from tracking.services.conversions import Action, record_conversion
from tracking.tasks.partitions import remove_old_details

DAY = timedelta(days=1)


def a_lead(shop):
    """In the scope."""
    click = factories.click(link=shop.link, at=shop.clicked_at)
    action = Action(shop.goal, click.id.hex, None, "", False, call="1")
    return record_conversion(click=click, action=action, now=timezone.now()).conversion


@pytest.fixture
def told(shop, people):
    """`told(days, state)`: a delivery about a lead that ended so many days ago, with one attempt."""
    now = timezone.now()

    def make(days, state="delivered", is_test=False):
        with network_scope(shop.network.pk):
            receiver, _made = PostbackReceiver.objects.get_or_create(
                kind="postback", affiliate=people.alice.affiliate, name="Tracker", address="https://t.example/pb"
            )
            lead = None if is_test else a_lead(shop)
            at = now - days * DAY
            is_done = state not in ("waiting", "retrying")
            made = PostbackDelivery.objects.create(
                receiver=receiver, affiliate=people.alice.affiliate, conversion=lead, event="created",
                event_key=f"{days}{state}{is_test}{lead and lead.pk}", is_test=is_test, state=state, created_at=at,
                next_attempt_at=at, facts={"sub1": "secret"}, finished_at=at if is_done else None, last_status=200,
            )  # fmt: skip
            PostbackAttempt.objects.create(
                delivery=made, at=at, method="GET", url="https://t.example/pb?s=secret", duration_ms=5
            )
        return made

    return make


def test_old_deliveries_keep_their_line_alone(shop, people, told, settings, monkeypatch):
    settings.KEEP_DELIVERIES_DAYS = 90
    monkeypatch.setattr(old_details, "BATCH", 1)
    old, parked, young = told(91), told(92, "parked"), told(89)
    waiting, test = told(400, "waiting"), told(100, is_test=True)
    for _ in range(3):
        remove_old_details()
    with network_scope(shop.network.pk):
        rows = {row.pk: row for row in PostbackDelivery.objects.all()}
        assert rows.keys() == {old.pk, parked.pk, young.pk, waiting.pk}, "tests go wholly"
        assert test.pk not in rows
        removed = {pk for pk, row in rows.items() if row.details_removed_at}
        assert removed == {old.pk, parked.pk}
        assert {pk for pk, row in rows.items() if not row.facts} == removed
        assert set(PostbackAttempt.objects.values_list("delivery", flat=True)) == {young.pk, waiting.pk}
        assert (rows[parked.pk].state, rows[parked.pk].last_status) == ("parked", 200)


def test_the_page_says_that_the_details_are_gone(people, told, shop, settings):
    settings.KEEP_DELIVERIES_DAYS = 90
    old = told(91, "parked")
    remove_old_details(shop.network.pk)
    alice, path = people.alice.client, f"/webmaster/postbacks/log/{old.pk}/"
    page = alice.get(path).content.decode()
    assert "no longer kept" in page and "Not sent yet" not in page and f"{path}resend/" not in page
    assert "click id is empty" not in page
    answer = alice.post(f"{path}resend/", follow=True).content.decode()
    assert "cannot be sent again" in answer
    alice.post("/webmaster/postbacks/log/resend/?state=parked")
    with network_scope(shop.network.pk):
        assert PostbackDelivery.objects.get(pk=old.pk).state == "parked"
    assert alice.get(f"/webmaster/leads/{old.conversion_id}/").status_code == 200


def test_people_of_old_leads_are_removed(shop, people, settings):
    settings.KEEP_CONTACTS_DAYS = 180
    now = timezone.now()
    with network_scope(shop.network.pk):
        leads = [a_lead(shop) for _ in range(2)]
        for lead, days in zip(leads, (181, 179), strict=True):
            LeadContact.objects.create(
                conversion=lead, name="Anna", phone="+49301234567", phone_hash="h", created_at=now - days * DAY
            )
    remove_old_details()
    with network_scope(shop.network.pk):
        old, young = LeadContact.objects.order_by("created_at")
        assert (old.name, old.phone, old.phone_hash) == ("", "", "h") and old.removed_at
        assert (young.name, young.removed_at) == ("Anna", None)
    adam = people.adam.client
    pages = [adam.get(f"/advertiser/leads/{lead.pk}/").content.decode() for lead in leads]
    assert "No longer kept" in pages[0] and "tel:" not in pages[0]
    assert "Anna" in pages[1] and "No longer kept" not in pages[1]


def test_nothing_is_removed_where_the_operator_keeps_it(shop, told, settings):
    settings.KEEP_DELIVERIES_DAYS = settings.KEEP_CONTACTS_DAYS = 0
    told(4000)
    remove_old_details()
    with network_scope(shop.network.pk):
        assert PostbackAttempt.objects.count() == 1 and Conversion.objects.count() == 1
