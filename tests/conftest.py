"""Shared by all tests; the servers are started by tests/servers.py, before Django reads its settings."""

import hypothesis
import pytest

# A machine that does other things beside is slow to draw, which says nothing of what is tested.
hypothesis.settings.register_profile("patient", suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("patient")
# For those who only ask whether a test fails, not how: `--hypothesis-profile=unshrunk`.
hypothesis.settings.register_profile("unshrunk", phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate))
LONGEST = "test_any_order_of_events"
pytest_plugins = ["tests.fixtures.database", "tests.fixtures.people", "tests.fixtures.work"]


def pytest_addoption(parser):
    parser.addoption("--run-slow", action="store_true", help="also run the tests marked slow")


def pytest_make_parametrize_id(val, argname):
    """Bytes give no name to a test: archives hold the second they were made in, and parallel workers must agree."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    items.sort(key=lambda item: LONGEST not in item.nodeid)  # at the end all other processes would wait for it
    if config.getoption("--run-slow") or "slow" in (config.getoption("-m") or ""):
        return
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="slow: run with --run-slow"))
