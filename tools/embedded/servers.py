"""Starts, shares and stops the embedded servers of a home."""

import asyncio
import fcntl
import os
import re
import subprocess
import time
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tools.embedded import processes, sockets
from tools.embedded.postgres import Postgres
from tools.embedded.redis import Redis

TITLES = (Redis.title, Postgres.title)
START_SECONDS = 60.0
STOP_SECONDS = 30.0
PAUSE_SECONDS = 0.02
LOG_TAIL_BYTES = 8_192
SEVERE_LINE = re.compile(r"FATAL|PANIC| # ")
PASSING_LINE = "the database system is"


class EmbeddedError(RuntimeError):
    """The embedded servers cannot run; the message is one sentence with the reason."""


@dataclass(frozen=True)
class EmbeddedServers:
    """Where the embedded servers listen: a redis-py URL and a SQLAlchemy URL, both of unix sockets.

    One that was not wanted has a URL too, and need not run. `started` names those that did not run before.
    """

    redis_url: str
    database_url: str
    started: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class ServerDescription:
    """The state of one embedded server: whether it answers, its version ("missing" without one), bytes on disk."""

    title: str
    running: bool
    version: str
    folder: Path
    size: int


@asynccontextmanager
async def open_servers(home: Path, *, wanted: Collection[str] = TITLES) -> AsyncIterator[EmbeddedServers]:
    """Yield the wanted servers of a home, started or shared; the last process to close any of them stops them.

    Any number of processes may open one home; servers that a killed process left running are taken over.
    Raises EmbeddedError with one sentence when a server does not start.
    """
    lock = _HomeLock(_resolved(home), wanted)
    acquiring = asyncio.ensure_future(asyncio.to_thread(lock.acquire))
    try:
        yield await asyncio.shield(acquiring)
    finally:
        # Also when cancelled: servers that the thread has started must be stopped or shared.
        await asyncio.wait([acquiring])
        await asyncio.to_thread(lock.release)


async def describe(home: Path) -> tuple[ServerDescription, ...]:
    """Return the state of the servers of a home, Redis first, without starting or changing anything."""
    return await asyncio.to_thread(_describe, _resolved(home))


class _HomeLock:
    """One process's use of the servers: a shared file lock, which the kernel releases even after SIGKILL."""

    def __init__(self, home: Path, wanted: Collection[str]) -> None:
        self._home, self._wanted = home, wanted
        self._descriptor = -1

    def acquire(self) -> EmbeddedServers:
        with _embedded_errors(self._home):
            self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _exclusive(self._home):
                self._descriptor = os.open(self._home / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
                alone = _is_alone(self._descriptor)
                fcntl.flock(self._descriptor, fcntl.LOCK_SH)
                return _start_all(self._home, self._wanted, alone=alone)

    def release(self) -> None:
        if self._descriptor < 0:
            return
        try:
            with _embedded_errors(self._home), _exclusive(self._home):
                if _is_alone(self._descriptor):
                    _stop_all(self._home)
        finally:
            os.close(self._descriptor)


def _start_all(home: Path, wanted: Collection[str], *, alone: bool) -> EmbeddedServers:
    redis, postgres = _servers(home, sockets.make(home))
    chosen = [server for server in (postgres, redis) if server.title in wanted]
    started = tuple(server.title for server in chosen if _start(server, alone=alone))
    return EmbeddedServers(redis_url=redis.url, database_url=postgres.url, started=started)


def _stop_all(home: Path) -> None:
    for server in _servers(home, home):
        processes.stop(server.folder, server.process, stop_signal=server.stop_signal, seconds=STOP_SECONDS)


def _start(server: Redis | Postgres, *, alone: bool) -> bool:
    """Start a server that does not answer, and return whether that was needed."""
    if _wait_until_ready(server):
        return False
    processes.stop(server.folder, server.process, stop_signal=server.stop_signal, seconds=STOP_SECONDS)
    server.prepare(alone=alone)
    try:
        server.launch()
    except subprocess.CalledProcessError as error:
        raise EmbeddedError(_failure_sentence(server)) from error
    if not _wait_until_ready(server):
        raise EmbeddedError(_failure_sentence(server))
    return True


def _wait_until_ready(server: Redis | Postgres) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while not server.answers():
        if time.monotonic() > deadline or not processes.is_running(server.folder, server.process):
            return False
        time.sleep(PAUSE_SECONDS)
    return True


def _failure_sentence(server: Redis | Postgres) -> str:
    log = server.folder / server.log
    lines = log.read_bytes()[-LOG_TAIL_BYTES:].decode(errors="replace").splitlines() if log.is_file() else []
    severe = [line for line in lines if SEVERE_LINE.search(line) and PASSING_LINE not in line] or lines
    return f"{server.title} did not start ({severe[-1].strip() if severe else 'it wrote no log'}); its log is {log}."


def _servers(home: Path, sockets_folder: Path) -> tuple[Redis, Postgres]:
    return Redis(home / "redis", sockets_folder), Postgres(home / "postgres", sockets_folder)


def _describe(home: Path) -> tuple[ServerDescription, ...]:
    sockets_folder = sockets.find(home)
    return tuple(
        _describe_server(server, reachable=sockets_folder is not None)
        for server in _servers(home, sockets_folder or home)
    )


def _describe_server(server: Redis | Postgres, *, reachable: bool) -> ServerDescription:
    try:
        version = server.version()
    except (OSError, subprocess.SubprocessError):
        version = "missing"
    running = reachable and server.answers()
    return ServerDescription(server.title, running, version, server.folder, _size(server.folder))


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_size
        except OSError:  # servers remove files while we count
            continue
    return total


def _resolved(home: Path) -> Path:
    return home.expanduser().resolve()


@contextmanager
def _exclusive(home: Path) -> Iterator[None]:
    """Let only one process at a time start or stop the servers."""
    with (home / "gate.lock").open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_alone(descriptor: int) -> bool:
    """Check whether no other process uses the servers; the lock is then exclusive."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _embedded_errors(home: Path) -> Iterator[None]:
    try:
        yield
    except subprocess.SubprocessError as error:
        raise EmbeddedError(f"The embedded servers cannot run in {home}: {error}.") from error
    except OSError as error:
        why = f"{error.strerror or error} ({error.filename})" if error.filename else str(error)
        raise EmbeddedError(f"The embedded servers cannot run in {home}: {why}.") from error
