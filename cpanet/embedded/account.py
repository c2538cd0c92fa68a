"""The account the servers run under: ourselves, or, because PostgreSQL refuses root, an unprivileged one."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cpanet.embedded.errors import StartError

CANDIDATES = ("cpanet", "postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A user and its group; `drops` says that we are root and have to become it."""

    name: str
    uid: int
    gid: int
    drops: bool

    def popen_arguments(self) -> dict:
        """What subprocess.Popen needs to start a program as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.drops else {}

    def own(self, path) -> None:
        """Give a file or directory to this account."""
        if self.drops:
            os.chown(path, self.uid, self.gid)

    def can_enter(self, directory) -> bool:
        """Whether this account can reach and use a directory; a shell tries it, so every kind of access rule counts."""
        command = ["/bin/sh", "-c", 'cd -- "$1" && test -x .', "sh", str(directory)]
        return self._succeeds(command)

    def can_run(self, program) -> bool:
        """Whether this account can execute a program, its libraries included."""
        return self._succeeds([str(program), "--version"])

    def _succeeds(self, command) -> bool:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
        try:
            return subprocess.run(command, cwd="/", check=False, **quiet, **self.popen_arguments()).returncode == 0
        except PermissionError:
            return False


def choose(state: Path) -> Account:
    """The account for a server state directory: whoever owns it already, else the first candidate of this machine."""
    if os.geteuid() != 0:
        return _current(state)
    owner = state.stat().st_uid if state.exists() else 0
    if owner != 0:
        return _drop_to(owner, state.stat().st_gid)
    for name in CANDIDATES:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, found.pw_uid, found.pw_gid, drops=True)
    raise StartError(
        "PostgreSQL does not run as root and this machine has no account named "
        + ", ".join(CANDIDATES)
        + ". Create one (useradd --system cpanet), or start as an ordinary user."
    )


def _current(state: Path) -> Account:
    uid = os.geteuid()
    if state.exists() and state.stat().st_uid != uid:
        raise StartError(
            f"{state} belongs to {_name(state.stat().st_uid)}, you are {_name(uid)}. "
            "Start as root or as that user, or set CPANET_DATA_DIR to a directory of your own."
        )
    return Account(_name(uid), uid, os.getegid(), drops=False)


def _drop_to(uid: int, gid: int) -> Account:
    return Account(_name(uid), uid, gid, drops=True)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
