from django.conf import settings
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from cpanet.tenancy import walls


class Command(Migrate):
    """Django's migrate as the role that owns the tables, followed by the walls between the networks."""

    def execute(self, *args, **options):
        # Before the system checks, which connect: the application's role may not be there yet.
        if options["database"] == "default" and "owner" in settings.DATABASES:
            options["database"] = "owner"
        return super().execute(*args, **options)

    def handle(self, *args, **options):
        super().handle(*args, **options)
        walls.build(connections[options["database"]])
