"""From the spool into the click table, exactly once.

A batch of lines and the position behind it are written in one transaction, and the row that holds the position is
locked before the file is read: whoever dies at whatever moment, and however many shippers run, a line is in the table
once. Lines PostgreSQL refuses go to `rejected/` with the reason, the rest goes on.
"""

import contextlib
import io
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection as Connection

from tracking.edge.rejected import keep_rejected
from tracking.edge.spool import is_being_written, segments

BATCH_BYTES = 4 * 1024 * 1024
COLUMNS = (
    "id, network_id, clicked_at, link_id, offer_id, landing_id, affiliate_id, advertiser_id, address, country, device, "
    "system, browser, language, referrer_host, user_agent, sub1, sub2, sub3, sub4, sub5, sub6, sub7, sub8, sub9, "
    "sub10, external_click_id, source, cost, deep_link, is_unique, flags, reason, config_version"
)
_COPY = f"COPY tracking_click ({COLUMNS}) FROM STDIN"
# Whoever counts takes away the marks he can see, and with them sees the clicks they stand for: see tracking.statistics.
_MARK_HOUR = "INSERT INTO tracking_dirtyhour (network_id, hour) VALUES (%s, %s)"
SHIPPED = "shipped"
log = logging.getLogger("cpanet.edge.shipper")


