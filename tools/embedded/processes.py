"""Finds and stops the processes of an embedded server by their working directory."""

import os
import signal
import time
from pathlib import Path

import psutil

PAUSE_SECONDS = 0.02


def find(folder: Path, name: str) -> list[psutil.Process]:
    """Return the live processes called `name` whose working directory is `folder`, even where that was deleted.

    Pid files are not read: one outlives its server, and its number is reused.
    """
    return [process for process in psutil.process_iter() if _runs_in(process, name, folder)]


def is_running(folder: Path, name: str) -> bool:
    """Check whether such a server runs and its folder still exists; what a killed one left behind is none."""
    return folder.is_dir() and not all(_is_child(process, name) for process in find(folder, name))


def stop(folder: Path, name: str, *, stop_signal: signal.Signals, seconds: float) -> None:
    """Send `stop_signal` to the parent processes, wait for all of them, and kill those left after `seconds`.

    Those whose folder was deleted or whose parent was killed are killed at once: they have nothing left to save.
    """
    if is_running(folder, name):
        _signal_leaders(find(folder, name), stop_signal)
        if _wait_until_gone(folder, name, seconds):
            return
    for process in find(folder, name):
        _send(process.pid, signal.SIGKILL)
    _wait_until_gone(folder, name, seconds)


def is_alive(pid: int) -> bool:
    """Check whether a process with this number runs; a zombie does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _signal_leaders(processes: list[psutil.Process], stop_signal: signal.Signals) -> None:
    numbers = {process.pid for process in processes}
    for process in processes:
        if _parent_pid(process) not in numbers:
            _send(process.pid, stop_signal)


def _runs_in(process: psutil.Process, name: str, folder: Path) -> bool:
    try:
        return bool(process.name() == name and process.cwd() == str(folder))
    except psutil.Error:  # ended meanwhile, a zombie, or of another user
        return False


def _is_child(process: psutil.Process, name: str) -> bool:
    """Check whether a process has a title such as "postgres: checkpointer", which PostgreSQL gives to its children."""
    try:
        return bool(" ".join(process.cmdline()).startswith(f"{name}: "))
    except psutil.Error:  # ended meanwhile
        return True


def _parent_pid(process: psutil.Process) -> int:
    try:
        return int(process.ppid())
    except psutil.Error:
        return 0


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _wait_until_gone(folder: Path, name: str, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while find(folder, name):
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE_SECONDS)
    return True
