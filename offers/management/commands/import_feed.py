"""`manage.py import_feed --host H --offer ID FILE`: a product feed from the command line.

The last line printed is one JSON object; the exit status is 0 when the feed was taken over, wholly or in part.
"""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils import timezone

from cpanet.core.errors import DomainError
from cpanet.tenancy.middleware import network_of_host
from cpanet.tenancy.scope import network_scope
from offers.feeds.importer import REFUSED, ImportResult
from offers.models import Offer, ProductFeed
from offers.services.feeds import add_feed
from offers.services.imports import import_file


class NotFound(DomainError):
    """What the command was told to work on does not exist."""


class Command(BaseCommand):
    help = "Import a product feed into an offer. Prints one JSON object last; exit status 0 only on success."

    def add_arguments(self, parser):
        parser.add_argument("--host", required=True, help="a host name of the network")
        parser.add_argument("--offer", required=True, type=int, help="the number of the offer")
        parser.add_argument("--feed", type=int, help="the number of the feed; without it the offer's first feed")
        parser.add_argument("--force", action="store_true", help="also take over a feed that lost most of its products")
        parser.add_argument("file", help="path of the feed")

    def handle(self, *, host, offer, file, feed=None, force=False, **options):
        try:
            result = self._import(host, offer, feed, file, force)
        except DomainError as error:
            result = ImportResult.refusal(error)
        self.stdout.write(json.dumps(result.as_json(), ensure_ascii=False))
        if result.status == REFUSED:
            sys.exit(1)

    def _import(self, host, offer_id, feed_id, path, force) -> ImportResult:
        network = network_of_host(host.strip().lower())
        if network is None:
            raise NotFound(f"No network answers under {host}.")
        with network_scope(network.pk):
            feed = _feed(offer_id, feed_id, timezone.now())
        with _opened(path) as source:
            return import_file(feed=feed, file=source, name=Path(path).name, clock=timezone.now, force=force)


def _feed(offer_id: int, feed_id: int | None, now) -> ProductFeed:
    offer = Offer.objects.filter(pk=offer_id).first()
    if offer is None:
        raise NotFound(f"The network has no offer {offer_id}.")
    feeds = offer.feeds.select_related("offer__advertiser").order_by("id")
    if feed_id is not None:
        feeds = feeds.filter(pk=feed_id)
    found = feeds.first()
    if found is None and feed_id is not None:
        raise NotFound(f"Offer {offer_id} has no feed {feed_id}.")
    return found or add_feed(offer=offer, actor=None, now=now)


def _opened(path: str):
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise NotFound(f"The file {path} cannot be read: {error.strerror}.") from None
