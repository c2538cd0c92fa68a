"""WSGI entry point: granian serves `cpanet.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpanet.settings")

application = get_wsgi_application()
