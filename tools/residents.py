import os
import signal
import time
from pathlib import Path

import psutil

PAUSE_SECONDS = 0.02
GONE = " (deleted)"


def find(folder: Path, name: str) -> list[psutil.Process]:
    """Return the live processes called `name` that work in `folder`; a folder deleted under them counts.

    Looks at working directories, not at pid files: a pid file outlives its server, and its number is reused.
    """
    homes = {str(folder), f"{folder}{GONE}"}
    return [process for process in psutil.process_iter() if _works_in(process, name, homes)]


def settled(folder: Path, name: str) -> bool:
    """Tell whether such a process works in the folder that exists now, not in a deleted one of that path."""
    return any(_works_in(process, name, {str(folder)}) for process in psutil.process_iter())


def evict(folder: Path, name: str, *, politely: signal.Signals, seconds: float) -> None:
    """Ask the leading processes to end, wait for all of them, and kill what is left after `seconds`."""
    found = find(folder, name)
    numbers = {process.pid for process in found}
    for process in found:
        if _parent(process) not in numbers:
            _send(process.pid, politely)
    if not _emptied(folder, name, seconds):
        for process in find(folder, name):
            _send(process.pid, signal.SIGKILL)
        _emptied(folder, name, seconds)


def _works_in(process: psutil.Process, name: str, homes: set[str]) -> bool:
    try:
        return process.name() == name and process.cwd() in homes
    except psutil.Error:  # ended meanwhile, a zombie, or of another user
        return False


def _parent(process: psutil.Process) -> int:
    try:
        return int(process.ppid())
    except psutil.Error:
        return 0


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _emptied(folder: Path, name: str, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while find(folder, name):
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE_SECONDS)
    return True
