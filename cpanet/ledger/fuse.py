"""The fuse: when the machine does far more by itself than usual, it stops and asks a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db import connection, transaction
from django.db.models import QuerySet

from cpanet.accounts import audit
from cpanet.core.errors import DomainError
from cpanet.ledger.models import AutomaticCount, Fuse
from cpanet.tenancy.scope import current_network_id

RELEASES, APPROVALS = "releases", "approvals"
MEMORY = timedelta(days=14)
ARMED_AFTER = 7  # days with work of the kind: before that nobody knows what is usual


class NotBlown(DomainError):
    """Nothing is stopped."""

    code = "not_blown"


@dataclass(frozen=True)
class Usual:
    """What is usual of one kind of work. `limit` is None while the fuse does not know enough yet."""

    what: str
    today: int
    median: int
    limit: int | None


def fuse() -> Fuse:
    """The network's fuse, made with the usual settings where there is none."""
    return Fuse.objects.get_or_create(network_id=current_network_id())[0]


def is_blown() -> bool:
    """Whether the automatic part of the network in scope has to wait for a person."""
    return blown_fuses().exists()


def blown_fuses() -> QuerySet[Fuse]:
    """The fuse of the network in scope, if it has blown."""
    return Fuse.objects.filter(blown_at__isnull=False)


def usual(what: str, *, now: datetime, settings: Fuse) -> Usual:
    """Today against the days before."""
    today = now.date()
    rows = AutomaticCount.objects.filter(what=what, day__gt=today - MEMORY - timedelta(days=1), day__lte=today)
    counts = dict(rows.values_list("day", "number"))
    done = counts.pop(today, 0)
    middle = int(median(counts.values())) if counts else 0
    is_armed = settings.is_on and len(counts) >= ARMED_AFTER
    return Usual(what, done, middle, max(settings.floor, settings.factor * middle) if is_armed else None)


@transaction.atomic
def count(what: str, number: int, *, now: datetime) -> bool:
    """The machine has done `number` more of this kind, in the transaction that did it. False: the fuse has blown."""
    if not number:
        return True
    _add(what, number, now)
    row = fuse()
    if row.blown_at:
        return False
    found = usual(what, now=now, settings=row)
    if found.limit is None or found.today <= found.limit or _was_let_go(row, now):
        return True
    _blow(found, now)
    return False


def _add(what, number, now):
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO ledger_automaticcount (network_id, what, day, number) VALUES (%s, %s, %s, %s)
               ON CONFLICT (network_id, what, day)
               DO UPDATE SET number = ledger_automaticcount.number + excluded.number""",
            [current_network_id(), what, now.date(), number],
        )


def _was_let_go(row, now):
    """Who lets it go on lets it go on for the day."""
    return bool(row.let_go_at) and row.let_go_at.date() == now.date()


def _blow(found, now):
    row = Fuse.objects.select_for_update(of=("self",)).get()
    if row.blown_at:
        return
    row.blown_at, row.told_at = now, None
    row.figures = {"what": found.what, "count": found.today, "median": found.median, "limit": found.limit}
    row.save(update_fields=["blown_at", "told_at", "figures"])
    audit.record(action="fuse.blown", subject=row, actor=None, now=now, changes=row.figures)


@transaction.atomic
def let_go(*, actor, now: datetime) -> Fuse:
    """A person has looked: the automatic part goes on, for the rest of the day whatever its volume. Raises NotBlown."""
    fuse()
    row = Fuse.objects.select_for_update(of=("self",)).get()
    if not row.blown_at:
        raise NotBlown
    row.blown_at, row.let_go_at, row.let_go_by = None, now, actor
    row.save(update_fields=["blown_at", "let_go_at", "let_go_by"])
    audit.record(action="fuse.let_go", subject=row, actor=actor, now=now, changes=row.figures)
    return row


@transaction.atomic
def save_settings(*, is_on: bool, factor: int, floor: int, actor, now: datetime) -> Fuse:
    """When it blows."""
    fuse()
    row = Fuse.objects.select_for_update(of=("self",)).get()
    given = {"is_on": is_on, "factor": factor, "floor": floor}
    changes = {name: [getattr(row, name), value] for name, value in given.items() if getattr(row, name) != value}
    for name, value in given.items():
        setattr(row, name, value)
    row.save(update_fields=list(given))
    if changes:
        audit.record(action="fuse.changed", subject=row, actor=actor, now=now, changes=changes)
    return row
