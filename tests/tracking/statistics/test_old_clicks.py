"""Old clicks: their days are put away, their figures and what leads knew of them stay; addresses are cut short."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection, connections

from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import network_scope
from tests import factories
from tests.factories import NOW
from tracking import partitions
from tracking.models import Click, HourlyStats, LeadOrigin
from tracking.services.addresses import cut_addresses, days_to_cut
from tracking.services.dirty import mark_dirty
from tracking.statistics.query import report
from tracking.statistics.request import Audience, BadReport
from tracking.statistics.rollup import count_dirty_hours
from tracking.tasks.partitions import put_clicks_away

from .conftest import lead

OLD = datetime(2025, 3, 3, 10, 20, tzinfo=NOW.tzinfo)
MANAGER = Audience("manager", None, "USD")


def ask(*dimensions):
    found = report(
        dimensions=dimensions, metrics=["clicks", "leads", "approved"], filters={}, date_from=OLD.date(),
        date_until=OLD.date() + timedelta(days=1), timezone="UTC", audience=MANAGER, now=NOW, limit=None,
    )  # fmt: skip
    return [
        (*row.keys.values(), row.values["clicks"], row.values["leads"], row.values["approved"]) for row in found.rows
    ]


@pytest.fixture
def old_lead(transactional_db):
    """A network with two old clicks (one with a lead) and a new one; all counted."""
    network = factories.network()
    with network_scope(network.pk):
        link = factories.link(offer=factories.offer(), affiliate=factories.affiliate())
        goal = factories.goal(offer=link.offer)
        goal.rate_id = goal.rates(manager="objects").get().pk
        click = factories.click(link=link, at=OLD, landing_id=7, sub7="shelf")
        factories.click(link=link, at=OLD + timedelta(minutes=20), landing_id=8)
        factories.click(link=link, at=NOW)
        made = lead(click=click, link=link, goal=goal)
        made.save()
        mark_dirty(OLD, NOW, made.created_at)
    count_dirty_hours(network_id=network.pk)
    return made


@pytest.fixture
def tidy():
    """The test takes tables out of the click table: put them back where other tests expect them."""
    yield
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP SCHEMA cpanet_archive CASCADE; CREATE SCHEMA cpanet_archive")


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_put_away_days_keep_their_figures(old_lead, tidy, settings):
    settings.CLICK_RETENTION_DAYS = 400
    put_clicks_away()
    network_id = old_lead.network_id
    with network_scope(network_id):
        assert Click.objects.count() == 1, "the young click stays"
        assert partitions.first_kept_day() == OLD.date() + timedelta(days=1)
        assert ask() == [(2, 1, 0)] and ask("landing") == [(7, 1, 1, 0), (8, 1, 0, 0)]
        # The lead is decided afterwards, and its hour counted again: the clicks' sums stay, the lead keeps its marks.
        type(old_lead).objects.filter(pk=old_lead.pk).update(
            status="approved", held=old_lead.earning, recognised_revenue=old_lead.revenue
        )
        mark_dirty(OLD)
    count_dirty_hours(network_id=network_id)
    with network_scope(network_id):
        assert ask("landing") == [(7, 1, 1, 1), (8, 1, 0, 0)]
        assert LeadOrigin.objects.get().sub7 == "shelf"
        with pytest.raises(BadReport, match="kept since"):
            ask("system")
        assert HourlyStats.objects.filter(hour__lt=NOW - timedelta(days=200)).exists()


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_clicks_that_come_after_their_day_was_put_away_lose_nothing(old_lead, tidy, settings):
    settings.CLICK_RETENTION_DAYS = 400
    put_clicks_away()
    with network_scope(old_lead.network_id):
        factories.click(link=old_lead.link, at=OLD + timedelta(minutes=5))
        mark_dirty(OLD)
    count_dirty_hours(network_id=old_lead.network_id)
    put_clicks_away()
    with network_scope(old_lead.network_id):
        assert ask()[0][0] == 2
        assert Click.objects.count() == 1


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_young_days_are_never_put_away(old_lead, settings):
    assert partitions.days_to_put_away(NOW, 0) == []
    assert OLD.date() in partitions.days_to_put_away(NOW, 400)
    with pytest.raises(Exception, match="too young"), connection.cursor() as cursor:
        cursor.execute("SELECT cpanet_put_click_partition_away(current_date - 10)")


def test_old_addresses_are_cut_short(network, people):
    with network_scope(network.pk):
        link = factories.link(offer=factories.offer(), affiliate=people.alice.affiliate)
        Network.objects.filter(pk=network.pk).update(address_days=30)
        addresses = ("203.0.113.77", "2001:db8:aaaa:bbbb::1", None)
        for number, address in enumerate(addresses):
            factories.click(link=link, at=NOW - timedelta(days=40 + number), address=address)
        factories.click(link=link, at=NOW - timedelta(days=3), address="198.51.100.9")
        days = days_to_cut(now=NOW)
        assert (days[0], days[-1]) == (date(2026, 10, 9), date(2026, 10, 20))
        assert sum(cut_addresses(day=day) for day in days) == 2
        found = list(Click.objects.order_by("clicked_at").values_list("address", flat=True))
        assert found == [None, "2001:db8:aaaa::", "203.0.113.0", "198.51.100.9"]
        assert days_to_cut(now=NOW) == []
        later = days_to_cut(now=NOW + timedelta(days=1))
        assert (later[0], later[-1]) == (date(2026, 10, 19), date(2026, 10, 21))
