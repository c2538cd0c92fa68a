from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """The project itself: makes the Celery application current in every Django process."""

    name = "cpanet"
    label = "project"

    def ready(self):
        from cpanet import celery  # noqa: F401
