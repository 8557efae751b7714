import asyncio
import os
import shutil
import signal
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import coredis
import psycopg
import pytest
import redis.asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tools import embedded, residents
from tools.embedded_redis import Redis

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home() -> Iterator[Path]:
    """Not tmp_path: pytest shuts that folder for other users, and as root another user runs PostgreSQL."""
    folder = Path(tempfile.mkdtemp(prefix="rebut-test-"))
    yield folder / "home"
    crash(folder / "home")
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
async def standing() -> AsyncIterator[tuple[Path, embedded.Servers]]:
    """One home for the tests that only look."""
    with tempfile.TemporaryDirectory(prefix="rebut-test-") as folder:
        async with embedded.open_servers(Path(folder)) as servers:
            yield Path(folder), servers


@asynccontextmanager
async def an_opener(home: Path) -> AsyncIterator[tuple[Process, embedded.Servers]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.tools.opener", str(home), stdin=PIPE, stdout=PIPE, cwd=ROOT
    )
    assert process.stdin
    assert process.stdout
    words = (await process.stdout.readline()).decode().split()
    assert len(words) == 2, "the opener did not come up"
    try:
        yield process, embedded.Servers(*words)
    finally:
        process.stdin.close()
        await process.wait()


def crash(home: Path) -> None:
    for folder, name in ((home / "redis", "redis-server"), (home / "postgres", "postgres")):
        residents.evict(folder, name, politely=signal.SIGKILL, seconds=10)


def alive(home: Path) -> set[str]:
    return {
        name
        for folder, name in (("redis", "redis-server"), ("postgres", "postgres"))
        if residents.find(home / folder, name)
    }


def is_private(folder: Path) -> bool:
    return folder.stat().st_mode & 0o077 == 0


def leaders(home: Path) -> set[int]:
    pid = int((home / "postgres" / "postmaster.pid").read_text().split()[0])
    return {pid, *(process.pid for process in residents.find(home / "redis", "redis-server"))}


async def remember(servers: embedded.Servers, value: str) -> None:
    async with redis.asyncio.from_url(servers.redis_url) as client:
        await client.set("kept", value)
    async with await psycopg.AsyncConnection.connect(servers.database_url.replace("+psycopg", "")) as connection:
        await connection.execute("create table if not exists kept (value text)")
        await connection.execute("insert into kept values (%s)", [value])


async def recall(servers: embedded.Servers) -> tuple[object, list[str]]:
    async with redis.asyncio.from_url(servers.redis_url, decode_responses=True) as client:
        in_redis = await client.get("kept")
    engine = create_async_engine(servers.database_url)
    async with engine.connect() as connection:
        in_postgres = list((await connection.execute(text("select value from kept"))).scalars())
    await engine.dispose()
    return in_redis, in_postgres


async def test_starts_both_servers_keeps_their_data_and_stops_them(home):
    async with embedded.open_servers(home) as servers:
        await remember(servers, "a")
        assert alive(home) == {"redis-server", "postgres"}
    assert alive(home) == set()
    async with embedded.open_servers(home) as servers:
        assert await recall(servers) == ("a", ["a"])


async def test_redis_writes_every_command_to_disk_and_listens_on_no_port(standing):
    home, servers = standing
    async with redis.asyncio.from_url(servers.redis_url) as client:
        told: dict[str | None, str | None] = await client.config_get(
            "appendonly", "appendfsync", "save", "maxmemory-policy", "port", "dir"
        )
    assert told == {
        "appendonly": "yes",
        "appendfsync": "always",
        "save": "",
        "maxmemory-policy": "noeviction",
        "port": "0",
        "dir": str(home / "redis"),
    }


async def test_postgres_syncs_to_disk_speaks_utf8_and_listens_on_no_port(standing):
    _, servers = standing
    names = ["fsync", "synchronous_commit", "server_encoding", "listen_addresses"]
    async with await psycopg.AsyncConnection.connect(servers.database_url.replace("+psycopg", "")) as connection:
        rows = await connection.execute("select name, setting from pg_settings where name = any(%s)", [names])
        told = {name: value async for name, value in rows}
    assert told == {
        "fsync": "on",
        "synchronous_commit": "on",
        "server_encoding": "UTF8",
        "listen_addresses": "",
    }


async def test_an_interrupt_at_the_terminal_reaches_no_server(standing):
    home, _ = standing
    for pid in leaders(home):
        assert os.getpgid(pid) != os.getpgrp()
        assert os.getsid(pid) != os.getsid(0)


async def test_nobody_else_may_read_the_data(standing):
    home, _ = standing
    for folder in ("redis", "postgres", "run"):
        assert is_private(home / folder)


async def test_coredis_reads_the_same_url(standing):
    _, servers = standing
    async with coredis.Redis[bytes].from_url(servers.redis_url) as client:
        assert await client.ping()


async def test_a_second_process_shares_the_servers_and_the_last_to_leave_stops_them(home):
    async with embedded.open_servers(home) as ours:
        first = leaders(home)
        async with an_opener(home) as (_, theirs):
            assert theirs == ours
            assert leaders(home) == first
        assert alive(home) == {"redis-server", "postgres"}
        await remember(ours, "still here")
    assert alive(home) == set()


