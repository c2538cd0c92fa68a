"""A job around one piece of work on a statement: claimed once, heard of while it runs, its last word written."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import OperationalError
from django.utils.translation import gettext as _

from cpanet.core.errors import DomainError
from cpanet.jobs.models import Job
from cpanet.jobs.services import claim_job, finish_job, report_progress
from cpanet.tenancy.scope import network_scope

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
Tell = Callable[[int, int | None], None]  # how far, of how many


def silent(done: int, total: int | None = None) -> None:
    """For work that nobody watches."""


def run_job(*, network_id: int, job_id: int, clock: Clock, work: Callable[[int, Tell], str]) -> None:
    """Do `work(statement_id, tell)`, which opens its own scopes and answers with a sentence, unless another worker has
    the job or it is finished. What it has committed before a failure stays, and the next run goes on from there."""
    with network_scope(network_id):
        job = claim_job(job_id=job_id, now=clock())
    if job is None:
        return
    try:
        message = work(job.arguments["statement_id"], _teller(network_id, job, clock))
        state = Job.State.DONE
    except OperationalError:
        raise  # the job stays claimed and is found again when the database answers
    except DomainError as error:
        state, message = Job.State.REFUSED, str(error)
    except Exception:
        log.exception("job %s of network %s failed", job_id, network_id)
        _finish(
            network_id, job, Job.State.FAILED, clock, _("Something unexpected happened; it was written to the log.")
        )
        raise
    _finish(network_id, job, state, clock, message)


def _finish(network_id: int, job: Job, state: str, clock: Clock, message: str) -> None:
    with network_scope(network_id):
        finish_job(job=job, state=state, now=clock(), message=message)


def _teller(network_id: int, job: Job, clock: Clock) -> Tell:
    def tell(done: int, total: int | None = None) -> None:
        with network_scope(network_id):
            report_progress(job=job, done=done, total=total, now=clock())

    return tell
