"""The one way to start a background task: by name, after the transaction has been committed."""

from celery import current_app
from django.conf import settings
from django.db import transaction


def enqueue(task_name: str, /, **arguments) -> None:
    """Send `task_name` with JSON-able keyword `arguments` once the current transaction is committed.

    Redis may lose it at any moment: every task sent here must also be found again from PostgreSQL (a row with a
    due time or a state), by the task's own periodic sweep.
    """
    transaction.on_commit(lambda: _send(task_name, arguments), robust=True)


def _send(task_name, arguments):
    if getattr(settings, "CELERY_TASK_ALWAYS_EAGER", False):
        current_app.tasks[task_name].apply(kwargs=arguments, throw=True)  # send_task would ignore eager mode
    else:
        current_app.send_task(task_name, kwargs=arguments)
