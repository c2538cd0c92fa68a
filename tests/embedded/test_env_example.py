"""`.env.example` says each setting in a sentence: all that the code reads, and nothing that it does not."""

import ast
import os
import re
import subprocess
import sys

from tests.embedded.helpers import ROOT

PACKAGES = ("cpanet", "offers", "tracking", "payouts", "reconciliation")
NAME = re.compile(r"CPANET_[A-Z][A-Z0-9_]*|DATABASE_(?:[A-Z]+_)?URL|REDIS_URL|POSTGRES_(?:[A-Z]+_)?PASSWORD")
EXAMPLE = (ROOT / ".env.example").read_text().splitlines()
# Only docker-compose.yml reads these; test_compose.py looks after them.
COMPOSE_ONLY = {"POSTGRES_PASSWORD", "POSTGRES_APP_PASSWORD", "POSTGRES_SHIPPER_PASSWORD"}


def described():
    return {line[1:].partition("=")[0] for line in EXAMPLE if re.match(r"#[A-Z]", line)}


def read_by_the_code():
    """Every string in the code that is a variable's name and nothing else."""
    found = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAME.fullmatch(node.value):
                    found.add(node.value)
    return found


def test_every_setting_is_described_and_every_described_one_exists():
    assert described() - COMPOSE_ONLY == read_by_the_code()


def test_each_has_a_sentence_of_its_own():
    for above, line in zip(EXAMPLE, EXAMPLE[1:], strict=False):
        if re.match(r"#[A-Z]", line):
            assert re.fullmatch(r"# [A-Z].{20,}[A-Za-z)]\.", above), f"no sentence above {line}"


def test_the_examples_are_values_the_settings_accept():
    values = dict(line[1:].split("=", 1) for line in EXAMPLE if re.match(r"#[A-Z]", line))
    values["CPANET_SECRET_KEY"] = values["CPANET_ENCRYPTION_KEYS"] = "0" * 50
    command = [sys.executable, "-c", "from cpanet import settings; print(settings.PORT, settings.EDGE_PORT)"]
    environment = {**values, "PATH": os.environ["PATH"]}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "8000 8001\n"), done.stderr
