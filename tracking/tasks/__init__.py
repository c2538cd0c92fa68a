"""Background work of tracking; Celery finds it here."""

from tracking.tasks import deadlines, partitions, postbacks, statistics

__all__ = ["deadlines", "partitions", "postbacks", "statistics"]
