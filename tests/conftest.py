"""Shared by all tests; the servers are started by tests/servers.py, before Django reads its settings."""

import pytest

pytest_plugins = ["tests.fixtures.database", "tests.fixtures.people", "tests.fixtures.work"]


def pytest_addoption(parser):
    parser.addoption("--run-slow", action="store_true", help="also run the tests marked slow")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--run-slow") or "slow" in (config.getoption("-m") or ""):
        return
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="slow: run with --run-slow"))