class Shipper:
    """Ships one spool directory. `connect` gives a new psycopg2 connection of a role that may COPY for every network.

    `rejected` counts refused lines since the start.
    """

    def __init__(self, directory: Path, edge: str, connect: Callable[[], Connection], *, retention_hours: float = 48):
        self._directory, self._edge, self._connect = directory, edge, connect
        self._retention = timedelta(hours=retention_hours)
        self._connection: Connection | None = None
        self._positions: dict[str, int] = {}
        self.rejected = 0

    def segments(self) -> list[Path]:
        """The segments that are not wholly shipped yet, oldest first."""
        return segments(self._directory, self._edge)

    def ship_all(self) -> int:
        """Ship every line there is now; returns how many. Raises psycopg2.Error when the database cannot be reached."""
        total = 0
        for path in self.segments():
            while shipped := self.ship_batch(path):
                total += shipped
        return total

    def ship_batch(self, path: Path) -> int:
        """Ship the next few megabytes of a segment; returns how many lines were taken, 0 at its end.

        A segment that is finished and shipped is moved to `shipped/`.
        """
        try:
            if self._positions.get(path.name, -1) == path.stat().st_size and _is_open(path):
                return 0
            with self._connected() as connection, connection.cursor() as cursor:
                position = _locked_position(cursor, self._edge, path.name)
                data = b"" if position is None else _whole_lines(path, position)
                if data:
                    self._put(cursor, path, position, data)
            if position is not None:
                self._positions[path.name] = position + len(data)
                if not data:
                    self._finish(path, position)
        except FileNotFoundError:  # another shipper has put it aside meanwhile
            return 0
        except psycopg2.Error:
            self.disconnect()
            raise
        return data.count(b"\n")

    def lag_bytes(self) -> int:
        """Bytes in the spool that are not in the table yet, as far as this shipper knows."""
        lag = 0
        for path in self.segments():
            with contextlib.suppress(FileNotFoundError):  # put aside by another shipper
                lag += path.stat().st_size - self._positions.get(path.name, 0)
        return lag

    def remove_old(self, now: datetime) -> int:
        """Delete shipped segments older than the retention, and then their positions; returns how many."""
        oldest = (now - self._retention).timestamp()
        shipped = segments(self._directory / SHIPPED, self._edge)
        removed = [path for path in shipped if path.stat().st_mtime < oldest]
        for path in removed:  # the file first: a position without a file is harmless, the reverse would ship it twice
            path.unlink()
        if removed:
            with self._connected() as connection, connection.cursor() as cursor:
                names = [path.name for path in removed]
                delete = "DELETE FROM tracking_spooloffset WHERE edge = %s AND segment = ANY(%s)"
                cursor.execute(delete, (self._edge, names))
        return len(removed)

    def disconnect(self) -> None:
        """Close the connection; the next batch opens another one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = self._connect()
        return self._connection

    def _put(self, cursor, path: Path, position: int, data: bytes) -> None:
        refused = _copy(cursor, data)
        cursor.execute(
            "UPDATE tracking_spooloffset SET position = %s, shipped_at = now() WHERE edge = %s AND segment = %s",
            (position + len(data), self._edge, path.name),
        )
        _mark_hours(cursor, data)
        if refused:
            self.rejected += len(refused)
            keep_rejected(self._directory, path.name, refused)

    def _finish(self, path: Path, position: int) -> None:
        """Put a segment aside if its writer is gone and no whole line is left; a torn end was never answered for."""
        if _is_open(path) or _whole_lines(path, position):
            return
        torn = path.stat().st_size - position
        if torn:
            log.warning("%s ends in a torn line of %s bytes, for which nobody was answered", path.name, torn)
        (self._directory / SHIPPED).mkdir(exist_ok=True)
        path.rename(self._directory / SHIPPED / path.name)
        self._positions.pop(path.name, None)


def ship_for_ever(shipper: Shipper, should_stop: Callable[[], bool], *, pause: float = 0.2) -> None:
    """Ship until told to stop; waits for the database with growing pauses up to 5 s; ends after a whole batch."""
    patience, clean_at = 0.2, 0.0
    while not should_stop():
        try:
            shipped = _ship_round(shipper, should_stop)
            if time.monotonic() >= clean_at:
                shipper.remove_old(datetime.now(UTC))
                clean_at = time.monotonic() + 60
            patience = 0.2
            if not shipped:
                _wait(pause, should_stop)
        except (psycopg2.Error, OSError) as error:
            shipper.disconnect()
            log.error("clicks wait in the spool (%s bytes): %s", _lag(shipper), str(error).strip())
            _wait(patience, should_stop)
            patience = min(5.0, patience * 2)


def _wait(seconds: float, should_stop: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while not should_stop() and (left := until - time.monotonic()) > 0:
        time.sleep(min(0.2, left))


def _ship_round(shipper: Shipper, should_stop: Callable[[], bool]) -> int:
    shipped = 0
    for path in shipper.segments():
        if should_stop():
            break
        shipped += shipper.ship_batch(path)
    return shipped


def _lag(shipper: Shipper) -> int | str:
    try:
        return shipper.lag_bytes()
    except OSError:
        return "unknown"


def _is_open(path: Path) -> bool:
    with open(path, "rb") as file:
        return is_being_written(file.fileno())


def _locked_position(cursor, edge: str, segment: str) -> int | None:
    """The position of a segment, locked for this transaction; None when another shipper is at it."""
    key = (edge, segment)
    cursor.execute(
        "INSERT INTO tracking_spooloffset (edge, segment, position) VALUES (%s, %s, 0) ON CONFLICT DO NOTHING", key
    )
    cursor.execute(
        "SELECT position FROM tracking_spooloffset WHERE edge = %s AND segment = %s FOR UPDATE SKIP LOCKED", key
    )
    row = cursor.fetchone()
    return row and row[0]


def _whole_lines(path: Path, position: int) -> bytes:
    with open(path, "rb") as file:
        file.seek(position)
        data = file.read(BATCH_BYTES)
    return data[: data.rfind(b"\n") + 1]


def _copy(cursor, data: bytes) -> list[tuple[bytes, str]]:
    """COPY the lines; returns those that PostgreSQL refuses, each with its reason, found by halving."""
    try:
        _copy_in_savepoint(cursor, data)
    except psycopg2.errors.CheckViolation as error:  # no partition for a day
        return _copy(cursor, data) if _make_partitions(cursor, data) else _refuse_or_halve(cursor, data, error)
    except (psycopg2.DataError, psycopg2.IntegrityError) as error:
        return _refuse_or_halve(cursor, data, error)
    return []


def _copy_in_savepoint(cursor, data: bytes) -> None:
    cursor.execute("SAVEPOINT lines")
    try:
        cursor.copy_expert(_COPY, io.BytesIO(data))
    except psycopg2.Error:
        cursor.execute("ROLLBACK TO SAVEPOINT lines")
        raise
    cursor.execute("RELEASE SAVEPOINT lines")


def _refuse_or_halve(cursor, data: bytes, error) -> list[tuple[bytes, str]]:
    lines = data.split(b"\n")[:-1]
    if len(lines) == 1:
        return [(lines[0], str(error).strip())]
    middle = len(lines) // 2
    halves = (lines[:middle], lines[middle:])
    return [refused for half in halves for refused in _copy(cursor, b"\n".join(half) + b"\n")]


def _make_partitions(cursor, data: bytes) -> int:
    """Make the partitions of the days in `data`; returns how many were missing."""
    made = 0
    for day in sorted({hour[:10] for _, hour in _hours_of(data)}):
        cursor.execute("SELECT cpanet_ensure_click_partitions(%s::date, %s::date)", (day, day))
        made += cursor.fetchone()[0]
    return made


def _mark_hours(cursor, data: bytes) -> None:
    """Have the statistics of the hours in `data` counted anew. A network that is gone has no statistics."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for hour in sorted(_hours_of(data)):
        cursor.execute("SAVEPOINT hour")
        try:
            cursor.execute(_MARK_HOUR, hour)
        except psycopg2.IntegrityError as error:
            cursor.execute("ROLLBACK TO SAVEPOINT hour")
            log.error("hour %s is not marked: %s", hour, str(error).strip())


def _hours_of(data: bytes) -> set[tuple[int, str]]:
    """The distinct (network, hour in UTC) of the lines; what cannot be one is left out."""
    found = {tuple(line.split(b"\t", 3)[1:3]) for line in data.split(b"\n")}
    hours = {(pair[0], pair[1][:13]) for pair in found if len(pair) == 2}
    return {(int(network), f"{hour.decode()}:00:00+00") for network, hour in hours if _is_hour(network, hour)}


def _is_hour(network: bytes, hour: bytes) -> bool:
    if not network.isdigit() or len(network) > 18:
        return False
    try:
        datetime.strptime(hour.decode(), "%Y-%m-%d %H").replace(tzinfo=UTC)
    except ValueError:
        return False
    return True
