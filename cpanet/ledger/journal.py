"""The one way to move a balance."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction

from cpanet.core.errors import DomainError
from cpanet.ledger.kinds import Balances, Ref
from cpanet.ledger.models import Account, Entry, Journal
from cpanet.tenancy.scope import current_network_id


class KeyReused(DomainError):
    """This key names another fact already."""

    code = "key_reused"
    status = 409


class NotEnough(DomainError):
    """There is not enough money for this."""

    code = "not_enough"


Lines = list[tuple[Ref, int]]


def post(
    *,
    key: str,
    kind: str,
    body: dict,
    refs: list[Ref],
    lines: Callable[[Balances], Lines],
    actor,
    effective_at: datetime,
    subject: str = "",
    note: str = "",
) -> Journal:
    """Write one journal, once.

    `key` names the business fact for ever; `kind` and `body` (JSON-able) are the fact. The same key and fact give the
    stored journal back and move nothing; the same key with another fact raises KeyReused.
    `refs` are locked in the order of their ids, then `lines` is given their balances and answers (ref, amount)
    pairs: credits positive, debits negative, zeros are left out; they sum to zero per currency.
    """
    with transaction.atomic():
        journal, is_new = _claim_key(key, kind, body, actor, effective_at, subject, note)
        if is_new:
            accounts = _lock(refs)
            _write(journal, accounts, lines({ref: account.balance for ref, account in accounts.items()}))
    return journal


def _claim_key(key, kind, body, actor, effective_at, subject, note):
    """(journal, whether it is new). The insert waits for a rival with the same key until that one has committed."""
    text = json.dumps({"kind": kind, **body}, sort_keys=True, separators=(",", ":"))
    body_hash = hashlib.sha256(text.encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO ledger_journal (network_id, key, body_hash, kind, subject, note, actor_id, effective_at)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (network_id, key) DO NOTHING RETURNING id""",
            [current_network_id(), key, body_hash, kind, subject, note[:500], actor and actor.pk, effective_at],
        )
        is_new = cursor.fetchone() is not None
    journal = Journal.objects.get(key=key)
    if journal.body_hash != body_hash:
        raise KeyReused(f"The key {key} names another fact already: same key, other amounts or owner.")
    return journal, is_new


def lock_accounts(refs: list[Ref]) -> None:
    """Lock these accounts, in the order of their ids, until the transaction ends.

    A transaction that posts several journals calls this first with all their accounts: two such transactions would
    otherwise each wait for an account that the other one holds.
    """
    _lock(refs)


def _lock(refs):
    wanted = set(refs)
    ids = _ids(wanted)
    if missing := sorted(wanted - ids.keys()):
        new = [Account(kind=ref.kind, owner_id=ref.owner_id, currency=ref.currency) for ref in missing]
        Account.objects.bulk_create(new, ignore_conflicts=True)
        ids = _ids(wanted)
    locked = Account.objects.filter(pk__in=ids.values()).order_by("id").select_for_update(of=("self",))
    return {account.ref: account for account in locked}


def _ids(wanted):
    kinds, owners = {ref.kind for ref in wanted}, {ref.owner_id for ref in wanted}
    found = Account.objects.filter(kind__in=kinds, owner_id__in=owners)
    return {account.ref: account.pk for account in found if account.ref in wanted}


def _write(journal, accounts, lines):
    entries = []
    for ref, amount in merged(lines):
        account = accounts[ref]
        account.balance += amount
        account.version += 1
        entries.append(
            Entry(
                journal=journal,
                account=account,
                amount=amount,
                account_version=account.version,
                balance_after=account.balance,
            )
        )
    Account.objects.bulk_update({entry.account for entry in entries}, ["balance", "version"])
    Entry.objects.bulk_create(entries)


def merged(lines: Lines) -> Lines:
    """One line per account, zeros left out, in a fixed order."""
    sums: dict[Ref, int] = {}
    for ref, amount in lines:
        sums[ref] = sums.get(ref, 0) + amount
    return [(ref, amount) for ref, amount in sorted(sums.items()) if amount]
