"""Every task and every form that moves money is killed before one of its statements and run again: the books are those
of an undisturbed run, and running it once more changes nothing. With `--run-slow` before each of its statements."""

import pytest

from cpanet.tenancy.scope import network_scope
from tests.killing import killed_at, statements_of
from tests.payouts.books_picture import picture
from tests.payouts.killing_stage import DEEDS, World
from tests.payouts.story import AFTER_HOLD

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
A_FEW = 3


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(AFTER_HOLD)


def prepared(name):
    world = World()
    with network_scope(world.network_id):
        return world, DEEDS[name](world)


def undisturbed(name):
    """(the books afterwards, how many statements it took)."""
    world, deed = prepared(name)
    before = picture(world.network_id, world.now)
    count = statements_of(deed)
    after = picture(world.network_id, world.now)
    assert after != before, "it has done nothing at all"
    return after, count


@pytest.mark.parametrize("name", DEEDS)
def test_killed_and_run_again_it_leaves_the_same_books(name, request, record_property):
    expected, count = undisturbed(name)
    step = 1 if request.config.getoption("--run-slow") else max(1, count // A_FEW)
    boundaries = range(count, 0, -step)
    for statement in boundaries:
        world, deed = prepared(name)
        assert not killed_at(statement, deed)
        deed()
        assert (statement, picture(world.network_id, world.now)) == (statement, expected)
    deed()
    assert picture(world.network_id, world.now) == expected
    record_property("killed", f"before {len(boundaries)} of {count} statements")
