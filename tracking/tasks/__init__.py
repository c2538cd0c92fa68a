"""Background work of tracking; Celery finds it here."""

from tracking.tasks import antifraud, deadlines, outgoing, partitions, postbacks, statistics

__all__ = ["antifraud", "deadlines", "outgoing", "partitions", "postbacks", "statistics"]
