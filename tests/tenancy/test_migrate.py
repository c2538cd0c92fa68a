"""A database on its way through replaced migrations is not passed by in silence."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connections


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_database_half_way_to_the_first_release_is_refused():
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'payouts' AND name IN ('0001_release_0_1', %s)",
                       ["0005_currencies"])  # fmt: skip
    with pytest.raises(CommandError, match="payouts lacks 0005_currencies"):
        call_command("migrate", verbosity=0, interactive=False)
