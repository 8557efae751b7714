import asyncio
import fcntl
import os
import re
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.embedded import processes as residents
from tools.embedded import sockets
from tools.embedded.postgres import Postgres
from tools.embedded.redis import Redis

START_SECONDS = 60.0
STOP_SECONDS = 30.0
PAUSE_SECONDS = 0.02
LOG_TAIL_BYTES = 8_192
GRAVE = re.compile(r"FATAL|PANIC| # ")
PASSING = "the database system is"


class EmbeddedError(RuntimeError):
    """The embedded servers cannot run; the message is one sentence that says why."""


@dataclass(frozen=True)
class Servers:
    """Where the embedded servers listen: a redis-py URL and a SQLAlchemy URL, both of unix sockets."""

    redis_url: str
    database_url: str


@dataclass(frozen=True)
class Description:
    """One embedded server: does it answer, the version of its program ("missing" without one), bytes on disk."""

    title: str
    running: bool
    version: str
    folder: Path
    size: int


@asynccontextmanager
async def open_servers(home: Path) -> AsyncIterator[Servers]:
    """Give both servers of this home, started or shared; the last one to leave stops them.

    Any number of processes may open one home. What a killed process left running is taken over.
    Raises EmbeddedError with one clear sentence when a server cannot be had.
    """
    lease = _Lease(_resolved(home))
    entering = asyncio.ensure_future(asyncio.to_thread(lease.enter))
    try:
        yield await asyncio.shield(entering)
    finally:
        # Cancelled meanwhile or not, what the thread has started must be left in order.
        await asyncio.wait([entering])
        await asyncio.to_thread(lease.leave)


async def describe(home: Path) -> tuple[Description, ...]:
    """Tell how the servers of a home are, Redis first, without starting or changing anything."""
    return await asyncio.to_thread(_describe, _resolved(home))


class _Lease:
    """One opener's share of the servers: a shared lock, which the kernel takes back even after SIGKILL."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._users = -1

    def enter(self) -> Servers:
        with _one_sentence(self._home):
            self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _gate(self._home):
                self._users = os.open(self._home / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
                alone = _locks(self._users)
                fcntl.flock(self._users, fcntl.LOCK_SH)
                return _bring_up(self._home, alone=alone)

    def leave(self) -> None:
        if self._users < 0:
            return
        try:
            with _one_sentence(self._home), _gate(self._home):
                if _locks(self._users):
                    _bring_down(self._home)
        finally:
            os.close(self._users)


def _bring_up(home: Path, *, alone: bool) -> Servers:
    redis, postgres = _servers(home, sockets.make(home))
    for server in (postgres, redis):
        _start(server, alone=alone)
    return Servers(redis_url=redis.url, database_url=postgres.url)


def _bring_down(home: Path) -> None:
    for server in _servers(home, home):
        residents.evict(server.folder, server.process, politely=server.politely, seconds=STOP_SECONDS)


def _start(server: Redis | Postgres, *, alone: bool) -> None:
    if _answering(server):
        return
    residents.evict(server.folder, server.process, politely=server.politely, seconds=STOP_SECONDS)
    server.prepare(alone=alone)
    try:
        server.launch()
    except subprocess.CalledProcessError as error:
        raise EmbeddedError(_failure(server)) from error
    if not _answering(server):
        raise EmbeddedError(_failure(server))


def _answering(server: Redis | Postgres) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while not server.answers():
        if time.monotonic() > deadline or not residents.settled(server.folder, server.process):
            return False
        time.sleep(PAUSE_SECONDS)
    return True


def _failure(server: Redis | Postgres) -> str:
    log = server.folder / server.log
    lines = log.read_bytes()[-LOG_TAIL_BYTES:].decode(errors="replace").splitlines() if log.is_file() else []
    grave = [line for line in lines if GRAVE.search(line) and PASSING not in line] or lines
    return f"{server.title} did not start ({grave[-1].strip() if grave else 'it wrote no log'}); its log is {log}."


def _servers(home: Path, place: Path) -> tuple[Redis, Postgres]:
    return Redis(home / "redis", place), Postgres(home / "postgres", place)


def _describe(home: Path) -> tuple[Description, ...]:
    place = sockets.known(home)
    return tuple(_told(server, reachable=place is not None) for server in _servers(home, place or home))


def _told(server: Redis | Postgres, *, reachable: bool) -> Description:
    try:
        version = server.version()
    except (OSError, subprocess.SubprocessError):
        version = "missing"
    running = reachable and server.answers()
    return Description(server.title, running, version, server.folder, _size(server.folder))


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
def _gate(home: Path) -> Iterator[None]:
    """Let one process at a time start or stop the servers."""
    with (home / "gate.lock").open("a", encoding="utf-8") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def _locks(users: int) -> bool:
    """Tell whether nobody else holds a share; the lock is then ours alone."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _one_sentence(home: Path) -> Iterator[None]:
    try:
        yield
    except subprocess.SubprocessError as error:
        raise EmbeddedError(f"The embedded servers cannot run in {home}: {error}.") from error
    except OSError as error:
        why = f"{error.strerror or error} ({error.filename})" if error.filename else str(error)
        raise EmbeddedError(f"The embedded servers cannot run in {home}: {why}.") from error
