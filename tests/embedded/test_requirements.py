"""What the code imports is declared, and what is declared is locked with hashes and no registry's address."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.embedded.helpers import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUNTIME = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
DEVELOPMENT = [Requirement(text) for text in PROJECT["dependency-groups"]["dev"]]
OURS = {"cpanet", "offers", "tracking", "payouts", "reconciliation", "tests"}
LOCKED = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)", re.MULTILINE)


def imported(packages):
    """(file, top-level name) of every import of something that is neither ours nor Python's own."""
    for package in packages:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and not node.level:
                    names = [node.module]
                for name in {name.partition(".")[0] for name in names} - OURS - sys.stdlib_module_names:
                    yield path.relative_to(ROOT), name


def names(requirements):
    return {canonicalize_name(requirement.name) for requirement in requirements}


def undeclared(packages, requirements):
    providers = packages_distributions()
    declared = names(requirements)
    return {
        f"{path} imports {name}"
        for path, name in imported(packages)
        if declared.isdisjoint(map(canonicalize_name, providers.get(name, [name])))
    }


def test_the_code_imports_only_what_is_declared():
    assert undeclared(OURS - {"tests"}, RUNTIME) == set()


def test_the_tests_import_only_what_is_declared():
    assert undeclared({"tests"}, RUNTIME + DEVELOPMENT) == set()


@pytest.mark.parametrize(
    ("lock", "requirements"),
    [("requirements.lock", RUNTIME), ("requirements-dev.lock", RUNTIME + DEVELOPMENT)],
)
def test_what_is_declared_is_locked(lock, requirements):
    text = (ROOT / lock).read_text()
    versions = {}
    for name, version in LOCKED.findall(text):
        versions.setdefault(canonicalize_name(name), []).append(version)
    for requirement in requirements:
        found = versions.get(canonicalize_name(requirement.name), [])
        assert any(requirement.specifier.contains(version) for version in found), f"{requirement} is not in {lock}"
    assert "://" not in text
    assert text.count("==") <= text.count("--hash=sha256:")
