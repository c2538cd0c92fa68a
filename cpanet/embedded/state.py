"""The state directory of the embedded servers: where it is, whose it is, and who may use it now."""

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cpanet.embedded import account as accounts
from cpanet.embedded import addresses
from cpanet.embedded.account import Account
from cpanet.embedded.errors import StartError

# Where the state goes when the data directory is out of reach for the servers' account (root's home, for example).
ELSEWHERE = (Path("/var/lib/cpanet"), Path("/var/tmp/cpanet"))  # noqa: S108 - a fresh directory is made in it


@dataclass(frozen=True)
class State:
    """Server state ready for use: `home` is real and reachable for `account`, `sockets` is 0700 and its own."""

    home: Path
    sockets: Path
    account: Account


def prepare(data_dir: Path, elsewhere=ELSEWHERE) -> State:
    """Make or find the server state of a data directory. Raises StartError with what to do when it cannot be used."""
    make_data_dir(data_dir)
    place = addresses.servers_dir(data_dir)
    if place.is_symlink() and not place.exists():
        place.unlink()  # the directory behind the link was deleted: begin anew
    account = accounts.choose(place)
    if not place.exists():
        _create(place, account, elsewhere)
    home = place.resolve()
    account.own(home)
    home.chmod(0o700)
    if not account.can_enter(home):
        raise StartError(
            f"The account {account.name} cannot enter {home}, where the servers' data is. Let it pass "
            f"(chmod o+x on the directories above), or set CPANET_DATA_DIR to another directory."
        )
    return State(home, _sockets(data_dir, home, account), account)


def make_data_dir(data_dir: Path) -> None:
    """Create the data directory; StartError when that is impossible or it cannot be written."""
    try:
        data_dir.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data_dir):
            pass
    except OSError as error:
        raise StartError(
            f"The data directory {data_dir} cannot be written ({error.strerror}). "
            "Set CPANET_DATA_DIR to a directory of your own."
        ) from error


def _create(place: Path, account: Account, elsewhere) -> None:
    if account.can_enter(place.parent):
        place.mkdir(mode=0o700)
        return
    for base in elsewhere:
        with contextlib.suppress(OSError):
            base.mkdir(mode=0o755, parents=True, exist_ok=True)
            home = Path(tempfile.mkdtemp(prefix="cpanet-", dir=base))
            if account.can_enter(base):
                place.symlink_to(home)
                return
            home.rmdir()
    raise StartError(
        f"The account {account.name}, under which the servers run, can enter neither {place.parent} nor "
        f"{' nor '.join(map(str, elsewhere))}. Set CPANET_DATA_DIR to a directory it can reach."
    )


def _sockets(data_dir: Path, home: Path, account: Account) -> Path:
    address = addresses.socket_dir(data_dir)
    sockets = home / "run" if address.parent == addresses.servers_dir(data_dir) else address
    with contextlib.suppress(FileExistsError):
        sockets.mkdir(mode=0o700)
        account.own(sockets)
    found = sockets.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (account.uid, os.geteuid()):
        raise StartError(f"{sockets} is there already and is not ours. Remove it, or set another CPANET_DATA_DIR.")
    account.own(sockets)
    sockets.chmod(0o700)
    return sockets


def discard(data_dir: Path) -> None:
    """Delete the server state of a data directory, wherever it is; for tests."""
    place = addresses.servers_dir(data_dir)
    shutil.rmtree(place.resolve(), ignore_errors=True)
    shutil.rmtree(addresses.socket_dir(data_dir), ignore_errors=True)
    if place.is_symlink():
        place.unlink()


class FileLock:
    """A lock that the kernel gives back when its last holder is gone, however it went."""

    def __init__(self, path: Path):
        self.path = path
        self._file = None

    def acquire(self, *, shared: bool = False, wait: bool = False) -> bool:
        """Take the lock; False when somebody else has it and `wait` is not set."""
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        try:
            file = os.fdopen(os.open(self.path, flags, 0o600), "r+")
        except PermissionError as error:
            raise StartError(
                f"{self.path} belongs to somebody else: this data directory is another user's. "
                "Set CPANET_DATA_DIR to a directory of your own."
            ) from error
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def fileno(self) -> int:
        """The descriptor that holds the lock."""
        return self._file.fileno()

    def say(self, text: str) -> None:
        """Leave a line about the holder for whoever finds the lock taken."""
        self._file.seek(0)
        self._file.truncate()
        self._file.write(text + "\n")
        self._file.flush()

    def line(self) -> str:
        """What the holder said; empty when nobody did."""
        try:
            return self.path.read_text().strip()
        except OSError:
            return ""

    def release(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            self._file.close()
            self._file = None
