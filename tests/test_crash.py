"""The short form of benchmarks/crash/__main__.py: one kill at each boundary that could lose or repeat something.

And a few disputes through wrong clocks, servers that only Rebut starts again, and a database set back to a dump.
"""

import random
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks.crash.environment import CrashEnvironment, open_environment
from benchmarks.crash.kills import Boundary, Kills
from benchmarks.crash.outages import OUTAGES, run_outages
from benchmarks.crash.plans import PLANS, CrashReport, check_cases
from benchmarks.crash.points import KillPoint
from benchmarks.crash.restores import run_restore
from tests.context import held

# Written down, so that a step that moves or vanishes shows: a boundary never reached fails the test.
BOUNDARIES = {
    "file": """
        after cases.save 1, after saver.aput 1, after stripe.dispute 1, after saver.aput 4, after saver.aput 6,
        before stripe.upload 1, after stripe.upload 1, before stripe.stage 1, after stripe.stage 1,
        after permits.grant 1, after saver.aput 8, after filings.intend 1, before stripe.submit 1,
        after stripe.submit 1, before filings.finish 1, after filings.finish 1, after saver.aput 9,
        after ledger.add 1, after cases.save 2, after saver.aput 10, after saver.aprune 1
    """,
    "wait": "before sender.send 1, after sender.send 1",
    "decide between": "after cases.save 2, before saver.aput 8, after saver.aput 8",
    "approve": """
        after saver.aput_writes 1, before saver.aput 1, after saver.aput 1, after permits.grant 1,
        after stripe.submit 1, before cases.save 1, after cases.save 1
    """,
    "edit": """
        after saver.aput_writes 1, after saver.aput 1, before stripe.enhance 1, after stripe.enhance 1,
        before stripe.submit 1
    """,
    "accept": "before stripe.close 1, after stripe.close 1, before cases.save 1, after cases.save 1",
    "reject": "after saver.aput 1, before cases.save 1, after cases.save 1",
}
DISPUTES = 8


@pytest.fixture(scope="module")
async def environment(processes: None) -> AsyncIterator[CrashEnvironment]:
    with tempfile.TemporaryDirectory(prefix="rebut-", ignore_cleanup_errors=True) as folder:
        async with held(open_environment(Path(folder))) as opened:
            yield opened


async def test_a_worker_killed_at_any_boundary_loses_nothing_and_does_nothing_twice(environment: CrashEnvironment):
    run = Kills(environment, lambda _: None)
    boundaries = [boundary for name, said in BOUNDARIES.items() for boundary in _read(name, said)]
    await run.at_boundaries(boundaries)
    assert run.missed == []
    # A boundary that a busy machine missed is met with another dispute.
    assert await check_cases(environment, run.cases) == clean_of(len(boundaries) + run.retried)


@pytest.mark.parametrize(
    "name",
    ["a clock 5 seconds ahead", "a clock an hour ahead", "a clock an hour behind", "servers killed, Rebut starts them"],
)
async def test_an_outage_loses_nothing_and_does_nothing_twice(name: str, environment: CrashEnvironment):
    generator = random.Random(name)  # noqa: S311 - chosen to repeat
    async for outage in run_outages(environment, DISPUTES, generator, troubles={name: OUTAGES[name]}):
        assert outage.report == clean_of(DISPUTES)


async def test_a_database_set_back_to_a_dump_agrees_with_stripe_again_and_nothing_is_done_twice(
    environment: CrashEnvironment,
):
    generator = random.Random("a restore")  # noqa: S311 - chosen to repeat
    outage = await run_restore(environment, DISPUTES, generator)
    assert outage.report == clean_of(DISPUTES)


def clean_of(cases: int) -> CrashReport:
    return CrashReport(cases=cases, lost=(), filed_twice=(), closed_twice=(), verdicts_lost=())


def _read(name: str, said: str) -> list[Boundary]:
    plan = next(plan for plan in PLANS if plan.name == name)
    return [(plan, _point(*words.split())) for words in said.replace("\n", " ").split(", ")]


def _point(when: str, call: str, number: str) -> KillPoint:
    port, _, name = call.partition(".")
    return KillPoint.model_validate({"port": port, "call": name, "number": int(number), "when": when})
