"""The embedded servers: started, shared, described and stopped."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import coredis
import psycopg
import pytest
import redis.asyncio

from tests.tools.embedded.homes import a_home, alive, an_opener, is_private, leaders, read_value, write_value
from tools.embedded import processes
from tools.embedded.servers import EmbeddedServers, describe, open_servers


@pytest.fixture
def home(processes: None) -> Iterator[Path]:
    with a_home() as folder:
        yield folder


@pytest.fixture(scope="module")
async def shared(processes: None) -> AsyncIterator[tuple[Path, EmbeddedServers]]:
    """One home for the tests that only read."""
    with tempfile.TemporaryDirectory(prefix="rebut-test-") as folder:
        async with open_servers(Path(folder)) as servers:
            yield Path(folder), servers


async def test_starts_both_servers_keeps_their_data_and_stops_them(home):
    async with open_servers(home) as servers:
        await write_value(servers, "a")
        assert alive(home) == {"redis-server", "postgres"}
    assert alive(home) == set()
    async with open_servers(home) as servers:
        assert await read_value(servers) == ("a", ["a"])


async def test_redis_writes_every_command_to_disk_and_listens_on_no_port(shared):
    home, servers = shared
    async with redis.asyncio.from_url(servers.redis_url) as client:
        settings: dict[str | None, str | None] = await client.config_get(
            "appendonly", "appendfsync", "save", "maxmemory-policy", "port", "dir"
        )
    assert settings == {
        "appendonly": "yes",
        "appendfsync": "always",
        "save": "",
        "maxmemory-policy": "noeviction",
        "port": "0",
        "dir": str(home / "redis"),
    }


async def test_postgres_syncs_to_disk_speaks_utf8_and_listens_on_no_port(shared):
    _, servers = shared
    names = ["fsync", "synchronous_commit", "server_encoding", "listen_addresses"]
    async with await psycopg.AsyncConnection.connect(servers.database_url.replace("+psycopg", "")) as connection:
        rows = await connection.execute("select name, setting from pg_settings where name = any(%s)", [names])
        settings = {name: value async for name, value in rows}
    assert settings == {
        "fsync": "on",
        "synchronous_commit": "on",
        "server_encoding": "UTF8",
        "listen_addresses": "",
    }


async def test_an_interrupt_at_the_terminal_reaches_no_server(shared):
    home, _ = shared
    for pid in leaders(home):
        assert os.getpgid(pid) != os.getpgrp()
        assert os.getsid(pid) != os.getsid(0)


async def test_nobody_else_may_read_the_data(shared):
    home, _ = shared
    for folder in ("redis", "postgres", "run"):
        assert is_private(home / folder)


async def test_coredis_reads_the_same_url(shared):
    _, servers = shared
    async with coredis.Redis[bytes].from_url(servers.redis_url) as client:
        assert await client.ping()


async def test_a_second_process_shares_the_servers_and_the_last_to_leave_stops_them(home):
    async with open_servers(home) as ours:
        first = leaders(home)
        async with an_opener(home) as (_, theirs):
            assert theirs == ours
            assert leaders(home) == first
        assert alive(home) == {"redis-server", "postgres"}
        await write_value(ours, "still here")
    assert alive(home) == set()


async def test_openers_that_come_at_the_same_moment_share_one_pair(home):
    async with an_opener(home) as (_, one), an_opener(home) as (_, two), open_servers(home) as three:
        assert one == two == three
        assert len(processes.find(home / "redis", "redis-server")) == 1
    assert alive(home) == set()


@pytest.mark.parametrize(("title", "process"), [("Redis", "redis-server"), ("PostgreSQL", "postgres")])
async def test_only_the_wanted_server_starts(home, title, process):
    async with open_servers(home, wanted=(title,)) as servers:
        assert alive(home) == {process}
        assert servers.started == (title,)
    assert alive(home) == set()


async def test_a_server_that_another_process_does_not_want_is_started_beside_its_own(home):
    async with open_servers(home, wanted=("Redis",)) as one, open_servers(home) as both:
        assert both.started == ("PostgreSQL",)
        assert one.redis_url == both.redis_url


@pytest.mark.parametrize("name", ["x" * 120, 'it\'s a $HOME, "really"'])
async def test_a_path_that_cannot_name_a_socket_gets_a_short_private_one(home, name):
    home = home / name
    async with open_servers(home) as servers:
        await write_value(servers, "f")
        short = Path((home / "run.path").read_text())
        assert str(short) in servers.redis_url
        assert is_private(short)
    async with open_servers(home) as again:
        assert again == servers
    shutil.rmtree(short.parent)
    async with open_servers(home) as elsewhere:
        assert elsewhere != servers
        assert await read_value(elsewhere) == ("f", ["f"])
    shutil.rmtree(Path((home / "run.path").read_text()).parent)


async def test_describes_a_home_without_touching_it(home):
    before = await describe(home)
    assert [(server.title, server.running, server.size) for server in before] == [
        ("Redis", False, 0),
        ("PostgreSQL", False, 0),
    ]
    assert not home.exists()
    async with open_servers(home):
        during = await describe(home)
    assert all(server.running and server.size > 0 for server in during)
    assert [server.version.split(".")[0] for server in during] == ["8", "16"]
    assert not any(server.running for server in await describe(home))
