"""Life of a job: started by a view or a command, driven by its task, shown by its row."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from cpanet.core.queue import enqueue
from cpanet.jobs.models import Job

ABANDONED_AFTER = timedelta(minutes=3)
MAX_ATTEMPTS = 5


def start_job(
    *, kind: str, task: str, arguments: dict, actor, total: int | None = None, advertiser=None, affiliate=None
) -> Job:
    """A new queued job; its task (a Celery task that takes network_id and job_id) is sent after commit."""
    job = Job.objects.create(
        kind=kind,
        task=task,
        arguments=arguments,
        total=total,
        started_by=actor,
        advertiser=advertiser,
        affiliate=affiliate,
    )
    enqueue(task, network_id=job.network_id, job_id=job.pk)
    return job


def claim_job(*, job_id: int, now: datetime) -> Job | None:
    """Compare-and-set from waiting (or abandoned) to running. None: another worker has it, or it is finished."""
    abandoned = Q(state=Job.State.RUNNING, heartbeat_at__lt=now - ABANDONED_AFTER)
    claimed = Job.objects.filter(Q(state=Job.State.QUEUED) | abandoned, pk=job_id).update(
        state=Job.State.RUNNING, heartbeat_at=now, attempts=F("attempts") + 1
    )
    return Job.objects.get(pk=job_id) if claimed else None


def report_progress(*, job: Job, done: int, now: datetime, total: int | None = None, message: str = "") -> None:
    """Write how far the job is; also its heartbeat."""
    changes = {"done": done, "heartbeat_at": now}
    if total is not None:
        changes["total"] = total
    if message:
        changes["message"] = message
    Job.objects.filter(pk=job.pk).update(**changes)


def finish_job(*, job: Job, state: str, now: datetime, result: dict | None = None, message: str = "") -> None:
    """The last word on a job: DONE, PARTIAL, REFUSED or FAILED, with what a person should read."""
    Job.objects.filter(pk=job.pk).update(
        state=state, result=result or {}, message=message, finished_at=now, heartbeat_at=now
    )
    job.refresh_from_db()


def resume_abandoned(*, now: datetime) -> int:
    """Send again the tasks of jobs that nobody works on (lost message, killed worker); park those that failed often."""
    with transaction.atomic():
        stale = Q(heartbeat_at__lt=now - ABANDONED_AFTER) | Q(
            heartbeat_at__isnull=True, created_at__lt=now - ABANDONED_AFTER
        )
        jobs = list(Job.objects.filter(stale, state__in=Job.OPEN))
        for job in jobs:
            if job.attempts >= MAX_ATTEMPTS:
                message = f"Given up after {job.attempts} attempts that ended without a result."
                finish_job(job=job, state=Job.State.FAILED, now=now, message=message)
            else:
                enqueue(job.task, network_id=job.network_id, job_id=job.pk)
    return len(jobs)
