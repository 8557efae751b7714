"""The embedded servers after kills, damage and deletions."""

import asyncio
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis.asyncio

from tests.tools.embedded.homes import a_home, alive, an_opener, crash, leaders, read_value, write_value
from tools.embedded import processes
from tools.embedded.redis import Redis
from tools.embedded.servers import EmbeddedError, _describe_server, _embedded_errors, _start, open_servers


@pytest.fixture
def home(processes: None) -> Iterator[Path]:
    with a_home() as folder:
        yield folder


async def test_takes_over_from_a_killed_owner_with_its_data(home):
    async with an_opener(home) as (process, servers):
        await write_value(servers, "b")
        before = leaders(home)
        process.kill()
        await process.wait()
    assert alive(home) == {"redis-server", "postgres"}
    async with open_servers(home) as servers:
        assert leaders(home) == before
        assert await read_value(servers) == ("b", ["b"])
    assert alive(home) == set()


async def test_recovers_what_was_acknowledged_when_everything_is_killed_at_once(home):
    async with an_opener(home) as (process, servers):
        await write_value(servers, "c")
        process.kill()
        await process.wait()
    crash(home)
    async with open_servers(home) as servers:
        assert await read_value(servers) == ("c", ["c"])


async def test_a_stale_pid_file_that_names_another_process_does_not_prevent_a_start(home):
    async with open_servers(home) as servers:
        await write_value(servers, "d")
        left = (home / "postgres" / "postmaster.pid").read_text().splitlines()
    left[0] = str(os.getpid())
    (home / "postgres" / "postmaster.pid").write_text("\n".join([*left, ""]))
    async with open_servers(home) as servers:
        assert await read_value(servers) == ("d", ["d"])


async def test_revives_a_server_that_died_while_another_process_holds_the_home(home):
    async with an_opener(home) as (_, theirs):
        await write_value(theirs, "e")
        crash(home)
        async with open_servers(home) as servers:
            assert await read_value(servers) == ("e", ["e"])


async def test_children_that_outlive_a_killed_postmaster_do_not_hold_up_the_next_one(home):
    async with open_servers(home) as servers:
        await write_value(servers, "f")
        postmaster = int((home / "postgres" / "postmaster.pid").read_text().split()[0])
        child = next(one for one in processes.find(home / "postgres", "postgres") if one.pid != postmaster)
        child.suspend()  # it cannot see that its parent is gone
        os.kill(postmaster, signal.SIGKILL)
        async with open_servers(home) as revived:
            assert revived.started == ("PostgreSQL",)
            assert await read_value(revived) == ("f", ["f"])
        assert not processes.is_alive(child.pid)


async def test_says_which_servers_it_had_to_start(home):
    async with open_servers(home) as first, open_servers(home) as second:
        assert first.started == ("PostgreSQL", "Redis")
        assert second.started == ()


async def test_a_home_deleted_under_its_servers_starts_afresh(home):
    async with an_opener(home) as (process, servers):
        await write_value(servers, "gone")
        process.kill()
        await process.wait()
    shutil.rmtree(home)
    async with open_servers(home) as servers, redis.asyncio.from_url(servers.redis_url) as client:
        assert await client.get("kept") is None
        assert len(processes.find(home / "redis", "redis-server")) == 1
    assert alive(home) == set()


async def test_cancelled_while_starting_it_still_leaves_nothing_behind(home):
    async def enter():
        async with open_servers(home):
            raise AssertionError("it was to be cancelled before")

    opening = asyncio.ensure_future(enter())
    await asyncio.sleep(0.05)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert (home / "postgres" / "PG_VERSION").exists()
    assert alive(home) == set()


async def test_a_home_that_cannot_be_written_is_one_sentence(home):
    home.parent.joinpath("file").write_text("not a folder")
    with pytest.raises(EmbeddedError, match=r"cannot run in .*file/home: Not a directory"):
        async with open_servers(home.parent / "file" / "home"):
            pass


async def test_a_damaged_redis_file_is_one_sentence_with_its_log(home):
    async with open_servers(home) as servers:
        await write_value(servers, "g")
    for file in (home / "redis" / "appendonlydir").glob("*.incr.aof"):
        file.write_bytes(b"nonsense\r\n" + file.read_bytes())
    with pytest.raises(EmbeddedError, match=r"^Redis did not start \(.*Bad file format.*redis\.log\.$"):
        async with open_servers(home):
            pass
    assert alive(home) == set()


async def test_a_damaged_cluster_is_one_sentence_with_its_log(home):
    async with open_servers(home):
        pass
    (home / "postgres" / "global" / "pg_control").unlink()
    with pytest.raises(EmbeddedError, match=r"^PostgreSQL did not start \(.*pg_control.*server\.log\.$"):
        async with open_servers(home):
            pass
    assert alive(home) == set()


async def test_a_missing_program_is_reported(home):
    home.mkdir()
    server = Redis(home, home, home / "nowhere")
    description = _describe_server(server, reachable=False)
    assert description.version == "missing"
    with pytest.raises(EmbeddedError, match=r"No such file.*nowhere"), _embedded_errors(home):
        _start(server, alone=True)
