import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.manager
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import cpanet.core.ids
import cpanet.core.secrets


class Migration(migrations.Migration):
    replaces = [
        ("payouts", "0001_initial"),
        ("payouts", "0002_registers_and_freezes"),
        ("payouts", "0003_rails_and_terms"),
        ("payouts", "0004_advertisers_money"),
        ("payouts", "0005_currencies"),
        ("payouts", "0006_reminders"),
        ("payouts", "0007_held_rates"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_release_0_1"),
        ("offers", "0001_release_0_1"),
        ("tenancy", "0001_release_0_1"),
        ("tracking", "0001_release_0_1"),
    ]

    operations = [
        migrations.CreateModel(
            name="Adjustment",
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
                        choices=[("adjustment", "Adjustment"), ("write_off", "Bad debt")],
                        default="adjustment",
                        max_length=12,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Waits for a second person"),
                            ("booked", "Booked"),
                            ("refused", "Refused"),
                        ],
                        default="proposed",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "debit_kind",
                    models.CharField(
                        choices=[
                            ("available", "Webmaster: available"),
                            ("hold", "Webmaster: on hold"),
                            ("deposit", "Advertiser's deposit"),
                            ("revenue", "Revenue"),
                            ("cost", "Cost of webmasters"),
                            ("fees", "Fees"),
                            ("cash", "Cash"),
                            ("bad_debt", "Bad debt"),
                            ("rounding", "Rounding"),
                        ],
                        max_length=16,
                    ),
                ),
                ("debit_owner", models.BigIntegerField(default=0)),
                (
                    "credit_kind",
                    models.CharField(
                        choices=[
                            ("available", "Webmaster: available"),
                            ("hold", "Webmaster: on hold"),
                            ("deposit", "Advertiser's deposit"),
                            ("revenue", "Revenue"),
                            ("cost", "Cost of webmasters"),
                            ("fees", "Fees"),
                            ("cash", "Cash"),
                            ("bad_debt", "Bad debt"),
                            ("rounding", "Rounding"),
                        ],
                        max_length=16,
                    ),
                ),
                ("credit_owner", models.BigIntegerField(default=0)),
                ("currency", models.CharField(max_length=3)),
                ("amount", models.BigIntegerField()),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("refusal", models.CharField(blank=True, default="", max_length=300)),
                ("idempotency_key", models.CharField(editable=False, max_length=60)),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(models.F("network"), models.F("idempotency_key"), name="adjustment_once"),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="adjustment_moves_something"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("debit_kind", models.F("credit_kind")),
                            ("debit_owner", models.F("credit_owner")),
                            _negated=True,
                        ),
                        name="adjustment_has_two_sides",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "booked"), _negated=True),
                            models.Q(
                                ("decided_by__isnull", False),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="adjustment_has_two_persons",
                        violation_error_message="A second person must confirm: you proposed this yourself.",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="AdvertiserTerms",
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
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="terms", to="accounts.advertiser"
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("prepaid", "Pays in advance"), ("postpaid", "Pays invoices")],
                        default="postpaid",
                        max_length=12,
                        verbose_name="how he pays",
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("credit_limit", models.BigIntegerField(null=True, verbose_name="may owe up to")),
                ("warn_below", models.BigIntegerField(null=True, verbose_name="warn below")),
                (
                    "invoice_period",
                    models.CharField(
                        choices=[
                            ("none", "By hand only"),
                            ("week", "Every week"),
                            ("half_month", "Twice a month"),
                            ("month", "Every month"),
                        ],
                        default="none",
                        max_length=12,
                        verbose_name="invoices",
                    ),
                ),
                ("due_days", models.PositiveSmallIntegerField(default=14, verbose_name="days to pay")),
                ("legal_name", models.CharField(blank=True, default="", max_length=200, verbose_name="name on paper")),
                ("tax_id", models.CharField(blank=True, default="", max_length=20, verbose_name="tax number")),
                ("contract", models.CharField(blank=True, default="", max_length=60, verbose_name="contract")),
                ("address", models.CharField(blank=True, default="", max_length=300, verbose_name="address")),
                ("paused_at", models.DateTimeField(editable=False, null=True)),
                ("paused_offers", models.JSONField(default=list, editable=False)),
                ("warned_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name_plural": "advertiser terms",
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("credit_limit__isnull", True), ("credit_limit__gte", 0), _connector="OR"),
                        name="credit_limit_not_negative",
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="NetworkDetails",
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
                ("legal_name", models.CharField(blank=True, default="", max_length=200, verbose_name="name on paper")),
                ("tax_id", models.CharField(blank=True, default="", max_length=20, verbose_name="tax number")),
                ("address", models.CharField(blank=True, default="", max_length=300, verbose_name="address")),
                ("bank", models.CharField(blank=True, default="", max_length=500, verbose_name="bank details")),
                (
                    "invoice_prefix",
                    models.CharField(blank=True, default="INV-", max_length=12, verbose_name="numbers begin with"),
                ),
                (
                    "reminds_overdue",
                    models.BooleanField(default=True, verbose_name="remind advertisers of overdue invoices"),
                ),
                ("last_number", models.PositiveIntegerField(default=0, editable=False)),
            ],
            options={
                "verbose_name_plural": "network details",
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [models.UniqueConstraint(models.F("network"), name="one_details_per_network")],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="PayoutMethod",
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
                            ("iban", "Bank transfer (IBAN)"),
                            ("card", "Card"),
                            ("tr_iban", "Turkish bank account (IBAN)"),
                            ("ru_bank", "Russian bank account"),
                            ("usdt_trc20", "USDT (TRC-20)"),
                            ("usdt_erc20", "USDT (ERC-20)"),
                            ("btc", "Bitcoin"),
                            ("email_wallet", "Wallet by e-mail"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("minimum", models.BigIntegerField(verbose_name="minimum")),
                ("maximum", models.BigIntegerField(null=True, verbose_name="maximum")),
                ("fee_fixed", models.BigIntegerField(default=0, verbose_name="fee")),
                (
                    "fee_percent",
                    models.PositiveIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(5000)],
                        verbose_name="fee, percent",
                    ),
                ),
                ("fee_cap", models.BigIntegerField(null=True, verbose_name="fee at most")),
                ("countries", models.JSONField(default=list, verbose_name="countries")),
                (
                    "schedule",
                    models.CharField(
                        choices=[
                            ("on_request", "On request"),
                            ("weekly", "Every week, on Monday"),
                            ("twice_a_month", "On the 1st and the 16th"),
                            ("monthly", "On the 1st of the month"),
                            ("net", "A number of days after the month (net N)"),
                        ],
                        default="on_request",
                        max_length=16,
                        verbose_name="schedule",
                    ),
                ),
                ("net_days", models.PositiveSmallIntegerField(default=30, verbose_name="days after the month")),
                ("rail", models.CharField(default="register", max_length=20, verbose_name="how it is sent")),
                (
                    "rail_url",
                    models.CharField(blank=True, default="", max_length=500, verbose_name="address of the rail"),
                ),
                (
                    "rail_secret",
                    cpanet.core.secrets.EncryptedTextField(blank=True, default="", verbose_name="secret of the rail"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "ordering": ["name", "id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(models.F("network"), models.F("name"), name="payout_method_name"),
                    models.CheckConstraint(
                        condition=models.Q(("fee_fixed__gte", 0), ("minimum__gt", models.F("fee_fixed"))),
                        name="payout_minimum_above_fee",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("maximum__isnull", True), ("maximum__gte", models.F("minimum")), _connector="OR"
                        ),
                        name="payout_maximum_above_minimum",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="PayoutDetails",
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
                    "affiliate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="payout_details",
                        to="accounts.affiliate",
                    ),
                ),
                (
                    "method",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="payouts.payoutmethod"
                    ),
                ),
                ("holder", cpanet.core.secrets.EncryptedTextField(verbose_name="holder")),
                ("account", cpanet.core.secrets.EncryptedTextField(verbose_name="account")),
                ("more", cpanet.core.secrets.EncryptedTextField(blank=True, default="")),
                ("masked", models.CharField(max_length=80)),
                ("fingerprint", models.CharField(default="", editable=False, max_length=64)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("usable_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name_plural": "payout details",
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["network", "fingerprint"], name="details_by_fingerprint")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"),
                        models.F("affiliate"),
                        models.F("method"),
                        condition=models.Q(("is_active", True)),
                        name="one_active_details_per_method",
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="PayoutTerms",
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
                    "affiliate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="payout_terms",
                        to="accounts.affiliate",
                    ),
                ),
                (
                    "method",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="payouts.payoutmethod"
                    ),
                ),
                ("minimum", models.BigIntegerField(null=True, verbose_name="minimum")),
                ("maximum", models.BigIntegerField(null=True, verbose_name="maximum")),
                ("fee_fixed", models.BigIntegerField(null=True, verbose_name="fee")),
                (
                    "fee_percent",
                    models.PositiveIntegerField(
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(5000)],
                        verbose_name="fee, percent",
                    ),
                ),
                (
                    "schedule",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("on_request", "On request"),
                            ("weekly", "Every week, on Monday"),
                            ("twice_a_month", "On the 1st and the 16th"),
                            ("monthly", "On the 1st of the month"),
                            ("net", "A number of days after the month (net N)"),
                        ],
                        default="",
                        max_length=16,
                        verbose_name="schedule",
                    ),
                ),
                ("net_days", models.PositiveSmallIntegerField(null=True, verbose_name="days after the month")),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"), models.F("affiliate"), models.F("method"), name="one_terms_per_method"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="PayoutRules",
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
                    "cooling_days",
                    models.PositiveSmallIntegerField(
                        default=2,
                        validators=[django.core.validators.MaxValueValidator(60)],
                        verbose_name="days a changed account waits",
                    ),
                ),
                (
                    "debtor_name",
                    models.CharField(blank=True, default="", max_length=70, verbose_name="name of the payer"),
                ),
                (
                    "debtor_iban",
                    cpanet.core.secrets.EncryptedTextField(blank=True, default="", verbose_name="IBAN of the payer"),
                ),
                (
                    "debtor_bic",
                    models.CharField(blank=True, default="", max_length=11, verbose_name="BIC of the payer's bank"),
                ),
                (
                    "debtor_country",
                    models.CharField(blank=True, default="", max_length=2, verbose_name="country of the payer"),
                ),
                (
                    "debtor_address",
                    models.CharField(blank=True, default="", max_length=140, verbose_name="address of the payer"),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [models.UniqueConstraint(models.F("network"), name="one_payout_rules")],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="PayoutBatch",
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
                    "method",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="batches", to="payouts.payoutmethod"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "In review"),
                            ("confirmed", "Confirmed"),
                            ("sent", "Sent"),
                            ("closed", "Closed"),
                            ("dissolved", "Dissolved"),
                        ],
                        default="draft",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("register_hash", models.CharField(blank=True, default="", max_length=64)),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by__isnull", True),
                            models.Q(("confirmed_by", models.F("created_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="batch_has_two_persons",
                        violation_error_message="A second person must confirm: you made this batch yourself.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["confirmed", "sent", "closed"]), _negated=True),
                            ("confirmed_by__isnull", False),
                            _connector="OR",
                        ),
                        name="batch_confirmed_before_sent",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="BatchRegister",
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
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="registers", to="payouts.payoutbatch"
                    ),
                ),
                (
                    "format",
                    models.CharField(choices=[("csv", "CSV"), ("xlsx", "XLSX"), ("xml", "ISO 20022")], max_length=4),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("content", cpanet.core.secrets.EncryptedTextField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["format"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"), models.F("batch"), models.F("format"), name="one_register_per_format"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Payout",
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
                ("uid", models.UUIDField(default=cpanet.core.ids.uuid7, editable=False)),
                (
                    "affiliate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payouts", to="accounts.affiliate"
                    ),
                ),
                (
                    "method",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payouts", to="payouts.payoutmethod"
                    ),
                ),
                (
                    "details",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payouts", to="payouts.payoutdetails"
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payouts",
                        to="payouts.payoutbatch",
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("amount", models.BigIntegerField()),
                ("fee", models.BigIntegerField(default=0)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("approved", "In a batch"),
                            ("submitting", "Being sent"),
                            ("sent", "Sent"),
                            ("unknown", "Outcome unknown"),
                            ("paid", "Paid"),
                            ("failed", "Failed"),
                            ("returned", "Returned"),
                            ("rejected", "Rejected"),
                        ],
                        default="requested",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=300, verbose_name="reason")),
                ("idempotency_key", models.CharField(editable=False, max_length=120)),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("requested_at", models.DateTimeField()),
                ("status_updated_at", models.DateTimeField()),
                ("paid_at", models.DateTimeField(null=True)),
                ("external_reference", models.CharField(blank=True, default="", max_length=120)),
                ("attempt", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("reference", models.CharField(blank=True, default="", editable=False, max_length=80)),
                ("submit_at", models.DateTimeField(editable=False, null=True)),
                ("look_up_at", models.DateTimeField(editable=False, null=True)),
                ("look_ups", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("answer_version", models.BigIntegerField(default=0, editable=False)),
                ("attention", models.CharField(blank=True, default="", editable=False, max_length=300)),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["network", "status", "id"], name="payout_inbox"),
                    models.Index(fields=["network", "affiliate", "-id"], name="payouts_of_affiliate"),
                    models.Index(
                        condition=models.Q(("submit_at__isnull", False)),
                        fields=["network", "submit_at"],
                        name="due_payouts",
                    ),
                    models.Index(
                        condition=models.Q(("look_up_at__isnull", False)),
                        fields=["network", "look_up_at"],
                        name="payouts_to_look_up",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(models.F("network"), models.F("uid"), name="payout_uid"),
                    models.UniqueConstraint(
                        models.F("network"), models.F("affiliate"), models.F("idempotency_key"), name="payout_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", models.F("fee")), ("fee__gte", 0)),
                        name="payout_amount_above_fee",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "submitting"), _negated=True),
                            models.Q(("attempt__gte", 1), models.Q(("reference", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="payout_submitting_under_a_reference",
                    ),
                    models.UniqueConstraint(
                        models.F("network"),
                        models.F("reference"),
                        condition=models.Q(("reference", ""), _negated=True),
                        name="payout_reference",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="PayoutAttempt",
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
                    "payout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="payouts.payout"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("reference", models.CharField(max_length=80)),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("asked", "Handed to the rail"),
                            ("answered", "Answer of the rail"),
                            ("looked_up", "Looked up"),
                            ("notice", "Notice of the rail"),
                            ("lost", "Sender was lost"),
                            ("repeated", "To be sent again"),
                            ("doubted", "Needs a person"),
                        ],
                        max_length=12,
                    ),
                ),
                ("outcome", models.CharField(blank=True, default="", max_length=16)),
                ("detail", models.CharField(blank=True, default="", max_length=300)),
                ("version", models.BigIntegerField(default=0)),
                ("notice_id", models.CharField(blank=True, default="", max_length=120)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["network", "payout", "id"], name="attempts_of_payout")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"),
                        models.F("notice_id"),
                        condition=models.Q(("notice_id", ""), _negated=True),
                        name="notice_once",
                    ),
                    models.UniqueConstraint(
                        models.F("network"),
                        models.F("reference"),
                        condition=models.Q(("step", "asked")),
                        name="asked_once",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="BankStatement",
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
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                (
                    "format",
                    models.CharField(
                        choices=[("mt940", "MT940"), ("1c", "1C"), ("ofx", "OFX"), ("csv", "CSV")], max_length=8
                    ),
                ),
                ("payments_found", models.PositiveIntegerField()),
                ("payments_new", models.PositiveIntegerField()),
                ("left_out", models.PositiveIntegerField()),
                ("warnings", models.JSONField(default=list)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("uploaded_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="BankPayment",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="payouts.bankstatement"
                    ),
                ),
                ("identity", models.CharField(editable=False, max_length=60)),
                ("on", models.DateField()),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("account", models.CharField(blank=True, default="", max_length=64)),
                ("payer", models.CharField(blank=True, default="", max_length=300)),
                ("payer_tax_id", models.CharField(blank=True, default="", max_length=20)),
                ("payer_account", models.CharField(blank=True, default="", max_length=64)),
                ("purpose", models.CharField(blank=True, default="", max_length=1000)),
                ("reference", models.CharField(blank=True, default="", max_length=80)),
                (
                    "status",
                    models.CharField(
                        choices=[("new", "To be confirmed"), ("booked", "Booked"), ("set_aside", "Set aside")],
                        default="new",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "proposed",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.advertiser",
                    ),
                ),
                (
                    "proposed_why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("invoice", "Names our invoice"),
                            ("tax_id", "Tax number"),
                            ("contract", "Names the contract"),
                            ("before", "Paid from here before"),
                            ("name", "Name"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                (
                    "advertiser",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bank_payments",
                        to="accounts.advertiser",
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=300, verbose_name="reason")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-on", "-id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["network", "status", "-on", "-id"], name="bank_inbox")],
                "constraints": [
                    models.UniqueConstraint(models.F("network"), models.F("identity"), name="bank_payment_once"),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="bank_payment_came_in"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("advertiser__isnull", False), ("status", "booked")),
                            models.Q(models.Q(("status", "booked"), _negated=True), ("advertiser__isnull", True)),
                            _connector="OR",
                        ),
                        name="booked_payment_has_its_advertiser",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="CurrencyRules",
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
                    "source_url",
                    models.URLField(blank=True, default="", max_length=500, verbose_name="address of the rates"),
                ),
                (
                    "max_age_days",
                    models.PositiveSmallIntegerField(
                        default=4,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                        verbose_name="days a rate may be old",
                    ),
                ),
                (
                    "spread",
                    models.PositiveSmallIntegerField(
                        default=0, validators=[django.core.validators.MaxValueValidator(2000)]
                    ),
                ),
                ("last_attempt_at", models.DateTimeField(editable=False, null=True)),
                ("last_failure", models.CharField(blank=True, default="", editable=False, max_length=500)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(models.F("network"), name="currency_rules_of_network"),
                    models.CheckConstraint(condition=models.Q(("spread__lte", 2000)), name="spread_within_bounds"),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="CurrencyRate",
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
                ("source", models.CharField(max_length=8)),
                ("day", models.DateField()),
                ("base", models.CharField(max_length=3)),
                ("currency", models.CharField(max_length=3)),
                ("base_amount", models.DecimalField(decimal_places=12, max_digits=24)),
                ("currency_amount", models.DecimalField(decimal_places=12, max_digits=24)),
                ("imported_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-day", "source", "currency"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"),
                        models.F("source"),
                        models.F("day"),
                        models.F("currency"),
                        name="one_rate_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("base_amount__gt", 0),
                            ("currency_amount__gt", 0),
                            models.Q(("currency", ""), _negated=True),
                        ),
                        name="rates_above_zero",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="HeldRates",
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
                ("source", models.CharField(max_length=8)),
                ("day", models.DateField()),
                ("rates", models.JSONField()),
                ("moves", models.JSONField()),
                (
                    "status",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("confirmed", "Confirmed"), ("refused", "Refused")],
                        default="waiting",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "brought_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("held_at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name_plural": "held rates",
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"),
                        models.F("source"),
                        condition=models.Q(("status", "waiting")),
                        name="one_held_table_a_source",
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Wallet",
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
                    "affiliate",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="wallet", to="accounts.affiliate"
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(models.F("network"), models.F("affiliate"), name="wallet_of_webmaster")
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="CurrencyExchange",
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
                ("uid", models.UUIDField(default=cpanet.core.ids.uuid7, editable=False)),
                (
                    "affiliate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="exchanges", to="accounts.affiliate"
                    ),
                ),
                ("source", models.CharField(max_length=3)),
                ("target", models.CharField(max_length=3)),
                ("sold", models.BigIntegerField()),
                ("bought", models.BigIntegerField()),
                ("fair", models.BigIntegerField()),
                ("price", models.CharField(max_length=40)),
                ("rate_origin", models.CharField(max_length=8)),
                ("rate_day", models.DateField()),
                ("spread", models.PositiveSmallIntegerField()),
                ("idempotency_key", models.CharField(max_length=120)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(models.F("network"), models.F("uid"), name="exchange_uid"),
                    models.UniqueConstraint(
                        models.F("network"), models.F("affiliate"), models.F("idempotency_key"), name="exchange_key"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("bought__gt", 0),
                            ("fair__gte", models.F("bought")),
                            ("sold__gt", 0),
                            models.Q(("source", models.F("target")), _negated=True),
                        ),
                        name="exchange_of_two_currencies",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="PayoutFreeze",
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
                ("frozen_at", models.DateTimeField()),
                ("findings", models.JSONField(default=list)),
                ("lifted_at", models.DateTimeField(null=True)),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"),
                        condition=models.Q(("lifted_at__isnull", True)),
                        name="one_freeze_at_a_time",
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Invoice",
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
                ("uid", models.UUIDField(default=cpanet.core.ids.uuid7, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("invoice", "Invoice"), ("credit_note", "Credit note")],
                        default="invoice",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "advertiser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invoices", to="accounts.advertiser"
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("since", models.DateField()),
                ("until", models.DateField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("issued", "Issued"),
                            ("partly_paid", "Partly paid"),
                            ("paid", "Paid"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("number", models.PositiveIntegerField(null=True)),
                ("number_text", models.CharField(blank=True, default="", max_length=32, verbose_name="number")),
                ("total", models.BigIntegerField(default=0)),
                ("settled", models.BigIntegerField(default=0)),
                (
                    "cancels",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cancelled_by_note",
                        to="payouts.invoice",
                    ),
                ),
                ("seller", models.JSONField(default=dict)),
                ("buyer", models.JSONField(default=dict)),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="note")),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("issued_at", models.DateTimeField(null=True)),
                ("due_date", models.DateField(null=True)),
                ("paid_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["network", "advertiser", "-id"], name="invoices_of_advertiser")],
                "constraints": [
                    models.UniqueConstraint(models.F("network"), models.F("uid"), name="invoice_uid"),
                    models.UniqueConstraint(models.F("network"), models.F("number"), name="invoice_number_once"),
                    models.UniqueConstraint(
                        models.F("network"),
                        models.F("advertiser"),
                        models.F("currency"),
                        models.F("kind"),
                        condition=models.Q(("status", "draft")),
                        name="one_draft_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("since"))), name="invoice_period_runs_forward"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("number__isnull", True), ("status", "draft")),
                            models.Q(
                                models.Q(("status", "draft"), _negated=True),
                                ("issued_at__isnull", False),
                                ("number__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="issued_invoice_is_numbered",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="InvoiceReminder",
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
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reminders", to="payouts.invoice"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("sent_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["number"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"), models.F("invoice"), models.F("number"), name="reminded_once"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="InvoiceLine",
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
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="payouts.invoice"
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offers.offer"),
                ),
                (
                    "goal",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offers.goal"),
                ),
                ("is_correction", models.BooleanField(default=False)),
                ("title", models.CharField(max_length=300)),
                ("leads", models.PositiveIntegerField()),
                ("amount", models.BigIntegerField()),
            ],
            options={
                "ordering": ["is_correction", "title", "id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"),
                        models.F("invoice"),
                        models.F("goal"),
                        models.F("is_correction"),
                        name="one_line_per_goal",
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="InvoiceRow",
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
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="payouts.invoiceline"
                    ),
                ),
                (
                    "conversion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracking.conversion"
                    ),
                ),
                ("is_correction", models.BooleanField(default=False)),
                ("is_void", models.BooleanField(default=False)),
                ("revision", models.PositiveIntegerField()),
                ("amount", models.BigIntegerField()),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["network", "conversion"], name="rows_of_lead")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"),
                        models.F("conversion"),
                        condition=models.Q(("is_correction", False), ("is_void", False)),
                        name="lead_is_invoiced_once",
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="currencyexchange",
            trigger=pgtrigger.compiler.Trigger(
                name="exchange_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="35a0e52fa8da7b855239852d14f9886ca435c932",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_exchange_stays_90813",
                    table="payouts_currencyexchange",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoice",
            trigger=pgtrigger.compiler.Trigger(
                name="issued_invoice_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.\"status\" IS DISTINCT FROM 'draft')",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="8375428806708b1a280ccdbc8b496f8d780c76f8",
                    operation="DELETE",
                    pgid="pgtrigger_issued_invoice_stays_1f310",
                    table="payouts_invoice",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoice",
            trigger=pgtrigger.compiler.Trigger(
                name="issued_total_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (NEW."total" IS DISTINCT FROM (OLD."total") AND OLD."status" IS DISTINCT FROM \'draft\')',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="16a5e870ad9a14265f7f0e594e7ea6ad3c2d6f37",
                    operation="UPDATE",
                    pgid="pgtrigger_issued_total_stays_7186f",
                    table="payouts_invoice",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payout",
            trigger=pgtrigger.compiler.Trigger(
                name="payout_states",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{requested:approved,requested:rejected,approved:requested,approved:rejected,approved:submitting,approved:sent,submitting:sent,submitting:unknown,unknown:approved,unknown:sent,unknown:paid,unknown:failed,sent:paid,sent:failed,sent:unknown,paid:returned}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="4e64c4cf5568abd0e3e19d0773c10484bcbec789",
                    operation="UPDATE",
                    pgid="pgtrigger_payout_states_3b5e2",
                    table="payouts_payout",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payoutattempt",
            trigger=pgtrigger.compiler.Trigger(
                name="attempt_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="5dd9ef65dc49fb56ab1ed32bb53ab758de333d90",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_attempt_append_only_38edb",
                    table="payouts_payoutattempt",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payoutbatch",
            trigger=pgtrigger.compiler.Trigger(
                name="batch_states",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{draft:confirmed,draft:dissolved,confirmed:sent,confirmed:dissolved,sent:closed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="ae8ddbfbddeecbd79d6709e34f7234ac010a4255",
                    operation="UPDATE",
                    pgid="pgtrigger_batch_states_f7ac2",
                    table="payouts_payoutbatch",
                    when="BEFORE",
                ),
            ),
        ),
    ]
