"""How fast the real graph reaches its suspension with Rebut's `RedisSaver`, in memory and with the official saver.

One graph, one Redis, eight runs in flight, `durability="sync"`; ports answer from memory, so only the savers differ.
"""

import argparse
import asyncio
import importlib
import importlib.util
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver

from benchmarks.saver import case, server
from benchmarks.table import compare_to_bar, log_progress, median, show
from graph.build import Graph, build
from graph.checkpointer.saver import RedisSaver
from graph.permission.guard import Lease

MEMORY, OURS, OFFICIAL = "InMemorySaver", "RedisSaver (ours)", "langgraph-checkpoint-redis"
SPEED, TIMES, PART = 0.75, 2.0, 0.25
IN_FLIGHT = 8


@dataclass
class SaverSubject:
    """The graph with one saver, and its measurements: starts per second, and bytes per suspended run."""

    graph: Graph
    rates: list[float] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)


@asynccontextmanager
async def open_subjects(url: str) -> AsyncIterator[dict[str, SaverSubject]]:
    """Open each saver that is installed."""
    async with AsyncExitStack() as stack:
        savers: dict[str, BaseCheckpointSaver[str]] = {MEMORY: InMemorySaver()}
        savers[OURS] = await stack.enter_async_context(RedisSaver.from_url(url))
        if official() and server.modules():
            savers[OFFICIAL] = await _official(stack, url)
        deps = case.deps()
        yield {name: SaverSubject(build(deps, saver)) for name, saver in savers.items()}


def official() -> bool:
    """Return whether the official saver is installed; Rebut does not require it."""
    return importlib.util.find_spec("langgraph.checkpoint.redis") is not None


async def _official(stack: AsyncExitStack, url: str) -> BaseCheckpointSaver[str]:
    module: Any = importlib.import_module("langgraph.checkpoint.redis.aio")
    saver: Any = await stack.enter_async_context(module.AsyncRedisSaver.from_conn_string(url))
    await saver.asetup()
    opened: BaseCheckpointSaver[str] = saver
    return opened


async def measure(subjects: dict[str, SaverSubject], url: str, *, rounds: int, starts: int) -> None:
    """Start the same number of runs with each saver in turn, after a warm-up that is not counted."""
    numbers = count(1)
    for subject in subjects.values():
        await _starts(subject.graph, numbers, IN_FLIGHT)
    for number in range(rounds):
        for subject in subjects.values():
            before = await server.used_memory(url)
            subject.rates.append(await _starts(subject.graph, numbers, starts))
            subject.sizes.append((await server.used_memory(url) - before) / starts)
        log_progress(
            f"round {number + 1} of {rounds}: " + ", ".join(f"{n} {s.rates[-1]:.0f}/s" for n, s in subjects.items())
        )


async def _starts(graph: Graph, numbers: Iterator[int], starts: int) -> float:
    ids = iter([f"du_bench_{next(numbers)}" for _ in range(starts)])
    began = time.perf_counter()
    await asyncio.gather(*(_start_runs(graph, ids) for _ in range(IN_FLIGHT)))
    return starts / (time.perf_counter() - began)


async def _start_runs(graph: Graph, ids: Iterator[str]) -> None:
    for dispute_id in ids:
        state_in, config = {"dispute_id": dispute_id}, _thread(dispute_id)
        if "__interrupt__" not in await graph.ainvoke(state_in, config, durability="sync"):
            raise RuntimeError(f"The run of {dispute_id} did not suspend.")


def _thread(dispute_id: str) -> RunnableConfig:
    return {"configurable": {"thread_id": dispute_id, "lease": Lease(dispute_id, 1)}}


def table(subjects: dict[str, SaverSubject]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each saver; ratios are medians of the ratio within each round."""
    for name, subject in subjects.items():
        speed = _ratio(subject.rates, subjects[MEMORY].rates)
        size_cell = "" if name == MEMORY else f"{median(subject.sizes) / 1_000:.1f}"
        speed_cell = f"{speed:.2f}" + (f" {compare_to_bar(speed, SPEED)}" if name == OURS else "")
        yield name, f"{median(subject.rates):.2f}", speed_cell, *_against(subjects, name), size_cell
    if OFFICIAL not in subjects:
        yield OFFICIAL, "not installed", "", "", "", ""


def _against(subjects: dict[str, SaverSubject], name: str) -> tuple[str, str]:
    if name != OURS or OFFICIAL not in subjects:
        return "", ""
    theirs, ours = subjects[OFFICIAL], subjects[OURS]
    times, part = _ratio(ours.rates, theirs.rates), median(ours.sizes) / median(theirs.sizes)
    return (
        f"{times:.2f} {compare_to_bar(times, TIMES)}",
        f"{part:.2f} {compare_to_bar(part, PART, higher_is_better=False)}",
    )


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return median(our / other for our, other in zip(ours, theirs, strict=True))


async def _run(rounds: int, starts: int, *, durable: bool) -> str:
    async with server.running(durable=durable) as url, open_subjects(url) as subjects:
        await measure(subjects, url, rounds=rounds, starts=starts)
        columns = ("saver", "starts/s", "of in-memory", "times the official", "of its memory", "kB per suspended run")
        state = (await subjects[MEMORY].graph.aget_state(_thread("du_bench_1"))).values
        note = f"{IN_FLIGHT} in flight, median of {rounds} rounds of {starts}; state {case.size(state)} bytes"
        storage = "every write synced to Redis's file" if durable else "Redis without a file"
        show("Starts of the real graph to its suspension", columns, table(subjects), f"{note}; {storage}.")
    return url


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.saver", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--starts", type=int, default=200, help="in each round")
    parser.add_argument("--durable", action="store_true", help="Redis syncs every write, as the embedded one does")
    parser.add_argument("--quick", action="store_true", help="one short round: shows that it works, measures nothing")
    options = parser.parse_args()
    rounds, starts = (1, 16) if options.quick else (options.rounds, options.starts)
    asyncio.run(_run(rounds, starts, durable=options.durable))


if __name__ == "__main__":
    main()
