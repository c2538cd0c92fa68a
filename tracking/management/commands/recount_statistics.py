"""Counts the statistics of a period anew, from clicks, costs and leads."""

import json
from datetime import UTC, date, datetime, time, timedelta

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Min
from django.utils import timezone

from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import network_scope
from tracking.models import Click, Conversion, CostEntry, HourlyLinkStats
from tracking.services.split_days import take_back_split_days
from tracking.statistics.days import keep_zones
from tracking.statistics.rollup import count_hour
from tracking.statistics.splits import days_to_split, split_day

_HOUR = timedelta(hours=1)


class Command(BaseCommand):
    help = (
        "Counts the statistics of a period anew. The figures stay the same, unless rows were changed past the product."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--from", dest="first", help="the first day (UTC), such as 2026-11-01; without it the oldest"
        )
        parser.add_argument("--until", help="the day after the last one (UTC); without it up to now")
        parser.add_argument("--network", help="one network, by its id, its name or a host name of it; without it all")

    def handle(self, *, first=None, until=None, network=None, **options):
        now = timezone.now()
        first, until = _day("--from", first), _day("--until", until)
        if first and until and first >= until:
            raise CommandError("--until must be after --from: it is the day after the last one.")
        counted = {each.name: self._recount(each, first, until, now) for each in _networks(network)}
        self.stdout.write(json.dumps({"hours": counted}))

    def _recount(self, network, first, until, now) -> int:
        with network_scope(network.pk):
            keep_zones(now=now)
            begin = _midnight(first) if first else _oldest()
        end = _midnight(until) if until else now
        hours = 0
        if begin:
            with network_scope(network.pk):
                take_back_split_days(begin.date() + _HOUR * 24 * number for number in range((end - begin).days + 1))
        while begin and begin < end:
            with network_scope(network.pk):
                count_hour(begin)
            begin, hours = begin + _HOUR, hours + 1
        split_all(network.pk, now)
        return hours


def split_all(network_id: int, now: datetime):
    """Split every day that needs it, each in a transaction of its own."""
    with network_scope(network_id):
        due = days_to_split(now=now)
    for zone, day in due:
        with network_scope(network_id):
            split_day(zone=zone, day=day)


def _networks(asked):
    if not asked:
        return list(Network.objects.order_by("id"))
    found = Network.objects.filter(pk=int(asked)) if asked.isdecimal() else (
        Network.objects.filter(name=asked) | Network.objects.filter(domains__host=asked)
    )  # fmt: skip
    networks = list(found.distinct())
    if not networks:
        raise CommandError(f"There is no network {asked!r}: give its id, its name or a host name of it.")
    return networks


def _day(option, text) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise CommandError(f"{option} {text!r} is no day: write it like 2026-11-01.") from None


def _midnight(day):
    return datetime.combine(day, time.min, tzinfo=UTC)


def _oldest() -> datetime | None:
    """The hour of the oldest thing that is counted or was."""
    sources = ((Click, "clicked_at"), (Conversion, "clicked_at"), (HourlyLinkStats, "hour"), (CostEntry, "day"))
    found = [model.objects.aggregate(oldest=Min(column))["oldest"] for model, column in sources]
    moments = [_midnight(each) - timedelta(days=1) if type(each) is date else each for each in found if each]
    return min(moments).replace(minute=0, second=0, microsecond=0) if moments else None
