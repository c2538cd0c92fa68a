"""How many calls a key may make in a minute, by what a call costs. Counted in Redis; without it everybody may call."""

import time
from dataclasses import dataclass

from django.core.cache import cache
from redis.exceptions import RedisError

WINDOW = 60
BUDGETS = {"read": 600, "report": 120, "write": 300}


@dataclass(frozen=True)
class Budget:
    """`remaining` calls of `limit` within the present window, which ends in `reset` seconds."""

    name: str
    limit: int
    remaining: int
    reset: int
    exceeded: bool

    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers says."""
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.limit};w={WINDOW}',
            "RateLimit": f'"{self.name}";r={self.remaining};t={self.reset}',
        }


def spend(caller: str, cost: str, now: float | None = None) -> Budget:
    """Count one call of `caller` (a key's or a user's name) against its budget of this cost."""
    now = time.time() if now is None else now
    limit, window = BUDGETS[cost], int(now // WINDOW)
    used = _count(f"api:{cost}:{caller}:{window}")
    reset = max(1, int((window + 1) * WINDOW - now))
    return Budget(cost, limit, max(0, limit - used), reset, used > limit)


def _count(name):
    try:
        cache.add(name, 0, timeout=2 * WINDOW)
        return cache.incr(name)
    except (RedisError, ValueError, OSError):
        return 1
