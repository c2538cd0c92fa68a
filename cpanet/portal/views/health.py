"""Whether the product can do its work."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import JsonResponse
from redis import Redis, RedisError


def health(request):
    """200 when PostgreSQL and Redis answer, else 503; says which does not."""
    parts = {"database": _database(), "redis": _redis()}
    return JsonResponse(parts, status=200 if set(parts.values()) == {"ok"} else 503)


def _database():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "down"
    return "ok"


def _redis():
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=2) as redis:
            redis.ping()
    except (RedisError, OSError):
        return "down"
    return "ok"
