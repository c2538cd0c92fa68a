"""The Celery application and the schedule of what runs by itself."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpanet.settings")

app = Celery("cpanet")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
