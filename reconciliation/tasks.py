"""Work on statements that nobody waits for; each is sent again by the sweep of jobs when its worker dies."""

from celery import shared_task
from django.utils import timezone

from reconciliation.services.applying import work_on_apply
from reconciliation.services.comparing import work_on_match
from reconciliation.services.withdrawing import work_on_withdraw


@shared_task
def match_statement(network_id, job_id):
    """Compare a statement with our books."""
    work_on_match(network_id=network_id, job_id=job_id, clock=timezone.now)


@shared_task
def apply_statement(network_id, job_id):
    """Carry out what was accepted."""
    work_on_apply(network_id=network_id, job_id=job_id, clock=timezone.now)


@shared_task
def withdraw_statement(network_id, job_id):
    """Take back what was applied."""
    work_on_withdraw(network_id=network_id, job_id=job_id, clock=timezone.now)
