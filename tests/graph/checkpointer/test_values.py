"""How values of a thread are stored."""

from dataclasses import dataclass
from uuid import uuid4

import pytest
from langgraph.checkpoint.base import empty_checkpoint
from langgraph.types import Interrupt

from tests.graph.checkpointer.builders import a_put, a_thread, ids, value_at

pytest_plugins = ["tests.graph.checkpointer.redis_servers"]


@dataclass
class Secret:
    value: str


async def test_a_long_value_is_stored_once_for_writes_and_checkpoints(redis, saver):
    letter = uuid4().hex * 100
    thread = a_thread()
    config = await a_put(saver, letter, thread=thread)
    before = await redis.memory_usage(f"rebut:cp:1:{{{thread['configurable']['thread_id']}}}")
    await saver.aput_writes(config, [("ch", letter)], "task")
    await a_put(saver, letter, thread=thread)

    after = await redis.memory_usage(f"rebut:cp:1:{{{thread['configurable']['thread_id']}}}")
    assert after - before < len(letter) / 2
    assert await value_at(saver, thread) == letter


async def test_the_first_regular_write_stays_and_the_last_special_one_does(saver):
    config = await a_put(saver, 0)
    await saver.aput_writes(config, [("a", "first")], "task")
    await saver.aput_writes(config, [("a", "second")], "task")
    await saver.aput_writes(config, [("__resume__", ["one"])], "task")
    await saver.aput_writes(config, [("__resume__", ["one", "two"])], "task")
    writes = (await saver.aget_tuple(config)).pending_writes
    assert sorted(writes) == [("task", "__resume__", ["one", "two"]), ("task", "a", "first")]


async def test_a_longer_set_of_writes_holds_the_shorter(saver):
    config = await a_put(saver, 0)
    await saver.aput_writes(config, [("a", 1)], "task")
    await saver.aput_writes(config, [("a", 1), ("b", None), ("__resume__", [2])], "task")
    writes = (await saver.aget_tuple(config)).pending_writes
    assert sorted(writes, key=str) == [("task", "__resume__", [2]), ("task", "a", 1), ("task", "b", None)]


async def test_writes_come_back_in_the_order_of_task_paths(saver):
    config = await a_put(saver, 0)
    for task_id, path in (("z", "~0"), ("a", "~2"), ("m", "~1")):
        await saver.aput_writes(config, [("ch", task_id)], task_id, path)
    assert [write[0] for write in (await saver.aget_tuple(config)).pending_writes] == ["z", "m", "a"]


async def test_delta_history_is_that_of_the_base_class(saver):
    thread = uuid4().hex
    parent: dict[str, str] = {}
    for step, value in enumerate(({"ch": ["seed"]}, {}, {}, {})):
        checkpoint = empty_checkpoint() | {"channel_values": value, "channel_versions": {"ch": f"{step}.a"}}
        config = {"configurable": {"thread_id": thread, "checkpoint_ns": "", **parent}}
        counters = {} if value else {"counters_since_delta_snapshot": {"ch": (step, step)}}
        put = await saver.aput(config, checkpoint, {"step": step, **counters}, checkpoint["channel_versions"])
        await saver.aput_writes(put, [("ch", step)], f"t{step}", "~")
        parent = {"checkpoint_id": put["configurable"]["checkpoint_id"]}
    expected = {"ch": {"writes": [("t0", "ch", 0), ("t1", "ch", 1), ("t2", "ch", 2)], "seed": ["seed"]}}

    assert await saver.aget_delta_channel_history(config=put, channels=["ch"]) == expected
    await saver.aprune([thread])
    assert await saver.aget_delta_channel_history(config=put, channels=["ch"]) == expected


async def test_a_class_put_into_state_does_not_come_back_as_one(saver):
    stored = await value_at(saver, await a_put(saver, Secret("4242")))
    assert not isinstance(stored, Secret)
    assert stored == {"value": "4242"}


async def test_bytes_that_call_code_are_not_run(redis, saver):
    import ormsgpack  # noqa: PLC0415  only this test forges a payload

    config = await a_put(saver, 0)
    call = ormsgpack.packb(ormsgpack.Ext(0, ormsgpack.packb(("builtins", "eval", "1/0"))))
    for kind, payload in (("msgpack", call), ("pickle", b"cbuiltins\neval\n(V1/0\ntR.")):
        key = f"rebut:cp:1:{{{config['configurable']['thread_id']}}}"
        await redis.hset(key, '["v","","ch","1.a"]', b"=%s:%s" % (kind.encode(), payload))
        try:
            assert await value_at(saver, config) == "1/0"
        except NotImplementedError as refused:
            assert "pickle" in str(refused)  # noqa: PT017  either outcome is safe, each for its own payload


@pytest.mark.parametrize("broken", ["\ud800", "a\udfffb" * 400, {"k": ["\ud83d"]}, {"\ud800": 1}])
async def test_a_lone_surrogate_does_not_break_a_put(saver, broken):
    config = await a_put(saver, broken, note="\ud800")
    await saver.aput_writes(config, [("ch", broken), ("__interrupt__", (Interrupt(broken, id="i"),))], "task")
    assert "\ud800" not in str(await saver.aget_tuple(config))


@pytest.mark.parametrize("thread_id", ["}", "{a}", "é\n:}{", "\ud800", '"]'])
async def test_any_thread_id_is_a_key_of_its_own(saver, thread_id):
    config = await a_put(saver, thread_id, thread=a_thread(thread_id))
    assert (await saver.aget_tuple(config)).config["configurable"]["thread_id"] == thread_id
    assert len(await ids(saver.alist(None))) == 1
    await saver.adelete_thread(thread_id)
    assert await ids(saver.alist(None)) == []


@pytest.mark.parametrize("value", [None, b"\x00:\n", b"\x00\n" * 999, "", [], bytearray(b"x"), 2**63, 1.5])
async def test_plain_values_come_back_as_they_were(saver, value):
    config = await a_put(saver, value)
    await saver.aput_writes(config, [("ch", value), ("other", value)], "task")
    found = await saver.aget_tuple(config)
    assert found.checkpoint["channel_values"]["ch"] == value
    assert [write[2] for write in found.pending_writes] == [value, value]
