"""The way from the saver to Redis."""

import asyncio
from contextlib import AsyncExitStack
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from graph.checkpointer.connection import RedisConnection, greet
from graph.checkpointer.saver import RedisSaver, RedisUnfit
from tests.graph.checkpointer.builders import a_put, ids, suspended, value_at
from tests.graph.checkpointer.redis_servers import running

pytest_plugins = ["tests.graph.checkpointer.redis_servers"]


async def test_a_put_a_set_of_writes_and_a_read_are_one_pipeline_each(redis):
    class Counting(Redis):
        trips: int = 0

        def pipeline(self, *args, **kwargs):
            self.trips += 1
            return super().pipeline(*args, **kwargs)

        async def execute_command(self, *args, **kwargs):
            self.trips += 1
            return await super().execute_command(*args, **kwargs)

    counting: Any = Counting(connection_pool=redis.connection_pool)
    saver = RedisSaver(counting)
    config = await a_put(saver, "x" * 2000, run_id="r")
    await saver.aput_writes(config, [("a", "y" * 2000), ("b", 2), ("__interrupt__", 3)], "task")
    await saver.aget_tuple(config)

    assert counting.trips == 3


def test_sync_methods_name_their_async_twin(redis_url):
    saver = RedisSaver(Redis.from_url(redis_url))
    for method in ("get_tuple", "list", "put", "put_writes", "delete_thread", "copy_thread", "prune"):
        with pytest.raises(NotImplementedError, match=f"`a{method}`"):
            getattr(saver, method)({"configurable": {"thread_id": "t"}})


async def test_a_client_that_decodes_and_a_braced_prefix_are_refused(redis_url):
    with pytest.raises(ValueError, match="decode_responses"):
        RedisSaver(Redis.from_url(redis_url, decode_responses=True))
    with pytest.raises(ValueError, match="brace"):
        RedisSaver(Redis.from_url(redis_url), prefix="{x}")


async def test_an_absent_server_is_named_in_one_sentence(tmp_path):
    with pytest.raises(RedisUnfit, match="did not answer"):
        async with RedisSaver.from_url(f"unix://{tmp_path}/none.sock"):
            pass


async def test_an_old_server_is_refused():
    class Old:
        async def ping(self):
            return True

        async def execute_command(self, *_):
            return [b"server", b"redis", b"version", b"6.0.16", b"mode", b"standalone"]

    with pytest.raises(RedisUnfit, match=r"6\.0\.16 is too old"):
        await greet(Old())


async def test_a_user_with_only_the_needed_commands_can_work(redis, redis_url):
    rights = ["+ping", "+hello", "+hgetall", "+hset", "+hsetnx", "+hdel", "+del", "+zadd", "+zrem"]
    rights += ["+zrangebylex", "+watch", "+unwatch", "+multi", "+exec", "+client", "~rebut:cp:*"]
    await redis.execute_command("ACL", "SETUSER", "narrow", "on", ">word", *rights)
    url = redis_url.replace("unix://", "unix://narrow@") + "?password=word"
    async with RedisSaver.from_url(url) as narrow:
        thread = await suspended(narrow)
        await narrow.aprune([thread["configurable"]["thread_id"]])
        await narrow.acopy_thread(thread["configurable"]["thread_id"], "copy")
        assert len(await ids(narrow.alist(None))) == 2
        await narrow.adelete_thread("copy")


async def test_one_bad_command_does_not_fail_its_neighbours(redis):
    wire = RedisConnection(redis)
    await redis.set("text", "x")
    heard: list[Any] = await asyncio.gather(
        wire.send(("HGETALL", "text")), wire.send(("HSET", "h", "a", 1)), return_exceptions=True
    )
    assert "WRONGTYPE" in str(heard[0])
    assert heard[1] == [1]


class Failing:
    """A client whose pipelines fail, each only once `gate` is open."""

    def __init__(self):
        self.gate = asyncio.Event()

    def pipeline(self, *, transaction):
        return self

    def execute_command(self, *_command):
        return self

    async def execute(self, *, raise_on_error):
        await self.gate.wait()
        raise RedisConnectionError("gone")


async def test_every_caller_hears_of_a_lost_server_also_those_behind_the_first():
    client = Failing()
    wire = RedisConnection(client, lanes=1)
    first = [asyncio.create_task(wire.send(("PING",))) for _ in range(3)]
    await asyncio.sleep(0.01)
    behind = [asyncio.create_task(wire.send(("PING",))) for _ in range(3)]
    await asyncio.sleep(0.01)
    client.gate.set()
    async with asyncio.timeout(20):
        heard: list[Any] = await asyncio.gather(*first, *behind, return_exceptions=True)
    assert [type(each) for each in heard] == [RedisConnectionError] * 6


@pytest.mark.process
async def test_a_saver_goes_on_after_its_server_came_back():
    with TemporaryDirectory(prefix="saver") as folder:
        place = ("--port", "0", "--unixsocket", f"{folder}/redis.sock")
        url = f"unix://{folder}/redis.sock"
        async with AsyncExitStack() as life:
            async with running("embedded", *place, url=url):
                saver = await life.enter_async_context(RedisSaver.from_url(url))
                await a_put(saver, "before")
            down = asyncio.create_task(a_put(saver, "while down"))
            async with running("embedded", *place, url=url):
                assert await value_at(saver, await down) == "while down"


async def test_a_caller_who_leaves_does_not_stop_the_others(redis):
    wire = RedisConnection(redis, lanes=1)
    leaving, staying = (asyncio.create_task(wire.send(("INCR", key))) for key in ("a", "b"))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == [1]
    assert await wire.send(("INCR", "b")) == [2]
