"""The short form of benchmarks/crash/__main__.py: one kill at each boundary that could lose or repeat something."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks.crash.environment import CrashEnvironment, open_environment
from benchmarks.crash.kills import Boundary, Kills
from benchmarks.crash.plans import PLANS, check_cases
from benchmarks.crash.points import KillPoint
from tests.context import held

# Written down, so that a step that moves or vanishes shows: a boundary never reached fails the test.
BOUNDARIES = {
    "file": """
        after cases.save 1, after saver.aput 1, after stripe.dispute 1, after saver.aput 4, after saver.aput 6,
        before stripe.upload 1, after stripe.upload 1, before stripe.stage 1, after stripe.stage 1, after saver.aput 8,
        after filings.intend 1, before stripe.submit 1, after stripe.submit 1, before filings.finish 1,
        after filings.finish 1, after saver.aput 9, after ledger.add 1, after cases.save 2, after saver.aput 10,
        after saver.aprune 1
    """,
    "wait": "after outbox.put 1, before sender.send 1, after sender.send 1",
    "decide between": "after cases.save 2, before saver.aput 8, after saver.aput 8",
    "approve": """
        after saver.aput_writes 1, before saver.aput 1, after saver.aput 1, after stripe.submit 1,
        before verdicts.mark_applied 1
    """,
    "edit": """
        after saver.aput_writes 1, after saver.aput 1, before stripe.enhance 1, after stripe.enhance 1,
        before stripe.submit 1
    """,
    "accept": "before stripe.close 1, after stripe.close 1, before verdicts.mark_applied 1",
    "reject": "after saver.aput 1, before verdicts.mark_applied 1",
}


@pytest.fixture(scope="module")
async def environment(processes: None) -> AsyncIterator[CrashEnvironment]:
    with tempfile.TemporaryDirectory(prefix="rebut-", ignore_cleanup_errors=True) as folder:
        async with held(open_environment(Path(folder))) as opened:
            yield opened


async def test_a_worker_killed_at_any_boundary_loses_nothing_and_does_nothing_twice(environment: CrashEnvironment):
    run = Kills(environment, lambda _: None)
    await run.at_boundaries([boundary for name, said in BOUNDARIES.items() for boundary in _read(name, said)])
    report = await check_cases(environment, run.cases)
    assert run.missed == []
    assert (report.lost, report.filed_twice, report.closed_twice, report.verdicts_lost) == ((), (), (), ())
    assert run.kills == 41
    assert report.cases == 41 + run.retried  # a boundary that a busy machine missed is met with another dispute


def _read(name: str, said: str) -> list[Boundary]:
    plan = next(plan for plan in PLANS if plan.name == name)
    return [(plan, _point(*words.split())) for words in said.replace("\n", " ").split(", ")]


def _point(when: str, call: str, number: str) -> KillPoint:
    port, _, name = call.partition(".")
    return KillPoint.model_validate({"port": port, "call": name, "number": int(number), "when": when})
