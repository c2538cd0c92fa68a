"""`manage.py reconcile --host H --advertiser ID --file FILE [--apply]`: a statement from the command line.

It goes the way of the pages, without the queue. The last line printed is one JSON object; the exit status is 0 only on
success.
"""

import json
import sys
from contextlib import closing
from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils import timezone

from cpanet.accounts.models import Advertiser
from cpanet.core.errors import DomainError
from cpanet.core.money import to_text
from cpanet.tenancy.middleware import network_of_host
from cpanet.tenancy.scope import network_scope
from reconciliation.facts import Class
from reconciliation.mapping import StatementMapping
from reconciliation.models import Statement
from reconciliation.selectors import class_counts, money_of
from reconciliation.services.applying import apply, claim_for_applying
from reconciliation.services.comparing import compare
from reconciliation.services.mappings import check_mapping, locked
from reconciliation.services.uploads import add_statement, look_into, source_named, suggested_mapping


class NotFound(DomainError):
    """What the command was told to work on does not exist."""


class Command(BaseCommand):
    help = "Compare an advertiser's statement with our leads. Prints one JSON object last; exit status 0 on success."

    def add_arguments(self, parser):
        parser.add_argument("--host", required=True, help="a host name of the network")
        parser.add_argument("--advertiser", required=True, type=int, help="the number of the advertiser")
        parser.add_argument("--file", required=True, help="path of the statement (CSV or XLSX)")
        parser.add_argument("--source", default="", help="the name under which its columns are remembered")
        parser.add_argument("--apply", action="store_true", help="also carry out what agrees")

    def handle(self, *, host, advertiser, file, source="", apply=False, **options):
        try:
            report = self._run(host, advertiser, file, source, apply)
        except DomainError as error:
            report = {"status": "refused", "code": error.code, "message": str(error)}
        self.stdout.write(json.dumps(report, ensure_ascii=False))
        if report["status"] == "refused":
            sys.exit(1)

    def _run(self, host, advertiser_id, path, source, applies) -> dict:
        network = network_of_host(host.strip().lower())
        if network is None:
            raise NotFound(f"No network answers under {host}.")
        with network_scope(network.pk):
            statement = _statement(advertiser_id, path, source)
        message = compare(network_id=network.pk, statement_id=statement.pk)
        if applies:
            with network_scope(network.pk):
                claim_for_applying(statement=statement, actor=None, now=timezone.now())
            message = apply(network_id=network.pk, statement_id=statement.pk, clock=timezone.now)
        with network_scope(network.pk):
            return _report(Statement.objects.get(pk=statement.pk), message)


def _statement(advertiser_id: int, path: str, source_name: str) -> Statement:
    """A new statement of the file, whose columns can be told."""
    advertiser = Advertiser.objects.filter(pk=advertiser_id).first()
    if advertiser is None:
        raise NotFound(f"The network has no advertiser {advertiser_id}.")
    with closing(_opened(path)) as file:
        source = source_named(advertiser=advertiser, name=source_name)
        check_mapping(suggested_mapping(source, file), look_into(file).heading)
        statement = add_statement(source=source, upload=file, name=Path(path).name, actor=None, now=timezone.now())
    return locked(statement.pk, Statement.State.UPLOADED)


def _opened(path: str):
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise NotFound(f"The file {path} cannot be read: {error.strerror}.") from None


def _report(statement: Statement, message: str) -> dict:
    counts = class_counts(statement)
    applied = statement.rows.filter(applied_at__isnull=False).exclude(before={}).count()
    return {
        "status": "applied" if statement.state == Statement.State.CLOSED else "matched",
        "statement": statement.pk,
        "rows": statement.summary["rows"],
        "leads": statement.summary["leads"],
        "skipped": statement.summary["skipped"],
        "classes": {name.value: counts[name]["rows"] for name in Class},
        "conversions": {name.value: counts[name]["leads"] for name in Class},
        "money": _money(statement),
        "applied": applied,
        "unknown_words": statement.summary["unknown_words"],
        "columns": dict(StatementMapping.from_dict(statement.mapping).columns),
        "message": message,
    }


def _money(statement: Statement) -> dict:
    """Per currency, as decimal text: value approved and declined, and what the books gain."""
    names = ("approve", "decline", "revenue", "earning")
    return {
        currency: {name: to_text(sums[name], currency) for name in names}
        for currency, sums in sorted(money_of(statement).items())
    }
