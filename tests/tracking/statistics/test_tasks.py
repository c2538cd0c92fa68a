"""What runs by itself: the count of marked hours, the figures of the catalogue, places for clicks."""

import logging
from datetime import timedelta

import pytest
from django.db import connection, connections

from cpanet.tenancy.scope import network_scope
from offers.models import OfferMetrics
from tests import factories
from tests.factories import NOW
from tracking import partitions
from tracking.models import DirtyHour, HourlyStats
from tracking.services.dirty import mark_dirty
from tracking.statistics.offer_metrics import refresh_offer_metrics
from tracking.tasks.partitions import ensure_click_partitions
from tracking.tasks.statistics import refresh_statistics

from .conftest import independent


def clicks_of(network):
    with network_scope(network.pk):
        return sum(HourlyStats.objects.values_list("clicks", flat=True))


def test_all_networks_are_counted(network, other_network):
    for each in (network, other_network):
        with network_scope(each.pk):
            link = factories.link(offer=factories.offer(), affiliate=factories.affiliate())
            for hours in range(25):
                factories.click(link=link, at=NOW - timedelta(hours=hours))
                mark_dirty(NOW - timedelta(hours=hours))
    refresh_statistics()
    assert clicks_of(network) == clicks_of(other_network) == 25
    with network_scope(network.pk):
        assert not DirtyHour.objects.exists()


def test_catalogue_shows_thirty_days(world, network):
    refresh_statistics()
    now = max(click.clicked_at for click in world.clicks) + timedelta(hours=1)
    unused = factories.offer()
    OfferMetrics.objects.create(offer=unused, clicks=7, unique_clicks=7)
    refresh_offer_metrics(now=now)
    sums = independent(world, lambda row: row.offer_id)
    for offer_id, expected in sums.items():
        row = OfferMetrics.objects.get(offer_id=offer_id)
        leads = expected.pending + expected.approved + expected.declined
        assert (row.clicks, row.unique_clicks, row.conversions) == (expected.clicks, expected.unique, leads)
        assert (row.approved, row.declined) == (expected.approved, expected.declined)
        assert row.earnings == expected.earned + expected.waiting
    assert OfferMetrics.objects.get(offer=unused).clicks == 0
    refresh_offer_metrics(now=now + timedelta(days=40))
    assert set(OfferMetrics.objects.values_list("clicks", flat=True)) == {0}


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_places_for_clicks_are_made_two_weeks_ahead(caplog):
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now = cursor.fetchone()[0]
    ensure_click_partitions()
    assert partitions.days_left(now) == partitions.DAYS_AHEAD
    assert partitions.ensure_usual_partitions(now) == 0
    with connections["owner"].cursor() as cursor:
        for day in range(3, partitions.DAYS_AHEAD + 1):
            cursor.execute(f"DROP TABLE tracking_click_{now + timedelta(days=day):%Y%m%d}")
    with caplog.at_level(logging.WARNING):
        ensure_click_partitions()
    assert "partitions for 2 days only" in caplog.text
    assert partitions.days_left(now) == partitions.DAYS_AHEAD


def test_staff_is_told_when_places_run_out(people, monkeypatch):
    assert "Clicks can soon not be stored" not in people.manager.client.get("/manager/").content.decode()
    monkeypatch.setattr(partitions, "days_left", lambda now: 3)
    page = people.manager.client.get("/manager/").content.decode()
    assert "room for the clicks of 3 more days" in page
