"""Background work of tracking; Celery finds it here."""

from tracking.tasks import antifraud, caps, deadlines, outgoing, partitions, postbacks, statistics

__all__ = ["antifraud", "caps", "deadlines", "outgoing", "partitions", "postbacks", "statistics"]
