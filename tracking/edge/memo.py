"""Answers that are worked out once: a dictionary that fills itself and begins anew when it is full."""

from collections.abc import Callable


class Memo(dict):
    """`memo[key]` is `make(key)`, at the price of a dictionary's look-up: no order is kept, as lru_cache would."""

    __slots__ = ("_make", "_most")

    def __init__(self, make: Callable, most: int):
        super().__init__()
        self._make, self._most = make, most

    def __missing__(self, key):
        if len(self) >= self._most:
            self.clear()
        value = self[key] = self._make(key)
        return value
