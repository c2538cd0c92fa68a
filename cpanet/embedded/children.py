"""Child processes that never outlive us."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def spawn(
    command: Sequence, *, death_signal: int = signal.SIGTERM, own_group: bool = True, **popen
) -> subprocess.Popen:
    """Start a program that the kernel signals with `death_signal` when we die, however we die.

    Call it from a thread that lives as long as the child should: the kernel watches the thread. With `own_group`
    the child leads a new session, so a Ctrl-C in our terminal does not reach it and its children can be signalled
    together.
    """
    return subprocess.Popen(
        [str(part) for part in command],
        start_new_session=own_group,
        preexec_fn=_die_with(os.getpid(), death_signal),
        **popen,
    )


def _die_with(parent: int, death_signal: int) -> Callable[[], None] | None:
    if _libc is None:
        return None
    number = int(death_signal)

    def bind_to_parent() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # it died before the call above
            os._exit(1)

    return bind_to_parent


def adopt_orphans() -> None:
    """Become the parent of grandchildren whose parent dies, so that they can be waited for."""
    if _libc is not None:
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def signal_group(group: int, number: int) -> bool:
    """Signal every process of a group; False when nobody is left in it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # macOS says EPERM for a group of zombies
        return False
    return True


def clear_group(group: int, seconds: float = 2.0) -> None:
    """Kill what a dead leader has left behind in its group and wait for it."""
    deadline = time.monotonic() + seconds
    while signal_group(group, signal.SIGKILL) and time.monotonic() < deadline:
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-group, os.WNOHANG) != (0, 0):
                pass
        time.sleep(0.01)


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.02) -> bool:
    """Poll a condition until it holds; False when the time is over."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def stop(process: subprocess.Popen, number: int, seconds: float) -> None:
    """Ask a child to stop, wait, and kill its whole group when it does not listen."""
    if process.poll() is None:
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    if process.poll() is None:
        process.kill()
        process.wait()
