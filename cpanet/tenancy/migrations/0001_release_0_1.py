import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("tenancy", "0001_initial"), ("tenancy", "0002_address_days"), ("tenancy", "0003_domains_for_links")]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Network",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("timezone", models.CharField(default="UTC", max_length=64, verbose_name="time zone")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "support_email",
                    models.EmailField(blank=True, default="", max_length=254, verbose_name="support e-mail"),
                ),
                (
                    "fallback_url",
                    models.URLField(blank=True, default="", max_length=2000, verbose_name="fallback address"),
                ),
                (
                    "uniqueness_hours",
                    models.PositiveSmallIntegerField(default=24, verbose_name="hours a visitor counts once"),
                ),
                (
                    "address_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        default=90,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(3650),
                        ],
                        verbose_name="days visitors' addresses are kept whole",
                    ),
                ),
                ("signup_open", models.BooleanField(default=True, verbose_name="webmasters may sign up")),
                ("config_version", models.BigIntegerField(default=1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Domain",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="domains", to="tenancy.network"
                    ),
                ),
                (
                    "host",
                    models.CharField(
                        max_length=253,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$",
                                "Write a host name such as partners.example.com: letters, digits, dots, hyphens; no https://, no port.",
                            )
                        ],
                        verbose_name="host name",
                    ),
                ),
                ("is_primary", models.BooleanField(default=False, verbose_name="primary")),
                ("is_for_links", models.BooleanField(default=False, verbose_name="tracking links are written with it")),
            ],
            options={
                "ordering": ["-is_primary", "host"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("network"),
                        condition=models.Q(("is_primary", True)),
                        name="one_primary_domain_per_network",
                    ),
                    models.UniqueConstraint(
                        models.F("network"),
                        condition=models.Q(("is_for_links", True)),
                        name="one_domain_for_links_per_network",
                    ),
                ],
            },
        ),
    ]
