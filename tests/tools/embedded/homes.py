"""Homes with embedded servers, and what tests do with their processes."""

import asyncio
import shutil
import signal
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import psycopg
import redis.asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tools.embedded import processes
from tools.embedded.servers import EmbeddedServers

ROOT = Path(__file__).parents[3]


@contextmanager
def a_home() -> Iterator[Path]:
    """Not tmp_path: pytest shuts that folder for other users, and as root another user runs PostgreSQL."""
    folder = Path(tempfile.mkdtemp(prefix="rebut-test-"))
    yield folder / "home"
    crash(folder / "home")
    shutil.rmtree(folder)


@asynccontextmanager
async def an_opener(home: Path) -> AsyncIterator[tuple[Process, EmbeddedServers]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.tools.embedded.opener", str(home), stdin=PIPE, stdout=PIPE, cwd=ROOT
    )
    assert process.stdin
    assert process.stdout
    words = (await process.stdout.readline()).decode().split()
    assert len(words) == 2, "the opener did not come up"
    try:
        yield process, EmbeddedServers(redis_url=words[0], database_url=words[1])
    finally:
        process.stdin.close()
        await process.wait()


def crash(home: Path) -> None:
    for folder, name in ((home / "redis", "redis-server"), (home / "postgres", "postgres")):
        processes.stop(folder, name, stop_signal=signal.SIGKILL, seconds=10)


def alive(home: Path) -> set[str]:
    return {
        name
        for folder, name in (("redis", "redis-server"), ("postgres", "postgres"))
        if processes.find(home / folder, name)
    }


def is_private(folder: Path) -> bool:
    return folder.stat().st_mode & 0o077 == 0


def leaders(home: Path) -> set[int]:
    pid = int((home / "postgres" / "postmaster.pid").read_text().split()[0])
    return {pid, *(process.pid for process in processes.find(home / "redis", "redis-server"))}


async def write_value(servers: EmbeddedServers, value: str) -> None:
    async with redis.asyncio.from_url(servers.redis_url) as client:
        await client.set("kept", value)
    async with await psycopg.AsyncConnection.connect(servers.database_url.replace("+psycopg", "")) as connection:
        await connection.execute("create table if not exists kept (value text)")
        await connection.execute("insert into kept values (%s)", [value])


async def read_value(servers: EmbeddedServers) -> tuple[object, list[str]]:
    async with redis.asyncio.from_url(servers.redis_url, decode_responses=True) as client:
        in_redis = await client.get("kept")
    engine = create_async_engine(servers.database_url)
    async with engine.connect() as connection:
        in_postgres = list((await connection.execute(text("select value from kept"))).scalars())
    await engine.dispose()
    return in_redis, in_postgres
