from django.conf import settings
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from cpanet.tenancy import walls


class Command(Migrate):
    """Django's migrate as the role that owns the tables, followed by the walls between the networks."""

    def handle(self, *args, **options):
        if options["database"] == "default" and "owner" in settings.DATABASES:
            options["database"] = "owner"
        super().handle(*args, **options)
        walls.build(connections[options["database"]])
