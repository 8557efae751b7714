"""The short form of benchmarks/crash.py: one kill at each boundary that could lose or repeat something."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks.crash_kills import Boundary, Kills
from benchmarks.crash_plans import PLANS, judge
from benchmarks.crash_points import Point
from benchmarks.crash_world import World, open_world
from tests.held import held

# Written down, so that a step that moves or vanishes shows: a boundary never reached fails the test.
BOUNDARIES = {
    "file": """
        after docket.keep 1, after saver.aput 1, after stripe.dispute 1, after saver.aput 4, after saver.aput 6,
        before stripe.upload 1, after stripe.upload 1, before stripe.stage 1, after stripe.stage 1, after saver.aput 8,
        after docket.intend 1, before stripe.submit 1, after stripe.submit 1, before docket.filed 1,
        after docket.filed 1, after saver.aput 9, after docket.book 1, after docket.keep 2, after saver.aput 10,
        after saver.aprune 1
    """,
    "wait": "after docket.post 1, before courier.deliver 1, after courier.deliver 1",
    "decide between": "after docket.keep 2, before saver.aput 8, after saver.aput 8",
    "approve": """
        after saver.aput_writes 1, before saver.aput 1, after saver.aput 1, after stripe.submit 1,
        before docket.applied 1
    """,
    "edit": """
        after saver.aput_writes 1, after saver.aput 1, before stripe.enhance 1, after stripe.enhance 1,
        before stripe.submit 1
    """,
    "accept": "before stripe.close 1, after stripe.close 1, before docket.applied 1",
    "reject": "after saver.aput 1, before docket.applied 1",
}


@pytest.fixture(scope="module")
async def world() -> AsyncIterator[World]:
    with tempfile.TemporaryDirectory(prefix="rebut-", ignore_cleanup_errors=True) as folder:
        async with held(open_world(Path(folder))) as opened:
            yield opened


async def test_a_worker_killed_at_any_boundary_loses_nothing_and_does_nothing_twice(world: World):
    run = Kills(world, lambda _: None)
    await run.at_boundaries([boundary for name, said in BOUNDARIES.items() for boundary in _read(name, said)])
    found = await judge(world, run.cases)
    assert run.missed == []
    assert (found.lost, found.filed_twice, found.closed_twice, found.verdicts_lost) == ((), (), (), ())
    assert run.kills == found.cases == 41


def _read(name: str, said: str) -> list[Boundary]:
    plan = next(plan for plan in PLANS if plan.name == name)
    return [(plan, _point(*words.split())) for words in said.replace("\n", " ").split(", ")]


def _point(when: str, call: str, turn: str) -> Point:
    port, _, name = call.partition(".")
    return Point.model_validate({"port": port, "call": name, "turn": int(turn), "when": when})
