import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.manager
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("ledger", "0001_initial"),
        ("ledger", "0002_scope_of_checks"),
        ("ledger", "0003_journals_by_time"),
        ("ledger", "0004_fuse"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_release_0_1"),
        ("tenancy", "0001_release_0_1"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "network",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.network",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cash", "Cash"),
                            ("deposit", "Advertiser's deposit"),
                            ("receivable", "Owed by the advertiser"),
                            ("revenue", "Revenue"),
                            ("hold", "Webmaster: on hold"),
                            ("available", "Webmaster: available"),
                            ("debt", "Webmaster: debt"),
                            ("in_payout", "Webmaster: in payout"),
                            ("clearing", "Payouts in clearing"),
                            ("cost", "Cost of webmasters"),
                            ("referral_cost", "Cost of referrals"),
                            ("fees", "Fees"),
                            ("position", "Currency position"),
                            ("bad_debt", "Bad debt"),
                            ("rounding", "Rounding"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("owner_id", models.BigIntegerField(default=0)),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("balance", models.BigIntegerField(default=0)),
                ("version", models.BigIntegerField(default=0)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"),
                        models.F("kind"),
                        models.F("owner_id"),
                        models.F("currency"),
                        name="one_account_per_owner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(
                                    ("kind__in", ("hold", "available", "in_payout", "deposit", "clearing")),
                                    _negated=True,
                                ),
                                ("balance__gte", 0),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("kind__in", ("debt", "receivable")), _negated=True),
                                ("balance__lte", 0),
                                _connector="OR",
                            ),
                        ),
                        name="account_within_bounds",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Journal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "network",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.network",
                    ),
                ),
                ("key", models.CharField(max_length=120)),
                ("body_hash", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=32)),
                ("subject", models.CharField(blank=True, default="", max_length=120)),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("effective_at", models.DateTimeField()),
                ("posted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["network", "subject", "id"], name="journals_of_subject"),
                    models.Index(fields=["network", "effective_at"], name="journals_by_time"),
                ],
                "constraints": [models.UniqueConstraint(models.F("network"), models.F("key"), name="journal_key")],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "network",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.network",
                    ),
                ),
                (
                    "journal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="entries", to="ledger.journal"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="entries", to="ledger.account"
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("account_version", models.BigIntegerField()),
                ("balance_after", models.BigIntegerField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"),
                        models.F("account"),
                        models.F("account_version"),
                        name="entry_claims_version",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount", 0), _negated=True), name="entry_moves_something"
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Fuse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "network",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.network",
                    ),
                ),
                ("is_on", models.BooleanField(default=True, verbose_name="on")),
                (
                    "factor",
                    models.PositiveSmallIntegerField(
                        default=3,
                        validators=[django.core.validators.MinValueValidator(2)],
                        verbose_name="times the usual",
                    ),
                ),
                ("floor", models.PositiveIntegerField(default=500, verbose_name="and at least")),
                ("blown_at", models.DateTimeField(editable=False, null=True)),
                ("told_at", models.DateTimeField(editable=False, null=True)),
                ("figures", models.JSONField(default=dict, editable=False)),
                ("let_go_at", models.DateTimeField(editable=False, null=True)),
                (
                    "let_go_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [models.UniqueConstraint(models.F("network"), name="one_fuse_per_network")],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="AutomaticCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "network",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.network",
                    ),
                ),
                ("day", models.DateField()),
                ("what", models.CharField(max_length=16)),
                ("number", models.BigIntegerField(default=0)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"), models.F("what"), models.F("day"), name="one_count_per_day"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="account",
            trigger=pgtrigger.compiler.Trigger(
                name="account_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="18c21b13eaa94a7470984b9189c3a7eb3e89e125",
                    operation="DELETE",
                    pgid="pgtrigger_account_stays_f1ae9",
                    table="ledger_account",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="account",
            trigger=pgtrigger.compiler.Trigger(
                name="balance_has_its_entry",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    constraint="CONSTRAINT",
                    declare="DECLARE is_told boolean; outer_scope text := current_setting('app.network', true);",
                    func="\n    PERFORM set_config('app.network', NEW.network_id::text, true);\n    is_told := (NEW.version = 0 AND NEW.balance = 0) OR EXISTS (\n                       SELECT 1 FROM ledger_entry e WHERE e.network_id = NEW.network_id AND e.account_id = NEW.id\n                         AND e.account_version = NEW.version AND e.balance_after = NEW.balance);\n    PERFORM set_config('app.network', coalesce(outer_scope, ''), true);\nIF NOT is_told THEN\n                       RAISE EXCEPTION 'account %: balance % has no entry', NEW.id, NEW.balance\n                           USING ERRCODE = 'check_violation';\n                   END IF;\n    RETURN NULL;",
                    hash="a4d73b15e76c8e1c4464be4c92ec806b6412965e",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_balance_has_its_entry_2e86a",
                    table="ledger_account",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entry",
            trigger=pgtrigger.compiler.Trigger(
                name="entry_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="9af85c6b3f9c8411a23816b1a171c8b8783d9c9c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_entry_append_only_cb569",
                    table="ledger_entry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entry",
            trigger=pgtrigger.compiler.Trigger(
                name="entry_no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'the ledger is append-only';",
                    hash="3576361cfff20f16e212fbac78aedee5e917159d",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_entry_no_truncate_57f08",
                    table="ledger_entry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entry",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_sums_to_zero",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    constraint="CONSTRAINT",
                    declare="DECLARE off_by bigint; outer_scope text := current_setting('app.network', true);",
                    func="\n    PERFORM set_config('app.network', NEW.network_id::text, true);\n    SELECT max(abs(s)) INTO off_by FROM (\n                       SELECT sum(e.amount) AS s FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id\n                       WHERE e.network_id = NEW.network_id AND e.journal_id = NEW.journal_id\n                       GROUP BY a.currency) sums;\n    PERFORM set_config('app.network', coalesce(outer_scope, ''), true);\nIF off_by IS DISTINCT FROM 0 THEN\n                       RAISE EXCEPTION 'journal % does not sum to zero', NEW.journal_id\n                           USING ERRCODE = 'check_violation';\n                   END IF;\n    RETURN NULL;",
                    hash="a49c25eca324b0190e1df05061ed8094c154d0ff",
                    operation="INSERT",
                    pgid="pgtrigger_journal_sums_to_zero_e125f",
                    table="ledger_entry",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="journal",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="f9bb3922885a89541bbb6e500475c10a8f9b78a4",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_journal_append_only_efd34",
                    table="ledger_journal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="journal",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'the ledger is append-only';",
                    hash="749dce0b7e37537e459c3e9e86396ca9987cb7d4",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_journal_no_truncate_8109b",
                    table="ledger_journal",
                    when="BEFORE",
                ),
            ),
        ),
    ]
