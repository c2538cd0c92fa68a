"""Append-only double entry. Rows are written by `ledger.journal.post` and by nothing else."""

import pgtrigger
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cpanet.ledger.kinds import NEVER_NEGATIVE, NEVER_POSITIVE, AccountKind, Ref
from cpanet.tenancy.models import NetworkModel


def _refuse_truncate(name):
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'the ledger is append-only';",
    )


# A deferred trigger runs at the commit, when the scope is closed already and row-level security hides every row: it
# would find nothing and be content. So it opens the scope of its own row for its question.
_IN_SCOPE = """
    PERFORM set_config('app.network', NEW.network_id::text, true);
    {question}
    PERFORM set_config('app.network', coalesce(outer_scope, ''), true);
"""
_OUTER_SCOPE = ("outer_scope", "text := current_setting('app.network', true)")


def _checked_at_commit(name, operation, declare, question, verdict):
    """A deferred trigger per row: asks `question` in the scope of the row, then gives its `verdict`."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=operation,
        level=pgtrigger.Row,
        timing=pgtrigger.Deferred,
        declare=[declare, _OUTER_SCOPE],
        func=f"{_IN_SCOPE.format(question=question)}{verdict}\n    RETURN NULL;",
    )


class Account(NetworkModel):
    """One balance: of a kind, of an owner (a webmaster's or advertiser's id; 0: the network), in a currency."""

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
                condition=(~Q(kind__in=NEVER_NEGATIVE) | Q(balance__gte=0))
                & (~Q(kind__in=NEVER_POSITIVE) | Q(balance__lte=0)),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="account_stays", operation=pgtrigger.Delete),
            _checked_at_commit(
                "balance_has_its_entry",
                pgtrigger.Insert | pgtrigger.Update,
                ("is_told", "boolean"),
                """is_told := (NEW.version = 0 AND NEW.balance = 0) OR EXISTS (
                       SELECT 1 FROM ledger_entry e WHERE e.network_id = NEW.network_id AND e.account_id = NEW.id
                         AND e.account_version = NEW.version AND e.balance_after = NEW.balance);""",
                """IF NOT is_told THEN
                       RAISE EXCEPTION 'account %: balance % has no entry', NEW.id, NEW.balance
                           USING ERRCODE = 'check_violation';
                   END IF;""",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.owner_id} {self.currency}"

    @property
    def ref(self) -> Ref:
        return Ref(self.kind, self.owner_id, self.currency)


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
        indexes = [
            models.Index(fields=["network", "subject", "id"], name="journals_of_subject"),
            models.Index(fields=["network", "effective_at"], name="journals_by_time"),  # balances at a past moment
        ]
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
            _checked_at_commit(
                "journal_sums_to_zero",
                pgtrigger.Insert,
                ("off_by", "bigint"),
                """SELECT max(abs(s)) INTO off_by FROM (
                       SELECT sum(e.amount) AS s FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
                       WHERE e.network_id = NEW.network_id AND e.journal_id = NEW.journal_id
                       GROUP BY a.currency) sums;""",
                """IF off_by IS DISTINCT FROM 0 THEN
                       RAISE EXCEPTION 'journal % does not sum to zero', NEW.journal_id
                           USING ERRCODE = 'check_violation';
                   END IF;""",
            ),
        ]

    def __str__(self):
        return f"{self.amount} → {self.account_id}"


class Fuse(NetworkModel):
    """What stops the automatic part of a network when it does far more than usual; a person lets it go on.

    It blows when one kind of automatic work exceeds, within a day, both `floor` and `factor` times the median of the
    last two weeks. `figures`: what (kind), count, median and limit at that moment.
    """

    is_on = models.BooleanField(_("on"), default=True)
    factor = models.PositiveSmallIntegerField(_("times the usual"), default=3, validators=[MinValueValidator(2)])
    floor = models.PositiveIntegerField(_("and at least"), default=500)
    blown_at = models.DateTimeField(null=True, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)
    figures = models.JSONField(default=dict, editable=False)
    let_go_at = models.DateTimeField(null=True, editable=False)
    let_go_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta(NetworkModel.Meta):
        constraints = [models.UniqueConstraint("network", name="one_fuse_per_network")]

    def __str__(self):
        return f"fuse of {self.network_id}"


class AutomaticCount(NetworkModel):
    """How much of one kind the machine did by itself on one day (UTC)."""

    day = models.DateField()
    what = models.CharField(max_length=16)
    number = models.BigIntegerField(default=0)

    class Meta(NetworkModel.Meta):
        constraints = [models.UniqueConstraint("network", "what", "day", name="one_count_per_day")]

    def __str__(self):
        return f"{self.what} {self.day}"
