import json

from django.core.management.base import BaseCommand, CommandError

from cpanet.core.errors import DomainError
from cpanet.tenancy.services import create_network


class Command(BaseCommand):
    help = "Make a new network that answers under a host name."

    def add_arguments(self, parser):
        parser.add_argument("--name", required=True)
        parser.add_argument("--host", required=True)
        parser.add_argument("--currency", required=True, help="ISO 4217 code, such as USD")
        parser.add_argument("--timezone", default="UTC")

    def handle(self, *, name, host, currency, timezone, **options):
        try:
            network = create_network(name=name, host=host, currency=currency, timezone=timezone)
        except DomainError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(json.dumps({"id": network.pk, "name": network.name, "host": network.primary_host, "currency": network.currency}))
