"""Runs suspended, resumed, copied and pruned by the saver."""

import asyncio
from operator import add
from typing import Annotated, TypedDict
from uuid import uuid4

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import Command, Send, interrupt
from redis import Redis as BlockingRedis

from graph.checkpointer.saver import RedisSaver
from tests.graph.checkpointer.builders import a_graph, a_put, a_thread, gather, ids, suspended, value_at

pytest_plugins = ["tests.graph.checkpointer.redis_servers"]


class Counted(TypedDict):
    notes: Annotated[list[str], add]


async def test_a_run_suspended_by_one_saver_is_resumed_by_another(redis_url, saver):
    thread = await suspended(saver)

    async with RedisSaver.from_url(redis_url) as later:
        graph = a_graph(later)
        waiting = await graph.aget_state(thread)
        done = await graph.ainvoke(Command(resume={"file": True}), thread, durability="sync")

    assert waiting.next == ("review",)
    assert waiting.interrupts[0].value["ask"] == "file it?"
    assert done["verdict"] == {"file": True}
    assert done["facts"] == gather(None)["facts"]


async def test_a_waiting_run_goes_back_in_time_and_keeps_its_other_branch(saver):
    graph, thread = a_graph(saver), await suspended(saver)
    history = [state async for state in graph.aget_state_history(thread)]
    before_write = next(state for state in history if state.next == ("write",))
    fork = await graph.aupdate_state(before_write.config, {"drafts": 7})

    again = await graph.ainvoke(None, fork, durability="sync")
    first = await graph.aget_state(history[0].config)

    assert [state.next for state in history] == [("review",), ("write",), ("gather",), ("__start__",)]
    assert again["letter"].startswith("draft 7")
    assert first.values["letter"].startswith("draft 0")
    assert (await graph.ainvoke(Command(resume="yes"), thread))["letter"].startswith("draft 7")


async def test_two_branches_from_one_checkpoint_keep_their_own_values(saver):
    graph, thread = a_graph(saver), await suspended(saver)
    waiting = (await graph.aget_state(thread)).config
    branches = [await graph.aupdate_state(waiting, {"letter": letter}) for letter in ("one", "two")]

    assert [(await graph.aget_state(branch)).values["letter"] for branch in branches] == ["one", "two"]


async def test_history_reads_as_it_does_in_memory(saver):
    memory, thread = InMemorySaver(), a_thread()
    for each in (memory, saver):
        await suspended(each, thread)

    async def told(each):
        states = [state async for state in a_graph(each).aget_state_history(thread)]
        return [(s.values, s.next, s.metadata, [(t.name, t.result) for t in s.tasks]) for s in states]

    assert await told(saver) == await told(memory)


async def test_parallel_tasks_and_sends_survive_a_suspension(redis_url, saver):
    def fan(_state):
        return [Send("work", {"notes": [name]}) for name in "abc"]

    def work(state):
        return {"notes": [interrupt(state["notes"][0])]} if state["notes"] == ["b"] else state

    def build(over):
        graph = StateGraph(Counted).add_node(work)
        return graph.add_conditional_edges(START, fan, ["work"]).compile(checkpointer=over)

    thread = a_thread()
    await build(saver).ainvoke({"notes": ["start"]}, thread, durability="sync")
    async with RedisSaver.from_url(redis_url) as later:
        done = await build(later).ainvoke(Command(resume="B"), thread, durability="sync")

    assert done["notes"] == ["start", "a", "B", "c"]


async def test_sixty_four_runs_share_eight_connections(redis, redis_url):
    async with RedisSaver.from_url(redis_url, max_connections=8) as narrow:
        threads = await asyncio.gather(*(suspended(narrow) for _ in range(64)))
        states = await asyncio.gather(*(a_graph(narrow).aget_state(thread) for thread in threads))

    assert [state.next for state in states] == [("review",)] * 64


async def test_every_key_has_prefix_and_version_and_none_expires(redis, saver):
    thread = await suspended(saver)
    keys = [key.decode() async for key in redis.scan_iter()]

    assert sorted(keys) == sorted([f"rebut:cp:1:{{{thread['configurable']['thread_id']}}}", "rebut:cp:1:index"])
    assert [await redis.ttl(key) for key in keys] == [-1, -1]


async def test_two_prefixes_do_not_see_each_other(redis, redis_url, saver):
    thread = await suspended(saver)
    async with RedisSaver.from_url(redis_url, prefix="other") as other:
        assert await other.aget_tuple(thread) is None
        assert await ids(other.alist(None)) == []


async def test_pruning_leaves_the_last_checkpoint_and_what_it_waits_for(redis, saver):
    thread = await suspended(saver)
    key = f"rebut:cp:1:{{{thread['configurable']['thread_id']}}}"
    full, latest = await redis.hlen(key), (await saver.aget_tuple(thread)).config

    await saver.aprune([thread["configurable"]["thread_id"]], strategy="keep_latest")

    assert await ids(saver.alist(thread)) == [latest["configurable"]["checkpoint_id"]]
    assert len([field for field in await redis.hkeys(key) if field.startswith(b'["c"')]) == 1
    assert await redis.hlen(key) < full
    assert (await a_graph(saver).aget_state(thread)).interrupts[0].value["ask"] == "file it?"
    assert (await a_graph(saver).ainvoke(Command(resume="yes"), thread))["letter"].startswith("draft 0")


