import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import cpanet.core.ids


class Migration(migrations.Migration):
    replaces = [
        ("offers", "0001_initial"),
        ("offers", "0002_product_details"),
        ("offers", "0003_coupons"),
        ("offers", "0004_caps_and_targeting"),
        ("offers", "0005_money_in_depth"),
        ("offers", "0006_reliability"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_release_0_1"),
        ("jobs", "0001_release_0_1"),
        ("tenancy", "0001_release_0_1"),
    ]

    operations = [
        migrations.CreateModel(
            name="Vertical",
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
                ("name", models.CharField(max_length=80, verbose_name="name")),
            ],
            options={
                "ordering": ["name"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"), django.db.models.functions.text.Lower("name"), name="vertical_name"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Offer",
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
                    "advertiser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="accounts.advertiser",
                        verbose_name="advertiser",
                    ),
                ),
                (
                    "vertical",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="offers.vertical",
                        verbose_name="theme",
                    ),
                ),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                ("summary", models.CharField(blank=True, default="", max_length=250, verbose_name="in one sentence")),
                ("description", models.TextField(blank=True, default="", max_length=20000, verbose_name="description")),
                ("rules", models.TextField(blank=True, default="", max_length=20000, verbose_name="rules in words")),
                ("logo", models.FileField(blank=True, upload_to="logos/", verbose_name="logo")),
                ("site_url", models.URLField(blank=True, default="", max_length=500, verbose_name="site")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("active", "Active"),
                            ("paused", "Paused"),
                            ("archived", "Archived"),
                        ],
                        default="draft",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "access",
                    models.CharField(
                        choices=[
                            ("open", "Open to every approved webmaster"),
                            ("request", "After a request"),
                            ("invite", "By invitation only"),
                        ],
                        default="request",
                        max_length=16,
                        verbose_name="access",
                    ),
                ),
                (
                    "countries",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="countries",
                    ),
                ),
                (
                    "devices",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="devices",
                    ),
                ),
                (
                    "systems",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="systems",
                    ),
                ),
                (
                    "browsers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="browsers",
                    ),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=3),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="languages",
                    ),
                ),
                (
                    "hours",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="hours",
                    ),
                ),
                (
                    "deep_link_domains",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=253),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="domains for deep links",
                    ),
                ),
                (
                    "fallback_url",
                    models.URLField(blank=True, default="", max_length=2000, verbose_name="fallback address"),
                ),
                (
                    "hold_days",
                    models.PositiveSmallIntegerField(
                        default=14,
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="hold, days",
                    ),
                ),
                (
                    "decision_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="decision within, days",
                    ),
                ),
                ("auto_approve", models.BooleanField(default=False, verbose_name="approve by itself at the deadline")),
                (
                    "needs_funding",
                    models.BooleanField(default=False, verbose_name="hold until the advertiser has paid"),
                ),
                ("starts_at", models.DateTimeField(blank=True, null=True, verbose_name="starts")),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="ends")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["network", "status", "-id"], name="offer_catalogue"),
                    models.Index(fields=["network", "advertiser", "-id"], name="offers_of_advertiser"),
                ],
                "constraints": [
                    models.UniqueConstraint(models.F("network"), models.F("uid"), name="offer_uid"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__isnull", True),
                            ("starts_at__isnull", True),
                            ("ends_at__gt", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="offer_ends_after_start",
                        violation_error_message="The end must come after the start.",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="TrafficRule",
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
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="traffic_rules", to="offers.offer"
                    ),
                ),
                (
                    "traffic_source",
                    models.CharField(
                        choices=[
                            ("content", "Content site"),
                            ("seo", "Search, organic"),
                            ("context", "Search ads"),
                            ("context_brand", "Search ads on the brand"),
                            ("social", "Social network posts"),
                            ("social_ads", "Social network ads"),
                            ("messenger", "Messenger channels"),
                            ("video", "Video and streams"),
                            ("email", "E-mail"),
                            ("push", "Push notifications"),
                            ("popunder", "Popunder and clickunder"),
                            ("display", "Banners and teasers"),
                            ("mobile_app", "Mobile applications"),
                            ("coupon", "Coupon sites"),
                            ("cashback", "Cashback"),
                            ("retargeting", "Retargeting"),
                            ("incentive", "Incentive traffic"),
                        ],
                        max_length=32,
                    ),
                ),
                (
                    "policy",
                    models.CharField(
                        choices=[("allowed", "Allowed"), ("ask", "After approval"), ("forbidden", "Forbidden")],
                        max_length=16,
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="note")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"),
                        models.F("offer"),
                        models.F("traffic_source"),
                        name="one_rule_per_traffic_source",
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Landing",
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
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="landings", to="offers.offer"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("url", models.CharField(max_length=2000, verbose_name="address")),
                (
                    "weight",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1000),
                        ],
                        verbose_name="weight",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "ordering": ["id"],
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
            name="Goal",
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
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="goals", to="offers.offer"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("code", models.SlugField(max_length=40, verbose_name="code for postbacks")),
                (
                    "payment_model",
                    models.CharField(
                        choices=[
                            ("fixed", "Fixed amount"),
                            ("percent", "Percent of the sale"),
                            ("hybrid", "Fixed amount and percent"),
                        ],
                        default="fixed",
                        max_length=16,
                        verbose_name="payment model",
                    ),
                ),
                (
                    "attribution_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="attribution window, days",
                    ),
                ),
                (
                    "hold_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="hold, days",
                    ),
                ),
                (
                    "duplicate_policy",
                    models.CharField(
                        choices=[
                            ("once_per_click", "One per click when there is no order id"),
                            ("once_per_period", "One per click and period when there is no order id"),
                            ("every_call", "Every call is a new action when there is no order id"),
                            ("update_amount", "One per click; a repeat with another amount changes the amount"),
                        ],
                        default="once_per_click",
                        max_length=24,
                        verbose_name="repeats",
                    ),
                ),
                (
                    "duplicate_hours",
                    models.PositiveSmallIntegerField(
                        default=24,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(8760),
                        ],
                        verbose_name="period of repeats, hours",
                    ),
                ),
                (
                    "takes_leads",
                    models.BooleanField(default=False, verbose_name="webmasters' servers may submit leads"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(models.F("network"), models.F("uid"), name="goal_uid"),
                    models.UniqueConstraint(
                        models.F("network"), models.F("offer"), models.F("code"), name="goal_code_in_offer"
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Rate",
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
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rates", to="offers.goal"
                    ),
                ),
                (
                    "affiliate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rates",
                        to="accounts.affiliate",
                    ),
                ),
                ("country", models.CharField(blank=True, default="", max_length=2, verbose_name="country")),
                ("revenue_fixed", models.BigIntegerField(default=0, verbose_name="paid by the advertiser")),
                (
                    "revenue_percent",
                    models.PositiveIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(10000)],
                        verbose_name="percent from the advertiser",
                    ),
                ),
                ("earning_fixed", models.BigIntegerField(default=0, verbose_name="paid to the webmaster")),
                (
                    "earning_percent",
                    models.PositiveIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(10000)],
                        verbose_name="percent to the webmaster",
                    ),
                ),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField(blank=True, null=True)),
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
                    models.CheckConstraint(
                        condition=models.Q(("earning_fixed__gte", 0), ("revenue_fixed__gte", 0)),
                        name="rate_amounts_not_negative",
                        violation_error_message="An amount cannot be negative.",
                    ),
                    models.UniqueConstraint(
                        models.F("network"),
                        models.F("goal"),
                        models.F("affiliate"),
                        models.F("country"),
                        condition=models.Q(("valid_until__isnull", True)),
                        name="one_current_rate",
                        nulls_distinct=False,
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Creative",
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
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="creatives", to="offers.offer"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("banner", "Banner"), ("text", "Text")],
                        default="banner",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("image", models.FileField(blank=True, upload_to="creatives/", verbose_name="image")),
                ("width", models.PositiveIntegerField(default=0, editable=False)),
                ("height", models.PositiveIntegerField(default=0, editable=False)),
                ("text", models.TextField(blank=True, default="", max_length=2000, verbose_name="text")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
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
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="OfferAccess",
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
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="accesses", to="offers.offer"
                    ),
                ),
                (
                    "affiliate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="accesses", to="accounts.affiliate"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("granted", "Granted"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="requested",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "message",
                    models.CharField(
                        blank=True, default="", max_length=1000, verbose_name="how the traffic will be brought"
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=500, verbose_name="reason")),
                ("requested_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
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
                "indexes": [
                    models.Index(fields=["network", "status", "id"], name="access_inbox"),
                    models.Index(fields=["network", "affiliate"], name="access_of_affiliate"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"), models.F("offer"), models.F("affiliate"), name="one_access_per_affiliate"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="OfferMetrics",
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
                    "offer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="metrics", to="offers.offer"
                    ),
                ),
                ("clicks", models.BigIntegerField(default=0)),
                ("unique_clicks", models.BigIntegerField(default=0)),
                ("conversions", models.BigIntegerField(default=0)),
                ("approved", models.BigIntegerField(default=0)),
                ("declined", models.BigIntegerField(default=0)),
                ("earnings", models.BigIntegerField(default=0)),
                ("counted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
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
            name="Cap",
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
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="caps", to="offers.offer"
                    ),
                ),
                (
                    "goal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="caps",
                        to="offers.goal",
                        verbose_name="goal",
                    ),
                ),
                (
                    "affiliate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="caps",
                        to="accounts.affiliate",
                        verbose_name="webmaster",
                    ),
                ),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("clicks", "Clicks"),
                            ("conversions", "Conversions"),
                            ("earning", "Earnings of webmasters"),
                            ("revenue", "Costs of the advertiser"),
                        ],
                        max_length=16,
                        verbose_name="what is counted",
                    ),
                ),
                (
                    "period",
                    models.CharField(
                        choices=[
                            ("hour", "An hour"),
                            ("day", "A day"),
                            ("week", "A week"),
                            ("month", "A month"),
                            ("total", "In all"),
                        ],
                        max_length=8,
                        verbose_name="within",
                    ),
                ),
                ("limit", models.BigIntegerField(verbose_name="limit")),
                (
                    "policy",
                    models.CharField(
                        choices=[
                            ("fallback", "Send visitors to the fallback"),
                            ("decline", "Let visitors through, decline what comes of them"),
                        ],
                        default="fallback",
                        max_length=16,
                        verbose_name="when it is reached",
                    ),
                ),
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
                    models.CheckConstraint(
                        condition=models.Q(("limit__gt", 0)),
                        name="cap_is_positive",
                        violation_error_message="A limit must be more than nothing.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("measure", "clicks"), _negated=True), ("goal__isnull", True), _connector="OR"
                        ),
                        name="cap_of_clicks_has_no_goal",
                        violation_error_message="A click has no goal yet: leave the goal out.",
                    ),
                    models.UniqueConstraint(
                        models.F("network"),
                        models.F("offer"),
                        models.F("goal"),
                        models.F("affiliate"),
                        models.F("measure"),
                        models.F("period"),
                        name="one_cap_of_a_kind",
                        nulls_distinct=False,
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="CapCounter",
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
                    "cap",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="counters", to="offers.cap"
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("used", models.BigIntegerField(default=0)),
                ("reached_at", models.DateTimeField(null=True)),
                ("settled", models.BigIntegerField(default=0)),
                ("settled_until", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"), models.F("cap"), models.F("starts_at"), name="one_counter_of_a_period"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Coupon",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="coupons", to="accounts.advertiser"
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="coupons",
                        to="offers.offer",
                        verbose_name="offer",
                    ),
                ),
                (
                    "affiliate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="coupons",
                        to="accounts.affiliate",
                        verbose_name="webmaster",
                    ),
                ),
                ("code", models.CharField(max_length=60, verbose_name="promo code")),
                ("code_key", models.CharField(editable=False, max_length=60)),
                (
                    "description",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="what it gives the customer"),
                ),
                ("valid_from", models.DateTimeField(blank=True, null=True, verbose_name="valid from")),
                ("valid_until", models.DateTimeField(blank=True, null=True, verbose_name="valid until")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("given_at", models.DateTimeField(editable=False, null=True)),
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
                "indexes": [models.Index(fields=["network", "affiliate", "-id"], name="coupons_of_affiliate")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"),
                        models.F("advertiser"),
                        models.F("code_key"),
                        name="coupon_code_of_advertiser",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("valid_from__isnull", True),
                            ("valid_until__gt", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="coupon_ends_after_start",
                        violation_error_message="The end must come after the start.",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ProductFeed",
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
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="feeds", to="offers.offer"
                    ),
                ),
                ("name", models.CharField(blank=True, default="", max_length=100, verbose_name="name")),
                ("url", models.URLField(blank=True, default="", max_length=2000, verbose_name="address")),
                ("refresh_hours", models.PositiveSmallIntegerField(default=24, verbose_name="fetched every, hours")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("format", models.CharField(blank=True, default="", editable=False, max_length=32)),
                ("encoding", models.CharField(blank=True, default="", editable=False, max_length=32)),
                ("shop_name", models.CharField(blank=True, default="", editable=False, max_length=200)),
                (
                    "last_job",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="jobs.job",
                    ),
                ),
                ("imported_at", models.DateTimeField(editable=False, null=True)),
                ("next_fetch_at", models.DateTimeField(editable=False, null=True)),
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
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Product",
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
                    "feed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="products", to="offers.productfeed"
                    ),
                ),
                ("external_id", models.CharField(max_length=200)),
                ("name", models.CharField(max_length=500)),
                ("url", models.CharField(blank=True, default="", max_length=2000)),
                ("price", models.BigIntegerField(null=True)),
                ("old_price", models.BigIntegerField(null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                (
                    "category_path",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), default=list, size=None
                    ),
                ),
                ("vendor", models.CharField(blank=True, default="", max_length=200)),
                ("vendor_code", models.CharField(blank=True, default="", max_length=200)),
                ("barcode", models.CharField(blank=True, default="", max_length=200)),
                (
                    "pictures",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2000), default=list, size=None
                    ),
                ),
                ("description", models.TextField(blank=True, default="")),
                ("params", models.JSONField(default=list)),
                ("group_id", models.CharField(blank=True, default="", max_length=200)),
                ("is_available", models.BooleanField(default=True)),
                ("is_listed", models.BooleanField(default=True)),
                ("content_hash", models.CharField(max_length=64)),
                ("first_seen_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["network", "feed", "is_listed", "id"], name="products_of_feed")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"), models.F("feed"), models.F("external_id"), name="product_in_feed"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="AdvertiserReliability",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reliability",
                        to="accounts.advertiser",
                    ),
                ),
                ("days_to_pay", models.PositiveIntegerField(null=True)),
                ("funded_days", models.PositiveIntegerField(null=True)),
                ("counted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name_plural": "advertiser reliability",
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
    ]
