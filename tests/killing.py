"""Processes that die: before any statement they would have sent, as if somebody had pulled the plug."""

from django.db import connections


class Killed(BaseException):
    """The process is gone."""


def killed_at(statement: int, work) -> bool:
    """Run `work` and kill it before its statement number `statement`, with its connection; whether it lived to the
    end."""
    return _run(work, statement)[0]


def statements_of(work) -> int:
    """How many statements `work` sends when nobody disturbs it."""
    return _run(work, 0)[1]


def _run(work, last):
    sent, connection = 0, connections["default"]

    def die(execute, sql, params, many, context):
        nonlocal sent
        sent += 1
        if sent == last:
            raise Killed
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(die):
            work()
    except Killed:
        connection.close()
        return False, sent
    return True, sent
