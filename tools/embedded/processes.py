import os
import signal
import time
from pathlib import Path

import psutil

PAUSE_SECONDS = 0.02


def find(folder: Path, name: str) -> list[psutil.Process]:
    """Return the live processes called `name` that work in `folder`, even one deleted under them.

    Looks at working directories, not at pid files: a pid file outlives its server, and its number is reused.
    """
    return [process for process in psutil.process_iter() if _works_in(process, name, folder)]


def settled(folder: Path, name: str) -> bool:
    """Tell whether such a process is there and its folder too."""
    return folder.is_dir() and bool(find(folder, name))


def evict(folder: Path, name: str, *, politely: signal.Signals, seconds: float) -> None:
    """Ask the leading processes to end, wait for all of them, and kill what is left after `seconds`.

    Those whose folder was deleted are killed at once: they have nothing left to save, and would only try.
    """
    if settled(folder, name):
        _ask(find(folder, name), politely)
        if _emptied(folder, name, seconds):
            return
    for process in find(folder, name):
        _send(process.pid, signal.SIGKILL)
    _emptied(folder, name, seconds)


def lives(pid: int) -> bool:
    """Tell whether a process has this number; one that ended and was not yet buried has not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _ask(found: list[psutil.Process], politely: signal.Signals) -> None:
    numbers = {process.pid for process in found}
    for process in found:
        if _parent(process) not in numbers:
            _send(process.pid, politely)


def _works_in(process: psutil.Process, name: str, folder: Path) -> bool:
    try:
        return bool(process.name() == name and process.cwd() == str(folder))
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
