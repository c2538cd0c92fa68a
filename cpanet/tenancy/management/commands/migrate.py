from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from cpanet.tenancy import walls


class Command(Migrate):
    """Django's migrate as the role that owns the tables, followed by the walls between the networks."""

    def execute(self, *args, **options):
        # Before the system checks, which connect: the application's role may not be there yet.
        if options["database"] == "default" and "owner" in settings.DATABASES:
            options["database"] = "owner"
        return super().execute(*args, **options)

    def handle(self, *args, **options):
        connection = connections[options["database"]]
        _refuse_half_way(connection)
        super().handle(*args, **options)
        walls.build(connection)


def _refuse_half_way(connection) -> None:
    """A database in the midst of migrations that one has replaced: Django would pass that app by in silence."""
    loader = MigrationLoader(connection, replace_migrations=False)
    for (app, _name), migration in loader.disk_migrations.items():
        missing = [name for key, name in migration.replaces if (key, name) not in loader.applied_migrations]
        if missing and len(missing) < len(migration.replaces):
            raise CommandError(
                f"This database was made before the first release and is not up to date: {app} lacks"
                f" {', '.join(missing)}. Bring it up to date with the version that has these migrations, or begin with"
                " a new database."
            )
