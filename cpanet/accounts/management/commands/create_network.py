import json

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.timezone import now

from cpanet.accounts.services.networks import found_network
from cpanet.core.errors import DomainError


class Command(BaseCommand):
    help = "Make a new network that answers under a host name, and invite its owner."

    def add_arguments(self, parser):
        parser.add_argument("--name", required=True)
        parser.add_argument("--host", required=True)
        parser.add_argument("--currency", required=True, help="ISO 4217 code, such as USD")
        parser.add_argument("--timezone", default="UTC")
        parser.add_argument("--owner", default="", help="e-mail of the owner; the address of his invitation is printed")

    @transaction.atomic
    def handle(self, *, name, host, currency, timezone, owner, **options):
        try:
            network, invitation = found_network(
                name=name, host=host, currency=currency, timezone=timezone, owner_email=owner, now=now()
            )
        except DomainError as error:
            raise CommandError(str(error)) from None
        facts = {"id": network.pk, "name": network.name, "host": network.primary_host, "currency": network.currency}
        self.stdout.write(json.dumps({**facts, "invitation": invitation}))
