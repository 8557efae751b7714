"""A parked case rests: only a new event, a new verdict or the command `rebut drive` runs it again."""

import itertools
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from disputes.case import Verdict
from disputes.errors import TryAgain
from disputes.repositories.cases import CaseRecord
from disputes.repositories.events import WebhookEvent
from disputes.repositories.outbox import OutboxMessage
from graph.wiring.runtime import Runtime
from jobs.cli.parked_cases import PAGE, drive_all
from jobs.worker.sweep import sweep
from jobs.worker.worker import MAX_TRIES, handle
from tests.conftest import Stage
from tests.fakes import FakeQueue
from tests.jobs.harness import FakeRunner, a_runtime

SWEEPS = 20
FAULT = "A fault in Rebut stopped this case: KeyError."
NO_WAIT = timedelta(0)


async def test_a_case_parked_with_a_verdict_is_left_alone_by_sweeps_and_its_history_does_not_grow(
    stage: Stage, runtime: Runtime
):
    failing = under(stage, runtime, "stage")
    decided = await decide(stage, await stage.play("fraud_mid"), "approve")
    assert await swept(failing, decided.dispute_id)
    await handle(failing, decided.dispute_id, None, tries=MAX_TRIES)
    parked = await find_case(stage, decided.dispute_id)
    assert (parked.state, parked.error) == ("parked", f"Gave up after {MAX_TRIES} tries: Stripe is away.")
    for _ in range(SWEEPS):
        if await swept(failing, parked.dispute_id):
            await handle(failing, parked.dispute_id, None, tries=MAX_TRIES)
    assert await find_case(stage, parked.dispute_id) == parked


@pytest.mark.parametrize("call", ["dispute", "stage", "submit"])
async def test_the_verdict_of_a_parked_case_is_applied_once_it_is_driven(call: str, stage: Stage, runtime: Runtime):
    parked = await park(stage, runtime, call)
    assert await stage.deps.verdicts.pending(parked.dispute_id)
    filed = await stage.drive(parked.dispute_id)
    assert (filed.state, filed.error) == ("filed", ""), filed.history[-4:]
    assert await stage.deps.verdicts.pending(parked.dispute_id) is None
    assert (await stage.counts(parked.dispute_id))["submissions"] == 1


async def test_a_job_left_over_from_before_does_not_drive_a_parked_case(stage: Stage, runtime: Runtime):
    parked = await park(stage, runtime)
    await handle(runtime, parked.dispute_id, None, tries=1)
    assert await find_case(stage, parked.dispute_id) == parked


async def test_a_new_event_wakes_a_parked_case_and_its_verdict_is_applied(stage: Stage, runtime: Runtime):
    parked = await park(stage, runtime)
    await stage.deps.events.store(an_update(stage, parked))
    assert await swept(runtime, parked.dispute_id)
    await handle(runtime, parked.dispute_id, None, tries=1)
    assert (await find_case(stage, parked.dispute_id)).state == "filed"
    assert (await stage.counts(parked.dispute_id))["submissions"] == 1


async def test_a_new_verdict_wakes_a_parked_case(stage: Stage, runtime: Runtime):
    dispute_id, _ = await stage.happen("fraud_mid")
    await runtime.runner.park(dispute_id, "Stripe is away.")
    parked = await decide(stage, await find_case(stage, dispute_id), "redraft")
    assert await swept(runtime, parked.dispute_id)
    await handle(runtime, parked.dispute_id, None, tries=1)
    assert (await find_case(stage, parked.dispute_id)).state == "waiting"
    assert not await swept(runtime, parked.dispute_id)


async def test_a_fault_in_one_parked_case_holds_back_no_other_however_many_there_are():
    faults = itertools.chain([KeyError("card 4242"), TryAgain("Stripe is away.")], itertools.repeat(None))
    runtime = a_runtime(lambda: fail(next(faults)))
    names = {f"du_{number}" for number in range(PAGE + 1)}
    for name in names:
        await runtime.runner.park(name, "Stripe was away.", account="acct_1")
    errors = {name: error async for name, error in drive_all(runtime)}
    assert set(errors) == names
    assert set(cast("FakeRunner", runtime.runner).drives) == {(name, "acct_1") for name in names}
    assert set(errors.values()) == {FAULT, "Stripe is away.", "Stripe was away."}


def fail(error: Exception | None) -> None:
    if error:
        raise error


async def park(stage: Stage, runtime: Runtime, call: str = "stage") -> CaseRecord:
    """Approve a case and have it parked, because Stripe is away for one kind of call."""
    decided = await decide(stage, await stage.play("fraud_mid"), "approve")
    await handle(under(stage, runtime, call), decided.dispute_id, None, tries=MAX_TRIES)
    parked = await find_case(stage, decided.dispute_id)
    assert parked.state == "parked"
    return parked


async def decide(stage: Stage, record: CaseRecord, decision: Any) -> CaseRecord:
    """Store a verdict without enqueueing the dispute."""
    verdict = Verdict(decision=decision, by="ada", at=stage.deps.now(), version=record.version)
    await stage.deps.verdicts.store(record.dispute_id, verdict)
    return record


async def find_case(stage: Stage, dispute_id: str) -> CaseRecord:
    record = await stage.deps.cases.find(dispute_id)
    assert record
    return record


async def swept(runtime: Runtime, dispute_id: str) -> bool:
    """Sweep once, with no waits in between, and return whether this dispute was enqueued."""
    await forget_others(runtime, dispute_id)
    queue = FakeQueue()
    deps = replace(runtime.deps, queue=queue, outbox=NoMessages(runtime.deps.outbox))
    await sweep(deps, patience=NO_WAIT)
    return dispute_id in {name for name, _ in queue.jobs}


async def forget_others(runtime: Runtime, dispute_id: str) -> None:
    """Handle what other tests left pending on these servers: a sweep takes the hundred that wait longest."""
    deps = runtime.deps
    for name, _ in await deps.events.pending(before=deps.now(), limit=5_000):
        if name != dispute_id:
            await deps.events.mark_handled([event.id for event in await deps.events.unhandled_of(name)])
            if verdict := await deps.verdicts.pending(name):
                await deps.verdicts.lapse(name, verdict.version, why="another test left it")


def under(stage: Stage, runtime: Runtime, call: str) -> Runtime:
    """Return the same runtime at a Stripe that is away for one kind of call."""
    failing = stage.under(stripe=AwayStripe(stage.deps.stripe, call))
    return replace(runtime, deps=failing.deps, runner=failing.runs)


def an_update(stage: Stage, record: CaseRecord) -> WebhookEvent:
    now = stage.deps.now()
    return WebhookEvent(
        provider="stripe",
        id=f"evt_new_{record.dispute_id}",
        type="charge.dispute.updated",
        dispute_id=record.dispute_id,
        created=now,
    )


@dataclass
class AwayStripe:
    """A Stripe that does not answer one kind of call."""

    inner: Any
    call: str

    def __getattr__(self, name: str) -> Any:
        return self._fail if name == self.call else getattr(self.inner, name)

    async def _fail(self, *_: object, **__: object) -> Any:
        raise TryAgain("Stripe is away.")


@dataclass
class NoMessages:
    """An outbox that other tests share: their messages stay."""

    inner: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def due(self, now: datetime, *, limit: int = 20) -> list[OutboxMessage]:
        return []
