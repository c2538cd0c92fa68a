from django.db import migrations


class Migration(migrations.Migration):
    """allauth's index holds a verified e-mail unique over the whole installation: one person could not verify it in
    two networks. Uniqueness within a network is kept by `unique_email_in_network` of accounts.User."""

    dependencies = [("accounts", "0001_release_0_1"), ("account", "0009_emailaddress_unique_primary_email")]

    operations = [
        migrations.RunSQL("DROP INDEX IF EXISTS unique_verified_email", reverse_sql=migrations.RunSQL.noop),
    ]
