"""Killing the embedded servers of a crash run, starting them again, and setting PostgreSQL back to a dump."""

import asyncio
import os
import signal
import subprocess
import time
from pathlib import Path

from benchmarks.crash.environment import CrashEnvironment
from tools.embedded import processes, sockets
from tools.embedded.postgres import PORT, Postgres
from tools.embedded.redis import Redis

ANSWER_SECONDS = 90.0
POLL_SECONDS = 0.1


def find_postgres(environment: CrashEnvironment) -> Postgres:
    """Return the run's PostgreSQL."""
    return Postgres(environment.home.resolve() / "postgres", _socket_folder(environment))


def find_redis(environment: CrashEnvironment) -> Redis:
    """Return the run's Redis."""
    return Redis(environment.home.resolve() / "redis", _socket_folder(environment))


def kill(server: Postgres | Redis) -> None:
    """Kill every process of a server."""
    processes.stop(server.folder, server.process, stop_signal=signal.SIGKILL, seconds=10)


def kill_postmaster(server: Postgres) -> None:
    """Kill the first process of PostgreSQL alone; its children see that sooner or later."""
    os.kill(int((server.folder / "postmaster.pid").read_text("utf-8").split()[0]), signal.SIGKILL)


def kill_and_restart(server: Postgres | Redis) -> None:
    """Kill every process of a server and start it again."""
    kill(server)
    server.prepare(alone=False)
    server.launch()
    deadline = time.monotonic() + ANSWER_SECONDS
    while not server.answers() and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)


async def wait_until_answers(server: Postgres | Redis) -> bool:
    """Wait until a server that somebody else starts answers, and return whether it did in time."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline:
        if await asyncio.to_thread(server.answers):
            return True
        await asyncio.sleep(POLL_SECONDS)
    return False


def dump(server: Postgres, file: Path) -> None:
    """Write all that PostgreSQL holds into a file, at one moment of it."""
    _call(server, "pg_dump", "--format=custom", f"--file={file}", "--dbname=postgres")


def restore(server: Postgres, file: Path) -> None:
    """Set PostgreSQL back to a dump."""
    _call(server, "pg_restore", "--clean", "--if-exists", "--single-transaction", "--dbname=postgres", str(file))


def _call(server: Postgres, program: str, *arguments: str) -> None:
    place = (f"--host={server.sockets}", f"--port={PORT}", "--username=postgres")
    environ = {"LC_ALL": "C", "PATH": os.defpath}
    subprocess.run([server.binaries / program, *place, *arguments], check=True, env=environ)  # noqa: S603 - our own binary


def _socket_folder(environment: CrashEnvironment) -> Path:
    folder = sockets.find(environment.home.resolve())
    assert folder  # noqa: S101 - the servers of this home were started through it
    return folder