async def test_pruning_while_runs_go_on_loses_nothing(saver):
    thread = a_thread()

    async def prune():
        for _ in range(20):
            await saver.aprune([thread["configurable"]["thread_id"]])
            await asyncio.sleep(0)

    async def run():
        for _ in range(4):
            await suspended(saver, thread)

    await asyncio.gather(run(), prune())
    done = await a_graph(saver).ainvoke(Command(resume="yes"), thread)
    assert (done["verdict"], done["facts"]) == ("yes", gather(None)["facts"])


async def test_pruning_looks_again_when_a_put_came_between(redis, redis_url, saver):
    config = await a_put(saver, "x" * 2000)
    thread_id = config["configurable"]["thread_id"]
    later = ['["w","","ffff","task",1]', b'["",0,"ch",41]\n@msgpack:']
    seen: list[int] = []

    def choose(thread):
        if not seen:
            digest = next(parts[1] for parts in thread.names.values() if parts[0] == "x")
            later[1] += digest.encode()
            with BlockingRedis.from_url(redis_url) as rival:
                rival.hset(f"rebut:cp:1:{{{thread_id}}}", *later)
        seen.append(len(thread.names))
        return set()

    await saver._keep(thread_id, choose)

    assert seen == [3, 4]
    assert min(await redis.hkeys(f"rebut:cp:1:{{{thread_id}}}")).startswith(b'["w"')
    assert await redis.hlen(f"rebut:cp:1:{{{thread_id}}}") == 2


async def test_an_unknown_prune_strategy_is_refused(saver):
    with pytest.raises(ValueError, match="keep_latest or delete"):
        await saver.aprune(["t"], strategy="everything")


async def test_deleting_leaves_no_key_behind(redis, saver):
    for forget in (
        saver.adelete_thread,
        lambda thread: saver.aprune([thread], strategy="delete"),
        lambda _: saver.adelete_for_runs(["r"]),
    ):
        config = await a_put(saver, "x" * 2000, run_id="r")
        await saver.aput_writes(config, [("ch", 1)], "task")
        await forget(config["configurable"]["thread_id"])
        assert [key async for key in redis.scan_iter()] == []


async def test_deleting_a_run_finds_it_in_every_thread_and_spares_namesakes(saver):
    gone = [await a_put(saver, n, run_id="run-1") for n in range(3)]
    kept = [await a_put(saver, n, run_id=run_id) for n, run_id in enumerate(("run-10", 'run-1"', "run"))]

    await saver.adelete_for_runs(["run-1"])

    assert [await saver.aget_tuple(config) for config in gone] == [None] * 3
    assert [await value_at(saver, config) for config in kept] == [0, 1, 2]


async def test_a_copy_is_resumed_apart_from_its_source(saver):
    source, target = await suspended(saver), a_thread("copy")
    await saver.acopy_thread(source["configurable"]["thread_id"], "copy")

    assert (await a_graph(saver).ainvoke(Command(resume="no"), target))["verdict"] == "no"
    assert (await a_graph(saver).aget_state(source)).next == ("review",)
    assert len(await ids(saver.alist(None))) == 9


async def test_lists_all_threads_beyond_one_page(saver):
    await asyncio.gather(*(a_put(saver, n, parity=n % 2) for n in range(1100)))

    assert len(set(await ids(saver.alist(None)))) == 1100
    assert len(await ids(saver.alist(None, filter={"parity": 1}))) == 550
    assert len(await ids(saver.alist(None, limit=7))) == 7
    assert await ids(saver.alist(None, limit=0)) == []


async def test_lists_before_a_checkpoint_over_all_namespaces(saver):
    thread = uuid4().hex
    puts = [
        await a_put(saver, n, thread={"configurable": {"thread_id": thread, "checkpoint_ns": ns}})
        for n, ns in enumerate(("", "child:1", ""))
    ]
    first, second, third = (put["configurable"]["checkpoint_id"] for put in puts)

    assert await ids(saver.alist(a_thread(thread))) == [third, second, first]
    assert await ids(saver.alist(a_thread(thread), before=puts[2])) == [second, first]
    assert await ids(saver.alist(puts[1])) == [second]


async def test_runs_on_a_cluster_suspend_and_resume(cluster_url):
    async with RedisSaver.from_url(cluster_url) as saver:
        threads = await asyncio.gather(*(suspended(saver) for _ in range(64)))
        await saver.aprune([thread["configurable"]["thread_id"] for thread in threads])
        graph = a_graph(saver)
        done = await asyncio.gather(*(graph.ainvoke(Command(resume=1), thread) for thread in threads))
    assert [each["verdict"] for each in done] == [1] * 64
