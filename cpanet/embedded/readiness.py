"""Waiting for the web process to answer, without holding up the supervisor's loop."""

import http.client
import threading
import time

PATIENCE_SECONDS = 180
LOCAL = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where one listens, and where one asks


class Readiness:
    """Asks a health page until it answers 200: then `healthy`; `over` then, or when the patience is."""

    def __init__(self, health: tuple[str, int, str] | None, patience: float = PATIENCE_SECONDS):
        self.healthy = health is None
        self.over = health is None
        self._patience = patience
        if health is not None:
            threading.Thread(target=self._ask_until_over, args=health, daemon=True).start()

    def _ask_until_over(self, host: str, port: int, path: str) -> None:
        deadline = time.monotonic() + self._patience
        while not self.healthy and time.monotonic() < deadline:
            self.healthy = answers(LOCAL.get(host, host), port, path)
            if not self.healthy:
                time.sleep(0.1)
        self.over = True


def answers(host: str, port: int, path: str) -> bool:
    """Whether a page is answered with 200."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
