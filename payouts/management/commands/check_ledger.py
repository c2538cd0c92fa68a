"""Ask every invariant of the books, of one network or of all."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cpanet.tenancy.models import Network
from cpanet.tenancy.scope import network_scope
from payouts.books import examine_books


class Command(BaseCommand):
    help = "Checks every invariant of the books; changes nothing. Exit status 0 only when all of them hold."

    def add_arguments(self, parser):
        parser.add_argument("--host", help="a host name of the one network to check (default: all networks)")

    def handle(self, *args, host=None, **options):
        networks = [_report(network) for network in _networks(host)]
        holds = all(network["holds"] for network in networks)
        for network in networks:
            self._print(network)
        self.stdout.write(json.dumps({"holds": holds, "networks": networks}, default=str))
        if not holds:
            raise SystemExit(1)

    def _print(self, network):
        for name, finding in network["invariants"].items():
            mark = "ok  " if finding["holds"] else f"FAIL ({finding['differences']})"
            self.stderr.write(f"{network['network']}: {mark} {name}: {finding['says']}")


def _networks(host):
    found = Network.objects.order_by("id")
    if host:
        found = found.filter(domains__host=host.strip().lower())
        if not found:
            raise CommandError(f"No network answers under {host!r}.")
    return list(found)


def _report(network):
    with network_scope(network.pk):
        findings = examine_books(network_id=network.pk, now=timezone.now())
    return {
        "network": network.primary_host,
        "holds": all(finding.holds for finding in findings),
        "invariants": {finding.name: finding.as_dict() for finding in findings},
    }
