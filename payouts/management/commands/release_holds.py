"""Release every hold that is over, now or at a given moment."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from cpanet.core.money import to_text
from cpanet.tenancy.selectors import active_network_ids
from payouts.tasks import release_all


class Command(BaseCommand):
    help = "Releases all approved money whose hold is over."

    def add_arguments(self, parser):
        parser.add_argument("--now", help="the moment to go by, ISO 8601 with its zone, such as 2026-11-22T06:00:00Z")

    def handle(self, *args, now=None, **options):
        at = _moment(now) if now else timezone.now()
        count, amounts = 0, {}
        for network_id in active_network_ids():
            released = release_all(network_id, at)
            count += released.count
            for currency, units in released.amount_by_currency.items():
                amounts[currency] = amounts.get(currency, 0) + units
        told = {currency: to_text(units, currency) for currency, units in sorted(amounts.items())}
        self.stdout.write(json.dumps({"released": count, "amounts": told, "now": at.isoformat()}))


def _moment(text):
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    if at is None or timezone.is_naive(at):
        raise CommandError(f"--now {text!r} is no moment: write it like 2026-11-22T06:00:00Z, with its zone.")
    return at
