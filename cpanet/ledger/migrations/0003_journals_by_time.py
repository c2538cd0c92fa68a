"""An index for balances at a past moment and for the profit of a period."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_scope_of_checks")]

    operations = [
        migrations.AddIndex(
            model_name="journal",
            index=models.Index(fields=["network", "effective_at"], name="journals_by_time"),
        )
    ]
