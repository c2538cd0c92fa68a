import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
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
        ("tracking", "0001_initial"),
        ("tracking", "0003_quarters_of_hours"),
        ("tracking", "0004_verdict_tested"),
        ("tracking", "0005_marks_and_sums_by_link"),
        ("tracking", "0006_conversions_in"),
        ("tracking", "0007_conversions_out"),
        ("tracking", "0008_antifraud"),
        ("tracking", "0009_rollups"),
        ("tracking", "0010_old_clicks"),
        ("tracking", "0011_detail_by_country_and_device"),
        ("tracking", "0012_over_cap"),
        ("tracking", "0013_money_in_depth"),
        ("tracking", "0014_payouts_told"),
        ("tracking", "0015_split_days"),
        ("tracking", "0016_old_details"),
        ("tracking", "0017_referral_cost"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_release_0_1"),
        ("jobs", "0001_release_0_1"),
        ("offers", "0001_release_0_1"),
        ("tenancy", "0001_release_0_1"),
    ]

    operations = [
        migrations.CreateModel(
            name="Click",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "id", "clicked_at", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField()),
                (
                    "network",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenancy.network",
                    ),
                ),
                ("clicked_at", models.DateTimeField()),
                ("link_id", models.BigIntegerField()),
                ("offer_id", models.BigIntegerField()),
                ("landing_id", models.BigIntegerField(null=True)),
                ("affiliate_id", models.BigIntegerField()),
                ("advertiser_id", models.BigIntegerField()),
                ("address", models.GenericIPAddressField(null=True)),
                ("country", models.TextField()),
                ("device", models.TextField()),
                ("system", models.TextField()),
                ("browser", models.TextField()),
                ("language", models.TextField()),
                ("referrer_host", models.TextField()),
                ("user_agent", models.TextField()),
                ("sub1", models.TextField()),
                ("sub2", models.TextField()),
                ("sub3", models.TextField()),
                ("sub4", models.TextField()),
                ("sub5", models.TextField()),
                ("sub6", models.TextField()),
                ("sub7", models.TextField()),
                ("sub8", models.TextField()),
                ("sub9", models.TextField()),
                ("sub10", models.TextField()),
                ("external_click_id", models.TextField()),
                ("source", models.TextField()),
                ("cost", models.TextField()),
                ("deep_link", models.TextField()),
                ("is_unique", models.BooleanField()),
                ("flags", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("reason", models.TextField()),
                ("config_version", models.BigIntegerField()),
            ],
            options={
                "db_table": "tracking_click",
                "abstract": False,
                "managed": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="SpoolOffset",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "edge", "segment", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("edge", models.TextField()),
                ("segment", models.TextField()),
                ("position", models.BigIntegerField()),
                ("shipped_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="DirtyHour",
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
                ("hour", models.DateTimeField()),
                ("marked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["network", "hour"], name="dirty_hours")],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="TrackingLink",
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
                ("code", models.CharField(default=cpanet.core.ids.short_code, editable=False, max_length=32)),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="links", to="offers.offer"
                    ),
                ),
                (
                    "affiliate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="links", to="accounts.affiliate"
                    ),
                ),
                (
                    "landing",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="offers.landing",
                        verbose_name="landing",
                    ),
                ),
                ("name", models.CharField(blank=True, default="", max_length=100, verbose_name="name")),
                (
                    "traffic_source",
                    models.CharField(
                        blank=True,
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
                        default="",
                        max_length=32,
                        verbose_name="kind of traffic",
                    ),
                ),
                (
                    "deep_link",
                    models.CharField(blank=True, default="", max_length=2000, verbose_name="page on the shop's site"),
                ),
                ("sub1", models.CharField(blank=True, default="", max_length=600)),
                ("sub2", models.CharField(blank=True, default="", max_length=600)),
                ("sub3", models.CharField(blank=True, default="", max_length=600)),
                ("sub4", models.CharField(blank=True, default="", max_length=600)),
                ("sub5", models.CharField(blank=True, default="", max_length=600)),
                (
                    "fallback_url",
                    models.URLField(blank=True, default="", max_length=2000, verbose_name="fallback address"),
                ),
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
                "indexes": [models.Index(fields=["network", "affiliate", "-id"], name="links_of_affiliate")],
                "constraints": [models.UniqueConstraint(models.F("network"), models.F("code"), name="link_code")],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="PostbackKey",
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
                        related_name="postback_keys",
                        to="accounts.advertiser",
                    ),
                ),
                ("secret", cpanet.core.secrets.EncryptedTextField()),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("revoked_at", models.DateTimeField(editable=False, null=True)),
                ("last_used_at", models.DateTimeField(editable=False, null=True)),
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
            name="Conversion",
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
                        related_name="conversions",
                        to="accounts.advertiser",
                    ),
                ),
                (
                    "affiliate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="conversions", to="accounts.affiliate"
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="conversions", to="offers.offer"
                    ),
                ),
                (
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="conversions", to="offers.goal"
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conversions",
                        to="tracking.trackinglink",
                    ),
                ),
                ("click_id", models.UUIDField(null=True)),
                ("clicked_at", models.DateTimeField()),
                (
                    "coupon",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conversions",
                        to="offers.coupon",
                    ),
                ),
                ("promo_code", models.CharField(blank=True, default="", max_length=60, verbose_name="promo code")),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("postback", "Postback"),
                            ("pixel", "JavaScript pixel"),
                            ("image", "Image pixel"),
                            ("batch", "REST batch"),
                            ("lead", "Submitted lead"),
                        ],
                        default="postback",
                        max_length=16,
                        verbose_name="came by",
                    ),
                ),
                (
                    "attributed_by",
                    models.CharField(
                        choices=[
                            ("click", "Click id"),
                            ("code", "Promo code"),
                            ("cookie", "Cookie of the pixel"),
                            ("link", "Link of the submitted lead"),
                        ],
                        default="click",
                        max_length=16,
                        verbose_name="attributed by",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("order_id", models.CharField(blank=True, default="", max_length=200, verbose_name="order id")),
                ("dedup_key", models.CharField(editable=False, max_length=260)),
                (
                    "intake",
                    models.CharField(choices=[("valid", "Valid"), ("test", "Test")], default="valid", max_length=16),
                ),
                ("country", models.CharField(blank=True, default="", max_length=2)),
                ("device", models.CharField(blank=True, default="", max_length=16)),
                ("sub1", models.CharField(blank=True, default="", max_length=600)),
                ("sub2", models.CharField(blank=True, default="", max_length=600)),
                ("sub3", models.CharField(blank=True, default="", max_length=600)),
                ("sub4", models.CharField(blank=True, default="", max_length=600)),
                ("sub5", models.CharField(blank=True, default="", max_length=600)),
                ("currency", models.CharField(max_length=3)),
                ("order_amount", models.BigIntegerField(null=True)),
                ("revenue", models.BigIntegerField()),
                ("earning", models.BigIntegerField()),
                ("basket", models.JSONField(default=list)),
                ("whole_amount", models.BigIntegerField(null=True)),
                (
                    "rate",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offers.rate"),
                ),
                ("pricing", models.JSONField(default=dict)),
                (
                    "status",
                    models.CharField(
                        choices=[("pending", "Pending"), ("approved", "Approved"), ("declined", "Declined")],
                        default="pending",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                ("status_updated_at", models.DateTimeField()),
                (
                    "reason",
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
                        verbose_name="reason",
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=500, verbose_name="note")),
                (
                    "decided_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("advertiser", "Advertiser"),
                            ("statement", "Reconciliation"),
                            ("postback", "Postback"),
                            ("api", "API"),
                            ("auto", "Deadline"),
                            ("manager", "Manager"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                ("decide_by", models.DateTimeField(null=True)),
                ("revision", models.PositiveIntegerField(default=0)),
                ("hold_days", models.PositiveSmallIntegerField()),
                ("hold_until", models.DateTimeField()),
                ("is_blocked", models.BooleanField(default=False)),
                ("block_reason", models.CharField(blank=True, default="", max_length=300)),
                ("recognised_revenue", models.BigIntegerField(default=0)),
                ("held", models.BigIntegerField(default=0)),
                ("released", models.BigIntegerField(default=0)),
                ("released_at", models.DateTimeField(null=True)),
                ("needs_funding", models.BooleanField(default=False)),
                ("funded_at", models.DateTimeField(null=True)),
                (
                    "referrer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referral_conversions",
                        to="accounts.affiliate",
                    ),
                ),
                ("referral_percent", models.PositiveIntegerField(default=0)),
                (
                    "referral_base",
                    models.CharField(
                        blank=True,
                        choices=[("earning", "What the referred webmaster earns"), ("margin", "The network's margin")],
                        default="",
                        max_length=8,
                    ),
                ),
                ("referral", models.BigIntegerField(default=0)),
                ("referral_held", models.BigIntegerField(default=0)),
                ("referral_released", models.BigIntegerField(default=0)),
                ("fraud_checked_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["network", "affiliate", "-id"], name="conversions_of_affiliate"),
                    models.Index(fields=["network", "advertiser", "status", "-id"], name="lead_queue"),
                    models.Index(
                        condition=models.Q(("held__gt", 0), ("referral_held__gt", 0), _connector="OR"),
                        fields=["network", "hold_until"],
                        name="holds_due",
                    ),
                    models.Index(
                        condition=models.Q(("funded_at__isnull", True), ("status", "approved")),
                        fields=["network", "advertiser", "currency", "status_updated_at", "id"],
                        name="leads_unpaid",
                    ),
                    models.Index(
                        condition=models.Q(("referrer__isnull", False)),
                        fields=["network", "referrer", "-id"],
                        name="leads_of_referrer",
                    ),
                    models.Index(
                        condition=models.Q(("fraud_checked_at__isnull", True)),
                        fields=["network", "id"],
                        name="leads_unchecked",
                    ),
                    models.Index(fields=["network", "clicked_at"], name="conversions_by_click"),
                    models.Index(fields=["network", "created_at"], name="conversions_by_creation"),
                    models.Index(fields=["network", "click_id"], name="conversions_of_click"),
                    models.Index(fields=["network", "advertiser", "order_id"], name="conversions_by_order"),
                    models.Index(fields=["network", "updated_at", "id"], name="conversions_updated"),
                ],
                "constraints": [
                    models.UniqueConstraint(models.F("network"), models.F("uid"), name="conversion_uid"),
                    models.UniqueConstraint(
                        models.F("network"), models.F("goal"), models.F("dedup_key"), name="one_conversion_per_action"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("earning__gte", 0), ("held__gte", 0), ("released__gte", 0), ("revenue__gte", 0)
                        ),
                        name="conversion_amounts_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "declined"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="decline_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("status", "approved"),
                                (
                                    "held",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("earning"), "-", models.F("released")
                                    ),
                                ),
                                ("recognised_revenue", models.F("revenue")),
                            ),
                            models.Q(
                                models.Q(("status", "approved"), _negated=True),
                                ("held", 0),
                                ("recognised_revenue", 0),
                                ("released", 0),
                            ),
                            _connector="OR",
                        ),
                        name="money_follows_decision",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("referral__gte", 0),
                            ("referral_held__gte", 0),
                            ("referral_released__gte", 0),
                            models.Q(
                                models.Q(
                                    ("status", "approved"),
                                    (
                                        "referral_held",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("referral"), "-", models.F("referral_released")
                                        ),
                                    ),
                                ),
                                models.Q(
                                    models.Q(("status", "approved"), _negated=True),
                                    ("referral_held", 0),
                                    ("referral_released", 0),
                                ),
                                _connector="OR",
                            ),
                        ),
                        name="referral_follows_decision",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("referral", 0), ("referrer__isnull", True)),
                            models.Q(
                                ("referrer__isnull", False),
                                models.Q(("referrer", models.F("affiliate")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="referral_has_another_referrer",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="InboundPostback",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="postbacks", to="accounts.advertiser"
                    ),
                ),
                ("received_at", models.DateTimeField()),
                ("method", models.CharField(max_length=8)),
                ("address", models.GenericIPAddressField(null=True)),
                ("parameters", models.JSONField(default=dict)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("accepted", "New conversion"),
                            ("repeat", "Repeat of a known conversion"),
                            ("decided", "Decision taken over"),
                            ("waiting", "Waits for its click"),
                            ("parked", "Its click never came"),
                            ("queued", "Waits to be read"),
                            ("tested", "Test understood"),
                            ("elsewhere", "Counted for another channel"),
                            ("refused", "Refused"),
                            ("unauthenticated", "Not authenticated"),
                        ],
                        max_length=16,
                    ),
                ),
                ("explanation", models.CharField(blank=True, default="", max_length=500)),
                (
                    "conversion",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="postbacks",
                        to="tracking.conversion",
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("postback", "Postback"),
                            ("pixel", "JavaScript pixel"),
                            ("image", "Image pixel"),
                            ("batch", "REST batch"),
                            ("lead", "Submitted lead"),
                        ],
                        default="postback",
                        max_length=16,
                    ),
                ),
                ("authenticated_by", models.CharField(blank=True, default="", max_length=60)),
                ("signature", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("click_id", models.UUIDField(editable=False, null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="jobs.job"
                    ),
                ),
                ("place", models.PositiveIntegerField(null=True)),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["network", "advertiser", "-id"], name="postbacks_of_advertiser"),
                    models.Index(fields=["network", "verdict", "-id"], name="postbacks_by_verdict"),
                    models.Index(
                        condition=models.Q(("verdict", "waiting")),
                        fields=["network", "received_at"],
                        name="postbacks_waiting",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"),
                        models.F("advertiser"),
                        models.F("signature"),
                        condition=models.Q(("signature", ""), _negated=True),
                        name="signed_call_once",
                    ),
                    models.UniqueConstraint(
                        models.F("network"), models.F("batch"), models.F("place"), name="item_of_batch"
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="BulkDecision",
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
                    models.CharField(
                        choices=[
                            ("advertiser", "Advertiser"),
                            ("statement", "Reconciliation"),
                            ("postback", "Postback"),
                            ("api", "API"),
                            ("auto", "Deadline"),
                            ("manager", "Manager"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "advertiser",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.advertiser",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("pending", "Pending"), ("approved", "Approved"), ("declined", "Declined")],
                        max_length=16,
                    ),
                ),
                (
                    "reason",
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
                ("note", models.CharField(blank=True, default="", max_length=500)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("asked", models.PositiveIntegerField()),
                ("changed", models.PositiveIntegerField(default=0)),
                ("undone_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["network", "actor", "-id"], name="bulk_decisions_of_actor")],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ConversionRevision",
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
                    "conversion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="revisions",
                        to="tracking.conversion",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[("pending", "Pending"), ("approved", "Approved"), ("declined", "Declined")],
                        max_length=16,
                    ),
                ),
                ("revenue", models.BigIntegerField()),
                ("earning", models.BigIntegerField()),
                ("referral", models.BigIntegerField(default=0)),
                ("order_amount", models.BigIntegerField(null=True)),
                ("basket", models.JSONField(default=list)),
                ("whole_amount", models.BigIntegerField(null=True)),
                (
                    "bulk",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="revisions",
                        to="tracking.bulkdecision",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("advertiser", "Advertiser"),
                            ("statement", "Reconciliation"),
                            ("postback", "Postback"),
                            ("api", "API"),
                            ("auto", "Deadline"),
                            ("manager", "Manager"),
                        ],
                        max_length=16,
                    ),
                ),
                ("source_reference", models.CharField(blank=True, default="", max_length=200)),
                (
                    "reason",
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
                ("actor_label", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["number"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["network", "at"], name="revisions_by_time")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"), models.F("conversion"), models.F("number"), name="revision_number"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="CostEntry",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="costs", to="accounts.affiliate"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("offer_id", models.BigIntegerField(default=0)),
                ("advertiser_id", models.BigIntegerField(default=0)),
                ("link_id", models.BigIntegerField(default=0)),
                ("mark", models.CharField(blank=True, default="", max_length=8)),
                ("value", models.CharField(blank=True, default="", max_length=300)),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("told_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-day", "id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["network", "day"], name="costs_by_day")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"),
                        models.F("affiliate"),
                        models.F("day"),
                        models.F("offer_id"),
                        models.F("link_id"),
                        models.F("mark"),
                        models.F("value"),
                        name="cost_told_once",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="cost_is_positive"),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Dispute",
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
                    "conversion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="disputes", to="tracking.conversion"
                    ),
                ),
                ("revision", models.PositiveIntegerField()),
                ("about", models.CharField(choices=[("decline", "Declined"), ("amount", "Amount")], max_length=8)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waits for an answer"),
                            ("granted", "Granted"),
                            ("upheld", "The decision stands"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("text", models.CharField(max_length=2000, verbose_name="what is wrong")),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("answer_by", models.DateTimeField()),
                ("answer", models.CharField(blank=True, default="", max_length=2000, verbose_name="answer")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "answered_as",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("advertiser", "Advertiser"),
                            ("statement", "Reconciliation"),
                            ("postback", "Postback"),
                            ("api", "API"),
                            ("auto", "Deadline"),
                            ("manager", "Manager"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["network", "answer_by"], name="disputes_open"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"), models.F("conversion"), models.F("revision"), name="decision_disputed_once"
                    ),
                    models.UniqueConstraint(
                        models.F("network"),
                        models.F("conversion"),
                        condition=models.Q(("state", "open")),
                        name="one_open_dispute",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("state", "open")),
                            models.Q(models.Q(("state", "open"), _negated=True), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="closed_dispute_has_its_time",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="FraudRule",
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
                    "code",
                    models.CharField(
                        choices=[
                            ("too_fast", "Too soon after the click"),
                            ("too_slow", "Too long after the click"),
                            ("one_address", "Many leads from one address"),
                            ("one_device", "Many leads from one device"),
                            ("bad_click", "Nobody looked at the page"),
                            ("data_centre", "From a data centre"),
                            ("refused_click", "The click had been turned away"),
                            ("repeat_click", "Not the visitor's first click"),
                            ("own_visit", "The webmaster's own visit"),
                            ("listed", "On a block-list"),
                            ("low_approval", "Few leads are approved"),
                            ("spike", "Sudden growth"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="offers.offer"
                    ),
                ),
                ("is_on", models.BooleanField(default=True, verbose_name="on")),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("flag", "Only mark the lead"),
                            ("hold", "Hold the money longer, and put the lead up for review"),
                            ("review", "Hold the money until somebody has reviewed the lead"),
                        ],
                        default="hold",
                        max_length=8,
                        verbose_name="what follows",
                    ),
                ),
                (
                    "hold_days",
                    models.PositiveSmallIntegerField(
                        default=14,
                        validators=[django.core.validators.MaxValueValidator(180)],
                        verbose_name="longer hold, days",
                    ),
                ),
                ("limits", models.JSONField(default=dict)),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"),
                        models.F("code"),
                        condition=models.Q(("offer__isnull", True)),
                        name="fraud_rule_of_network",
                    ),
                    models.UniqueConstraint(
                        models.F("network"),
                        models.F("offer"),
                        models.F("code"),
                        condition=models.Q(("offer__isnull", False)),
                        name="fraud_rule_of_offer",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="BlockEntry",
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
                            ("address", "Address or network (CIDR)"),
                            ("agent", "Text in the user agent"),
                            ("sub_id", "Sub-id"),
                            ("source", "Source"),
                            ("webmaster", "Webmaster (his number)"),
                        ],
                        max_length=16,
                        verbose_name="list",
                    ),
                ),
                ("value", models.CharField(max_length=300, verbose_name="what is blocked")),
                ("note", models.CharField(max_length=300, verbose_name="note")),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"), models.F("kind"), models.F("value"), name="block_entry_once"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="LeadTrace",
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
                    "conversion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="traces", to="tracking.conversion"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("affiliate_id", models.BigIntegerField()),
                ("offer_id", models.BigIntegerField()),
                ("goal_id", models.BigIntegerField()),
                ("seconds", models.PositiveIntegerField(null=True)),
                ("address_key", models.BigIntegerField(null=True)),
                ("device_key", models.BigIntegerField(null=True)),
                (
                    "flags",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("is_own_visit", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["network", "address_key", "at"], name="traces_by_address"),
                    models.Index(fields=["network", "device_key", "at"], name="traces_by_device"),
                    models.Index(fields=["network", "goal_id", "-at"], name="traces_of_goal"),
                    models.Index(fields=["network", "at"], name="traces_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(models.F("network"), models.F("conversion"), name="one_trace_per_lead")
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ConversionFlag",
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
                    "conversion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="flags", to="tracking.conversion"
                    ),
                ),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("too_fast", "Too soon after the click"),
                            ("too_slow", "Too long after the click"),
                            ("one_address", "Many leads from one address"),
                            ("one_device", "Many leads from one device"),
                            ("bad_click", "Nobody looked at the page"),
                            ("data_centre", "From a data centre"),
                            ("refused_click", "The click had been turned away"),
                            ("repeat_click", "Not the visitor's first click"),
                            ("own_visit", "The webmaster's own visit"),
                            ("listed", "On a block-list"),
                            ("low_approval", "Few leads are approved"),
                            ("spike", "Sudden growth"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("timing", "Unusual time between click and lead"),
                            ("repeats", "Many leads from one place"),
                            ("click", "The click does not look like a person's"),
                            ("terms", "The click was outside the offer's terms"),
                            ("own", "Your own visit"),
                            ("listed", "Excluded traffic"),
                            ("quality", "Few of your leads are approved"),
                            ("spike", "Sudden growth"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("flag", "Only mark the lead"),
                            ("hold", "Hold the money longer, and put the lead up for review"),
                            ("review", "Hold the money until somebody has reviewed the lead"),
                        ],
                        max_length=8,
                    ),
                ),
                ("figures", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "To be reviewed"), ("released", "Cleared"), ("declined", "Lead declined")],
                        default="open",
                        max_length=16,
                    ),
                ),
                ("resolved_at", models.DateTimeField(null=True)),
                (
                    "resolved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=500)),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["network", "conversion"], name="flags_to_review"
                    ),
                    models.Index(fields=["network", "rule", "-at"], name="flags_by_rule"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"), models.F("conversion"), models.F("rule"), name="one_flag_per_rule"
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="PostbackSettings",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.advertiser"
                    ),
                ),
                ("must_sign", models.BooleanField(default=False, verbose_name="take signed calls only")),
                (
                    "signature_seconds",
                    models.PositiveIntegerField(
                        default=300,
                        validators=[
                            django.core.validators.MinValueValidator(30),
                            django.core.validators.MaxValueValidator(3600),
                        ],
                        verbose_name="a signature is good for, seconds",
                    ),
                ),
                (
                    "addresses",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=50),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="addresses that may call",
                    ),
                ),
                ("test_mode", models.BooleanField(default=False, verbose_name="test mode")),
                ("preset", models.CharField(blank=True, default="", max_length=80)),
                ("names", models.JSONField(default=dict)),
                ("words", models.JSONField(default=dict)),
                ("sums_amounts", models.BooleanField(default=False, verbose_name="several amounts in one are added")),
                (
                    "order",
                    models.CharField(
                        choices=[
                            ("click_first", "Click id, then promo code, then cookie"),
                            ("code_first", "Promo code, then click id, then cookie"),
                        ],
                        default="click_first",
                        max_length=16,
                        verbose_name="what attributes",
                    ),
                ),
                (
                    "touch",
                    models.CharField(
                        choices=[("last", "The last click"), ("first", "The first click")],
                        default="last",
                        max_length=8,
                        verbose_name="of several clicks of a customer",
                    ),
                ),
                (
                    "channel_name",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="parameter of the channel"),
                ),
                (
                    "channel_values",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="values that mean us",
                    ),
                ),
                ("pixel_uid", models.UUIDField(default=cpanet.core.ids.uuid7, editable=False)),
                (
                    "pixel_domains",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=253),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="sites with the pixel",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(models.F("network"), models.F("advertiser"), name="settings_of_advertiser"),
                    models.UniqueConstraint(models.F("network"), models.F("pixel_uid"), name="pixel_uid"),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="LeadContact",
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
                    "conversion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="contacts", to="tracking.conversion"
                    ),
                ),
                ("name", cpanet.core.secrets.EncryptedTextField(blank=True, default="")),
                ("phone", cpanet.core.secrets.EncryptedTextField()),
                ("email", cpanet.core.secrets.EncryptedTextField(blank=True, default="")),
                ("address", cpanet.core.secrets.EncryptedTextField(blank=True, default="")),
                ("comment", cpanet.core.secrets.EncryptedTextField(blank=True, default="")),
                ("phone_hash", models.CharField(editable=False, max_length=64)),
                ("created_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["network", "phone_hash", "-created_at"], name="leads_by_phone"),
                    models.Index(
                        condition=models.Q(("removed_at__isnull", True)),
                        fields=["network", "created_at"],
                        name="contacts_kept",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(models.F("network"), models.F("conversion"), name="contact_of_lead")
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="PostbackReceiver",
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
                ("kind", models.CharField(choices=[("postback", "Postback"), ("webhook", "Webhook")], max_length=16)),
                (
                    "affiliate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="receivers", to="accounts.affiliate"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("address", models.CharField(max_length=2000, verbose_name="address")),
                (
                    "method",
                    models.CharField(
                        choices=[("GET", "GET"), ("POST", "POST")], default="GET", max_length=8, verbose_name="method"
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="offers.offer",
                    ),
                ),
                (
                    "goal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="offers.goal",
                    ),
                ),
                ("events", models.JSONField(default=list)),
                ("words", models.JSONField(default=dict)),
                ("secret", cpanet.core.secrets.EncryptedTextField(blank=True, default="")),
                ("old_secret", cpanet.core.secrets.EncryptedTextField(blank=True, default="")),
                ("old_secret_until", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "Active"), ("disabled", "Switched off"), ("paused", "Paused")],
                        default="active",
                        max_length=16,
                    ),
                ),
                ("pause_reason", models.CharField(blank=True, default="", max_length=300)),
                ("paused_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("failing_since", models.DateTimeField(null=True)),
                ("removed_at", models.DateTimeField(null=True)),
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("removed_at", None)),
                        fields=["network", "affiliate"],
                        name="receivers_of_affiliate",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("goal", None), ("offer__isnull", False), _connector="OR"),
                        name="goal_names_its_offer",
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="PostbackDelivery",
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
                    "receiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="tracking.postbackreceiver",
                    ),
                ),
                (
                    "affiliate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.affiliate"
                    ),
                ),
                (
                    "conversion",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="tracking.conversion",
                    ),
                ),
                ("payout_uid", models.UUIDField(editable=False, null=True)),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("created", "Came in"),
                            ("approved", "Approved"),
                            ("declined", "Declined"),
                            ("changed", "Changed: its amount, or a decision was taken back"),
                            ("paid", "Paid: its hold is over, the money is available"),
                            ("payout", "Payout: asked for, on its way, arrived or not"),
                        ],
                        max_length=16,
                    ),
                ),
                ("event_key", models.CharField(max_length=100)),
                ("is_test", models.BooleanField(default=False)),
                ("facts", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("delivered", "Delivered"),
                            ("retrying", "Tried again soon"),
                            ("parked", "Given up"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="waiting",
                        max_length=16,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("next_attempt_at", models.DateTimeField()),
                ("leased_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
                ("last_status", models.PositiveSmallIntegerField(null=True)),
                ("last_error", models.CharField(blank=True, default="", max_length=500)),
                ("details_removed_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "retrying"])),
                        fields=["network", "receiver", "next_attempt_at"],
                        name="deliveries_open",
                    ),
                    models.Index(fields=["network", "affiliate", "-id"], name="deliveries_of_affiliate"),
                    models.Index(fields=["network", "conversion"], name="deliveries_of_conversion"),
                    models.Index(
                        condition=models.Q(("details_removed_at", None)),
                        fields=["network", "finished_at"],
                        name="deliveries_with_details",
                    ),
                    models.Index(
                        condition=models.Q(("payout_uid__isnull", False)),
                        fields=["network", "payout_uid"],
                        name="deliveries_of_payout",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"), models.F("receiver"), models.F("event_key"), name="one_delivery_per_event"
                    ),
                    models.UniqueConstraint(models.F("network"), models.F("uid"), name="delivery_uid"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("conversion", None), ("is_test", True), ("payout_uid", None)),
                            models.Q(("conversion__isnull", False), ("is_test", False), ("payout_uid", None)),
                            models.Q(
                                ("conversion", None),
                                ("event", "payout"),
                                ("is_test", False),
                                ("payout_uid__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="delivery_of_lead_payout_or_test",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="PostbackAttempt",
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
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tries",
                        to="tracking.postbackdelivery",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("method", models.CharField(max_length=8)),
                ("url", models.TextField()),
                ("body", models.TextField(blank=True, default="")),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("answer", models.TextField(blank=True, default="")),
                ("error", models.CharField(blank=True, default="", max_length=500)),
                ("duration_ms", models.PositiveIntegerField()),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["network", "delivery", "id"], name="attempts_of_delivery")],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="PutAwayDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("put_away_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="AddressesCut",
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
                ("until", models.DateField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [models.UniqueConstraint(models.F("network"), name="addresses_cut_of_network")],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="HourlyStats",
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
                ("basis", models.CharField(max_length=8)),
                ("currency", models.CharField(max_length=3)),
                ("clicks", models.BigIntegerField(default=0)),
                ("unique_clicks", models.BigIntegerField(default=0)),
                ("bot_clicks", models.BigIntegerField(default=0)),
                ("pending", models.BigIntegerField(default=0)),
                ("approved", models.BigIntegerField(default=0)),
                ("declined", models.BigIntegerField(default=0)),
                ("pending_earning", models.BigIntegerField(default=0)),
                ("approved_earning", models.BigIntegerField(default=0)),
                ("declined_earning", models.BigIntegerField(default=0)),
                ("pending_revenue", models.BigIntegerField(default=0)),
                ("approved_revenue", models.BigIntegerField(default=0)),
                ("approved_referral", models.BigIntegerField(default=0)),
                ("cost", models.BigIntegerField(default=0)),
                ("offer_id", models.BigIntegerField()),
                ("goal_id", models.BigIntegerField(default=0)),
                ("landing_id", models.BigIntegerField(default=0)),
                ("affiliate_id", models.BigIntegerField()),
                ("advertiser_id", models.BigIntegerField()),
                ("link_id", models.BigIntegerField()),
                ("hour", models.DateTimeField()),
                ("quarter", models.PositiveSmallIntegerField(default=0)),
                ("country", models.TextField()),
                ("device", models.TextField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["network", "hour"], name="stats_by_hour"),
                    models.Index(fields=["network", "affiliate_id", "hour"], name="stats_of_affiliate"),
                    models.Index(fields=["network", "advertiser_id", "hour"], name="stats_of_advertiser"),
                    models.Index(
                        condition=models.Q(("basis", "visit"), _negated=True),
                        fields=["network", "basis", "hour"],
                        name="stats_of_leads",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="HourlyLinkStats",
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
                ("basis", models.CharField(max_length=8)),
                ("currency", models.CharField(max_length=3)),
                ("clicks", models.BigIntegerField(default=0)),
                ("unique_clicks", models.BigIntegerField(default=0)),
                ("bot_clicks", models.BigIntegerField(default=0)),
                ("pending", models.BigIntegerField(default=0)),
                ("approved", models.BigIntegerField(default=0)),
                ("declined", models.BigIntegerField(default=0)),
                ("pending_earning", models.BigIntegerField(default=0)),
                ("approved_earning", models.BigIntegerField(default=0)),
                ("declined_earning", models.BigIntegerField(default=0)),
                ("pending_revenue", models.BigIntegerField(default=0)),
                ("approved_revenue", models.BigIntegerField(default=0)),
                ("approved_referral", models.BigIntegerField(default=0)),
                ("cost", models.BigIntegerField(default=0)),
                ("offer_id", models.BigIntegerField()),
                ("goal_id", models.BigIntegerField(default=0)),
                ("landing_id", models.BigIntegerField(default=0)),
                ("affiliate_id", models.BigIntegerField()),
                ("advertiser_id", models.BigIntegerField()),
                ("link_id", models.BigIntegerField()),
                ("hour", models.DateTimeField()),
                ("quarter", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["network", "hour"], name="link_stats_by_hour"),
                    models.Index(fields=["network", "affiliate_id", "hour"], name="link_stats_of_affiliate"),
                    models.Index(fields=["network", "offer_id", "hour"], name="link_stats_of_offer"),
                    models.Index(fields=["network", "advertiser_id", "hour"], name="link_stats_of_advertiser"),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="HourlyTotals",
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
                ("basis", models.CharField(max_length=8)),
                ("currency", models.CharField(max_length=3)),
                ("clicks", models.BigIntegerField(default=0)),
                ("unique_clicks", models.BigIntegerField(default=0)),
                ("bot_clicks", models.BigIntegerField(default=0)),
                ("pending", models.BigIntegerField(default=0)),
                ("approved", models.BigIntegerField(default=0)),
                ("declined", models.BigIntegerField(default=0)),
                ("pending_earning", models.BigIntegerField(default=0)),
                ("approved_earning", models.BigIntegerField(default=0)),
                ("declined_earning", models.BigIntegerField(default=0)),
                ("pending_revenue", models.BigIntegerField(default=0)),
                ("approved_revenue", models.BigIntegerField(default=0)),
                ("approved_referral", models.BigIntegerField(default=0)),
                ("cost", models.BigIntegerField(default=0)),
                ("hour", models.DateTimeField()),
                ("quarter", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["network", "hour"], name="totals_by_hour")],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="DailyStats",
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
                ("basis", models.CharField(max_length=8)),
                ("currency", models.CharField(max_length=3)),
                ("clicks", models.BigIntegerField(default=0)),
                ("unique_clicks", models.BigIntegerField(default=0)),
                ("bot_clicks", models.BigIntegerField(default=0)),
                ("pending", models.BigIntegerField(default=0)),
                ("approved", models.BigIntegerField(default=0)),
                ("declined", models.BigIntegerField(default=0)),
                ("pending_earning", models.BigIntegerField(default=0)),
                ("approved_earning", models.BigIntegerField(default=0)),
                ("declined_earning", models.BigIntegerField(default=0)),
                ("pending_revenue", models.BigIntegerField(default=0)),
                ("approved_revenue", models.BigIntegerField(default=0)),
                ("approved_referral", models.BigIntegerField(default=0)),
                ("cost", models.BigIntegerField(default=0)),
                ("offer_id", models.BigIntegerField()),
                ("goal_id", models.BigIntegerField(default=0)),
                ("landing_id", models.BigIntegerField(default=0)),
                ("affiliate_id", models.BigIntegerField()),
                ("advertiser_id", models.BigIntegerField()),
                ("link_id", models.BigIntegerField()),
                ("zone", models.TextField()),
                ("day", models.DateField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["network", "zone", "day"], name="daily_stats_by_day"),
                    models.Index(fields=["network", "affiliate_id", "zone", "day"], name="daily_stats_of_affiliate"),
                    models.Index(fields=["network", "advertiser_id", "zone", "day"], name="daily_stats_of_advertiser"),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="DailyVisits",
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
                ("zone", models.TextField()),
                ("day", models.DateField()),
                ("split", models.CharField(max_length=8)),
                ("offer_id", models.BigIntegerField()),
                ("landing_id", models.BigIntegerField()),
                ("affiliate_id", models.BigIntegerField()),
                ("advertiser_id", models.BigIntegerField()),
                ("link_id", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("country", models.TextField()),
                ("device", models.TextField()),
                ("value", models.TextField()),
                ("clicks", models.BigIntegerField()),
                ("unique_clicks", models.BigIntegerField()),
                ("bot_clicks", models.BigIntegerField()),
                ("cost", models.BigIntegerField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["network", "zone", "split", "day"], name="visits_by_day"),
                    models.Index(
                        fields=["network", "affiliate_id", "zone", "split", "day"], name="visits_of_affiliate"
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="SplitDay",
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
                ("zone", models.TextField()),
                ("day", models.DateField()),
                ("affiliate_id", models.BigIntegerField()),
                ("visits", models.BigIntegerField()),
                ("cost", models.BigIntegerField()),
                (
                    "splits",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), size=None),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"),
                        models.F("zone"),
                        models.F("day"),
                        models.F("affiliate_id"),
                        name="split_day_once",
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="KeptZone",
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
                ("zone", models.TextField()),
                ("is_home", models.BooleanField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [models.UniqueConstraint(models.F("network"), models.F("zone"), name="kept_zone_once")],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="LeadOrigin",
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
                    "conversion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tracking.conversion"
                    ),
                ),
                ("landing_id", models.BigIntegerField()),
                ("system", models.TextField()),
                ("browser", models.TextField()),
                ("language", models.TextField()),
                ("source", models.TextField()),
                ("sub6", models.TextField()),
                ("sub7", models.TextField()),
                ("sub8", models.TextField()),
                ("sub9", models.TextField()),
                ("sub10", models.TextField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(models.F("network"), models.F("conversion"), name="origin_of_lead")
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ReferralTerms",
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
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.affiliate",
                    ),
                ),
                (
                    "percent",
                    models.PositiveIntegerField(
                        default=0, validators=[django.core.validators.MaxValueValidator(10000)], verbose_name="percent"
                    ),
                ),
                (
                    "base",
                    models.CharField(
                        choices=[("earning", "What the referred webmaster earns"), ("margin", "The network's margin")],
                        default="earning",
                        max_length=8,
                        verbose_name="of what",
                    ),
                ),
                (
                    "days",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(36500)],
                        verbose_name="for, days",
                    ),
                ),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"), models.F("affiliate"), name="one_referral_terms", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("percent__lte", 10000)), name="referral_percent_of_a_whole"
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="HoldTerm",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.affiliate"
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="offers.offer"
                    ),
                ),
                (
                    "goal",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="offers.goal"
                    ),
                ),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MaxValueValidator(365)], verbose_name="hold, days"
                    ),
                ),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
                "base_manager_name": "all_networks",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"),
                        models.F("affiliate"),
                        models.F("offer"),
                        models.F("goal"),
                        name="one_hold_term",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("goal__isnull", True), ("offer__isnull", False), _connector="OR"),
                        name="goal_term_names_its_offer",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_networks", django.db.models.manager.Manager()),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="conversionrevision",
            trigger=pgtrigger.compiler.Trigger(
                name="revision_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="379d4cd13ca91c522349aaa67dc1638f70b87544",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_revision_append_only_65c47",
                    table="tracking_conversionrevision",
                    when="BEFORE",
                ),
            ),
        ),
    ]
