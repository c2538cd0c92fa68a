import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import reconciliation.models


class Migration(migrations.Migration):
    replaces = [
        ("reconciliation", "0001_initial"),
        ("reconciliation", "0002_decisions_of_rows"),
        ("reconciliation", "0003_over_cap"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_release_0_1"),
        ("jobs", "0001_release_0_1"),
        ("tenancy", "0001_release_0_1"),
        ("tracking", "0001_release_0_1"),
    ]

    operations = [
        migrations.CreateModel(
            name="StatementSource",
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
                    "advertiser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="statement_sources",
                        to="accounts.advertiser",
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("mapping", models.JSONField(default=dict)),
                ("tolerance_absolute", models.BigIntegerField(default=0, verbose_name="tolerance, amount")),
                ("tolerance_relative", models.PositiveIntegerField(default=0, verbose_name="tolerance, percent")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"), models.F("advertiser"), models.F("name"), name="statement_source_name"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Statement",
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
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="reconciliation.statementsource",
                    ),
                ),
                (
                    "advertiser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="statements", to="accounts.advertiser"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "Uploaded"),
                            ("matched", "Ready for review"),
                            ("applying", "Being applied"),
                            ("closed", "Applied"),
                            ("withdrawing", "Being taken back"),
                            ("withdrawn", "Withdrawn"),
                            ("refused", "Refused"),
                        ],
                        default="uploaded",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("file", models.FileField(upload_to=reconciliation.models.file_path)),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("format", models.CharField(blank=True, default="", max_length=16)),
                ("encoding", models.CharField(blank=True, default="", max_length=32)),
                ("mapping", models.JSONField(default=dict)),
                ("period_from", models.DateTimeField(null=True)),
                ("period_until", models.DateTimeField(null=True)),
                ("summary", models.JSONField(default=dict)),
                ("message", models.TextField(blank=True, default="")),
                (
                    "job",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="jobs.job"
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("uploaded_at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["network", "advertiser", "-id"], name="statements_of_advertiser")],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="StatementRow",
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
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="reconciliation.statement"
                    ),
                ),
                ("number", models.PositiveIntegerField(null=True)),
                ("identity", models.CharField(max_length=100)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("content_hash", models.CharField(blank=True, default="", max_length=32)),
                ("raw", models.JSONField(default=list)),
                ("error", models.CharField(blank=True, default="", max_length=500)),
                ("order_id", models.CharField(blank=True, default="", max_length=200)),
                ("amount", models.BigIntegerField(null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                ("status", models.CharField(blank=True, default="", max_length=16)),
                ("status_word", models.CharField(blank=True, default="", max_length=100)),
                ("occurred_at", models.DateTimeField(null=True)),
                (
                    "match_class",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("equal", "Equal"),
                            ("within_tolerance", "Within tolerance"),
                            ("amount_differs", "Amount differs"),
                            ("status_differs", "Status differs"),
                            ("currency_differs", "Currency differs"),
                            ("theirs_only", "Only in their file"),
                            ("ours_only", "Only in our books"),
                            ("duplicate_in_file", "Twice in this file"),
                            ("duplicate_across", "In an earlier statement already"),
                            ("duplicate_across_networks", "Claimed through another network"),
                            ("out_of_period", "Outside the period"),
                            ("row_error", "Cannot be read"),
                        ],
                        default="",
                        max_length=32,
                    ),
                ),
                ("matched_by", models.CharField(blank=True, default="", max_length=24)),
                (
                    "conversion",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="statement_rows",
                        to="tracking.conversion",
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("suggestions", models.JSONField(default=list)),
                (
                    "action",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Nothing happens"),
                            ("approve", "Approve"),
                            ("decline", "Decline"),
                            ("confirm", "Stays as it is"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                (
                    "decision_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("cancelled", "The customer cancelled"),
                            ("returned", "The goods came back"),
                            ("not_paid", "Not paid"),
                            ("unreachable", "The customer could not be reached"),
                            ("duplicate", "The same order came before"),
                            ("wrong_data", "Wrong or false data"),
                            ("not_new", "Not a new customer"),
                            ("wrong_geo", "From a country that does not take part"),
                            ("forbidden_traffic", "Traffic the rules forbid"),
                            ("fraud", "Fraud"),
                            ("over_cap", "The cap was full when the visitor clicked"),
                            ("test", "A test order"),
                            ("not_found", "Not in the advertiser's books"),
                            ("other", "Another reason (see the note)"),
                        ],
                        default="",
                        max_length=32,
                    ),
                ),
                ("order_amount", models.BigIntegerField(null=True)),
                ("conversion_revision", models.PositiveIntegerField(null=True)),
                ("before", models.JSONField(default=dict)),
                ("earning_change", models.BigIntegerField(default=0)),
                ("revenue_change", models.BigIntegerField(default=0)),
                ("is_accepted", models.BooleanField(default=True)),
                ("applied_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, default="", max_length=300)),
            ],
            options={
                "ordering": ["number"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["network", "identity"], name="statement_row_identity")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"), models.F("statement"), models.F("number"), name="statement_row_number"
                    ),
                    models.UniqueConstraint(
                        models.F("network"),
                        models.F("statement"),
                        models.F("conversion"),
                        condition=models.Q(("conversion__isnull", False)),
                        name="row_claims_conversion_once",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
    ]
