"""The current network: one context variable, one wrapper that opens transactions, two walls.

`network_scope(network_id)` is the only place where `app.network`, the setting that row-level security reads, is
made; it is made for the transaction, never for the session.
"""

from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

_current: ContextVar[int | None] = ContextVar("cpanet_network", default=None)


class NoNetworkScope(RuntimeError):
    """A tenant table was asked outside `network_scope`: open the scope of one network first."""


class WrongNetwork(RuntimeError):
    """A row of another network was about to be written."""


def current_network_id() -> int:
    """The id of the network in scope. Raises NoNetworkScope when there is none."""
    network_id = _current.get()
    if network_id is None:
        raise NoNetworkScope(NoNetworkScope.__doc__)
    return network_id


def current_network_id_or_none() -> int | None:
    """The id of the network in scope, None outside any."""
    return _current.get()


@contextmanager
def network_scope(network_id: int):
    """A transaction in which only the rows of `network_id` exist. May be nested; the outer scope comes back."""
    with transaction.atomic():
        outer = _current.get()
        token = _current.set(int(network_id))
        try:
            _tell_database(network_id)
            yield
        finally:
            _current.reset(token)
        if not connection.needs_rollback:  # a rollback restores the setting by itself
            _tell_database(outer)


@contextmanager
def writing_for(network_id: int):
    """Queries built here are of `network_id`, but none can be asked: the database is not told."""
    token = _current.set(network_id)
    try:
        yield
    finally:
        _current.reset(token)


def _tell_database(network_id):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.network', %s, true)", ["" if network_id is None else str(int(network_id))]
        )


def cache_key(key: str, prefix: str, version: int) -> str:
    """Django's cache keys with the network in front, so that no network reads what another has cached."""
    return f"{_current.get() or 0}:{prefix}:{version}:{key}"
