"""Restores: PostgreSQL set back to an older dump in the midst of the work, while Redis and Stripe stay as they are."""

import asyncio
import random
import time
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from benchmarks.crash import servers
from benchmarks.crash.environment import CrashEnvironment
from benchmarks.crash.kills import Kills, until
from benchmarks.crash.outages import REST_SECONDS, SETTLED_PLANS, Outage, supervised
from benchmarks.crash.plans import CrashReport, PlayedCase, decide
from benchmarks.crash.worker import WorkerSetting
from disputes.errors import TryAgain
from disputes.repositories.cases import AT_REST
from jobs.worker.rebuild import SWEEPS
from jobs.worker.reconciliation import find_differences

NAME = "PostgreSQL set back, Redis stays"
BETWEEN = (0.0, 0.6)
"""Seconds between two beginnings; the last ones are under way when the dump is made, and when all is set back."""


async def run_restore(environment: CrashEnvironment, disputes: int, generator: random.Random) -> Outage:
    """Begin half of the disputes, dump, begin the rest, set back to the dump, and wait until all is at rest again.

    What waits then is decided, once more where the dump lacks the verdict. Nothing may be filed or closed twice, and
    nothing may differ from Stripe.
    """
    kills = Kills(environment, lambda _: None)
    cases = await kills.prepare([generator.choice(SETTLED_PLANS) for _ in range(disputes)])
    pools = {environment.worker_pools[0]: WorkerSetting()}
    file, postgres = environment.home / "dump", servers.find_postgres(environment)
    async with supervised(pools):
        await _begin(kills, cases[: disputes // 2], generator)
        await until(lambda: _has_swept(environment, None))
        held = await environment.deps.watermarks.read(SWEEPS)
        await asyncio.to_thread(servers.dump, postgres, file)
        await _begin(kills, cases[disputes // 2 :], generator)
        await until(lambda: _has_swept(environment, held))
    await asyncio.to_thread(servers.restore, postgres, file)
    began = time.monotonic()
    async with supervised(pools):
        await until(lambda: _all_agree(environment, cases), REST_SECONDS)
        seconds = time.monotonic() - began
        await _decide_again(environment, cases)
        await until(lambda: _all_agree(environment, cases), REST_SECONDS)
    return Outage(NAME, await _check(environment, cases), seconds)


async def _begin(kills: Kills, cases: Sequence[PlayedCase], generator: random.Random) -> None:
    for case in cases:
        await until(partial(_begun, kills, case))
        await asyncio.sleep(generator.uniform(*BETWEEN))


async def _begun(kills: Kills, case: PlayedCase) -> bool:
    await kills.begin(case)
    return True


async def _decide_again(environment: CrashEnvironment, cases: Sequence[PlayedCase]) -> None:
    for case in cases:
        record = await environment.deps.cases.find(case.id)
        if record and record.state == "waiting":
            await decide(environment, case, record)


async def _has_swept(environment: CrashEnvironment, before: datetime | None) -> bool:
    """Return whether a worker swept after the count that a dump holds: only then can a sweep notice the restore."""
    held = await environment.deps.watermarks.read(SWEEPS)
    return held is not None and (before is None or held > before)


async def _all_agree(environment: CrashEnvironment, cases: Sequence[PlayedCase]) -> bool:
    try:
        return not await _unsettled(environment, cases)
    except TryAgain:
        return False


async def _unsettled(environment: CrashEnvironment, cases: Sequence[PlayedCase]) -> tuple[str, ...]:
    """Return the disputes that have no case at rest, have something to handle, or differ from Stripe."""
    deps = environment.deps
    differing = {difference.dispute_id async for difference in find_differences(deps)}
    records = {case.id: await deps.cases.find(case.id) for case in cases}
    pending = {case.id for case in cases if await deps.events.is_pending(case.id)}
    resting = {dispute_id for dispute_id, record in records.items() if record and record.state in AT_REST}
    return tuple(case.id for case in cases if case.id not in resting or case.id in differing | pending)


async def _check(environment: CrashEnvironment, cases: Sequence[PlayedCase]) -> CrashReport:
    counts = (await environment.counts())["disputes"]
    return CrashReport(
        cases=len(cases),
        lost=await _unsettled(environment, cases),
        filed_twice=tuple(case.id for case in cases if counts[case.id]["submissions"] > 1),
        closed_twice=tuple(case.id for case in cases if counts[case.id]["closes"] > 1),
        verdicts_lost=(),
    )
