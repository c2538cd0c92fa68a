"""The script ./run in a checkout of its own, with whatever Python the test wants it to find."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.embedded.helpers import ROOT

TOOLS = ("sh", "cat", "id", "dirname", "mkdir", "rm", "cksum", "sleep")


class Checkout:
    """A directory with nothing but ./run, two locks, and a PATH with the usual tools and the test's Python."""

    def __init__(self, folder):
        self.folder, self.path = folder, folder / "bin"
        self.path.mkdir()
        for tool in TOOLS:
            (self.path / tool).symlink_to(shutil.which(tool))
        # The script's last resort is the machine's own Python, which a test cannot take away.
        script = (ROOT / "run").read_text().replace(" /usr/bin/python3;", ";")
        (folder / "run").write_text(script)
        (folder / "run").chmod(0o755)
        for lock in ("requirements.lock", "requirements-dev.lock"):
            (folder / lock).write_text(f"# {lock}: nothing\n")

    def python(self, script):
        """The python3 that ./run finds: a shell script that ends in the real one."""
        (self.path / "python3").write_text(f'#!/bin/sh\n{script}\nexec {sys.executable} "$@"\n')
        (self.path / "python3").chmod(0o755)

    def run(self, *arguments, **environment):
        command = [str(self.folder / "run"), *arguments]
        environment = {"PATH": str(self.path), **environment}
        return subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, check=False)


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


def test_it_tells_what_it_can_do(checkout):
    assert "./run manage COMMAND" in checkout.run("help").stdout
    unknown = checkout.run("nonsense")
    assert (unknown.returncode, unknown.stdout) == (2, "") and "./run test" in unknown.stderr


def test_without_a_fitting_python_it_says_which_is_needed(checkout):
    checkout.python("exit 1")
    done = checkout.run("setup")
    assert done.returncode == 1
    assert "Python 3.11 or newer" in done.stderr and done.stderr.count("\n") == 1


def test_without_python3_venv_it_says_what_to_install(checkout):
    checkout.python('case "$*" in *ensurepip*) exit 1;; esac')
    done = checkout.run("setup")
    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr and done.stderr.count("\n") == 1
    assert not (checkout.folder / ".venv").exists() and not (checkout.folder / ".venv.lock").exists()


@pytest.mark.slow
def test_it_installs_once_and_again_when_the_lock_changes(checkout):
    checkout.python("")
    first = checkout.run("setup")
    assert first.returncode == 0 and first.stdout == "" and "Installing" in first.stderr
    assert checkout.run("setup").stderr == ""
    (checkout.folder / "requirements.lock").write_text("# still nothing\n")
    assert "Installing" in checkout.run("setup").stderr
    (checkout.folder / ".venv" / "bin" / "python").unlink()  # the Python it was made with is gone
    assert "Installing" in checkout.run("setup").stderr
    assert checkout.run("setup").stderr == ""


def test_a_turn_left_by_a_dead_installer_is_taken_over(checkout):
    checkout.python('case "$*" in *ensurepip*) exit 1;; esac')
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (checkout.folder / ".venv.lock").mkdir()
    (checkout.folder / ".venv.lock" / "pid").write_text(f"{dead.pid}\n")
    assert "python3-venv" in checkout.run("setup").stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write everywhere")
def test_a_checkout_that_cannot_be_written_is_said(checkout):
    checkout.python("")
    checkout.folder.chmod(0o555)
    done = checkout.run("setup")
    assert done.returncode == 1 and "cannot write" in done.stderr and "CPANET_DATA_DIR" in done.stderr
