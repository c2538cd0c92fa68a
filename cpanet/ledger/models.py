"""Append-only double entry. Rows are written by `ledger.journal.post` and by nothing else."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cpanet.ledger.kinds import NEVER_NEGATIVE, NEVER_POSITIVE, AccountKind
from cpanet.tenancy.models import NetworkModel


def _refuse_truncate(name):
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'the ledger is append-only';",
    )


class Account(NetworkModel):
    """One balance: of a kind, of an owner (id of a webmaster or advertiser by the kind; 0 is the network), in a currency."""

    kind = models.CharField(_("kind"), max_length=16, choices=AccountKind)
    owner_id = models.BigIntegerField(default=0)
    currency = models.CharField(_("currency"), max_length=3)
    balance = models.BigIntegerField(default=0)
    version = models.BigIntegerField(default=0)

    class Meta(NetworkModel.Meta):
        constraints = [
            models.UniqueConstraint("network", "kind", "owner_id", "currency", name="one_account_per_owner"),
            models.CheckConstraint(
                name="account_within_bounds",
                condition=(~Q(kind__in=NEVER_NEGATIVE) | Q(balance__gte=0)) & (~Q(kind__in=NEVER_POSITIVE) | Q(balance__lte=0)),
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.owner_id} {self.currency}"


class Journal(NetworkModel):
    """One business fact, named by a key that is unique for ever."""

    key = models.CharField(max_length=120)
    body_hash = models.CharField(max_length=64)
    kind = models.CharField(max_length=32)
    subject = models.CharField(max_length=120, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, related_name="+")
    effective_at = models.DateTimeField()
    posted_at = models.DateTimeField(db_default=Now())

    class Meta(NetworkModel.Meta):
        constraints = [models.UniqueConstraint("network", "key", name="journal_key")]
        indexes = [models.Index(fields=["network", "subject", "id"], name="journals_of_subject")]
        triggers = [
            pgtrigger.Protect(name="journal_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            _refuse_truncate("journal_no_truncate"),
        ]

    def __str__(self):
        return self.key


class Entry(NetworkModel):
    """One line of a journal. (account, version) is unique: two writers can never both claim a version."""

    journal = models.ForeignKey(Journal, models.DO_NOTHING, related_name="entries")
    account = models.ForeignKey(Account, models.DO_NOTHING, related_name="entries")
    amount = models.BigIntegerField()
    account_version = models.BigIntegerField()
    balance_after = models.BigIntegerField()

    class Meta(NetworkModel.Meta):
        constraints = [
            models.UniqueConstraint("network", "account", "account_version", name="entry_claims_version"),
            models.CheckConstraint(condition=~Q(amount=0), name="entry_moves_something"),
        ]
        triggers = [
            pgtrigger.Protect(name="entry_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            _refuse_truncate("entry_no_truncate"),
            pgtrigger.Trigger(
                name="journal_sums_to_zero",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                level=pgtrigger.Row,
                timing=pgtrigger.Deferred,
                declare=[("off_by", "bigint")],
                func="""
                    SELECT max(abs(s)) INTO off_by FROM (
                        SELECT sum(e.amount) AS s FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
                        WHERE e.journal_id = NEW.journal_id GROUP BY a.currency) sums;
                    IF off_by <> 0 THEN
                        RAISE EXCEPTION 'journal % does not sum to zero', NEW.journal_id USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self):
        return f"{self.amount} → {self.account_id}"