async def test_openers_that_come_at_the_same_moment_share_one_pair(home):
    async with an_opener(home) as (_, one), an_opener(home) as (_, two), embedded.open_servers(home) as three:
        assert one == two == three
        assert len(residents.find(home / "redis", "redis-server")) == 1
    assert alive(home) == set()


async def test_takes_over_from_a_killed_owner_with_its_data(home):
    async with an_opener(home) as (process, servers):
        await remember(servers, "b")
        before = leaders(home)
        process.kill()
        await process.wait()
    assert alive(home) == {"redis-server", "postgres"}
    async with embedded.open_servers(home) as servers:
        assert leaders(home) == before
        assert await recall(servers) == ("b", ["b"])
    assert alive(home) == set()


async def test_recovers_what_was_acknowledged_when_everything_is_killed_at_once(home):
    async with an_opener(home) as (process, servers):
        await remember(servers, "c")
        process.kill()
        await process.wait()
    crash(home)
    async with embedded.open_servers(home) as servers:
        assert await recall(servers) == ("c", ["c"])


async def test_a_stale_pid_file_that_names_another_process_does_not_stand_in_the_way(home):
    async with embedded.open_servers(home) as servers:
        await remember(servers, "d")
        left = (home / "postgres" / "postmaster.pid").read_text().splitlines()
    left[0] = str(os.getpid())
    (home / "postgres" / "postmaster.pid").write_text("\n".join([*left, ""]))
    async with embedded.open_servers(home) as servers:
        assert await recall(servers) == ("d", ["d"])


async def test_revives_a_server_that_died_while_another_process_holds_the_home(home):
    async with an_opener(home) as (_, theirs):
        await remember(theirs, "e")
        crash(home)
        async with embedded.open_servers(home) as servers:
            assert await recall(servers) == ("e", ["e"])


async def test_a_home_deleted_under_its_servers_starts_afresh(home):
    async with an_opener(home) as (process, servers):
        await remember(servers, "gone")
        process.kill()
        await process.wait()
    shutil.rmtree(home)
    async with embedded.open_servers(home) as servers, redis.asyncio.from_url(servers.redis_url) as client:
        assert await client.get("kept") is None
        assert len(residents.find(home / "redis", "redis-server")) == 1
    assert alive(home) == set()


async def test_cancelled_while_starting_it_still_leaves_nothing_behind(home):
    async def enter():
        async with embedded.open_servers(home):
            raise AssertionError("it was to be cancelled before")

    opening = asyncio.ensure_future(enter())
    await asyncio.sleep(0.05)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert (home / "postgres" / "PG_VERSION").exists()
    assert alive(home) == set()


@pytest.mark.parametrize("name", ["x" * 120, 'it\'s a $HOME, "really"'])
async def test_a_path_that_cannot_name_a_socket_gets_a_short_private_one(home, name):
    home = home / name
    async with embedded.open_servers(home) as servers:
        await remember(servers, "f")
        short = Path((home / "run.path").read_text())
        assert str(short) in servers.redis_url
        assert is_private(short)
    async with embedded.open_servers(home) as again:
        assert again == servers
    shutil.rmtree(short.parent)
    async with embedded.open_servers(home) as elsewhere:
        assert elsewhere != servers
        assert await recall(elsewhere) == ("f", ["f"])
    shutil.rmtree(Path((home / "run.path").read_text()).parent)


async def test_a_home_that_cannot_be_written_is_one_sentence(home):
    home.parent.joinpath("file").write_text("not a folder")
    with pytest.raises(embedded.EmbeddedError, match=r"cannot run in .*file/home: Not a directory"):
        async with embedded.open_servers(home.parent / "file" / "home"):
            pass


async def test_a_damaged_redis_file_is_one_sentence_with_its_log(home):
    async with embedded.open_servers(home) as servers:
        await remember(servers, "g")
    for file in (home / "redis" / "appendonlydir").glob("*.incr.aof"):
        file.write_bytes(b"nonsense\r\n" + file.read_bytes())
    with pytest.raises(embedded.EmbeddedError, match=r"^Redis did not start \(.*Bad file format.*redis\.log\.$"):
        async with embedded.open_servers(home):
            pass
    assert alive(home) == set()


async def test_a_damaged_cluster_is_one_sentence_with_its_log(home):
    async with embedded.open_servers(home):
        pass
    (home / "postgres" / "global" / "pg_control").unlink()
    with pytest.raises(embedded.EmbeddedError, match=r"^PostgreSQL did not start \(.*pg_control.*server\.log\.$"):
        async with embedded.open_servers(home):
            pass
    assert alive(home) == set()


async def test_describes_a_home_without_touching_it(home):
    before = await embedded.describe(home)
    assert [(told.title, told.running, told.size) for told in before] == [
        ("Redis", False, 0),
        ("PostgreSQL", False, 0),
    ]
    assert not home.exists()
    async with embedded.open_servers(home):
        during = await embedded.describe(home)
    assert all(told.running and told.size > 0 for told in during)
    assert [told.version.split(".")[0] for told in during] == ["8", "16"]
    assert not any(told.running for told in await embedded.describe(home))


async def test_a_missing_program_is_said_so(home):
    home.mkdir()
    server = Redis(home, home, home / "nowhere")
    told = embedded._told(server, reachable=False)
    assert told.version == "missing"
    with pytest.raises(embedded.EmbeddedError, match=r"No such file.*nowhere"), embedded._one_sentence(home):
        embedded._start(server, alone=True)
