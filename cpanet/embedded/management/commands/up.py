"""`manage.py up`: the platform on this machine."""

import os
import sys

from django.core.management.base import BaseCommand

from cpanet.embedded.options import CHECKOUT


class Command(BaseCommand):
    """Becomes the supervisor, which needs none of Django."""

    help = "Start the embedded servers and every process of the platform; Ctrl-C stops them."
    requires_system_checks = ()

    def add_arguments(self, parser):
        """One choice: without demo data."""
        parser.add_argument("--no-demo", action="store_true", help="do not load demo data")

    def handle(self, *args, **options):
        """Replace this process by the supervisor."""
        os.chdir(CHECKOUT)
        command = [sys.executable, "-m", "cpanet.embedded", "up", *(["--no-demo"] if options["no_demo"] else [])]
        os.execv(command[0], command)  # noqa: S606 - our own command line
