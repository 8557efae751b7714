"""PostgreSQL is set back to an older state while Redis stays: a sweep notices and catches up, by no clock."""

import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from disputes.errors import Refused, TryAgain
from disputes.repositories.cases import CaseRecord
from graph.wiring.runtime import Runtime
from jobs.worker.rebuild import REBUILT_KEY, SWEEPS, rebuild
from tests.fakes import NOON, FakeClock, FakeDatabase, FakeQueue
from tests.jobs.harness import FakeWorker, a_runtime
from tests.jobs.worker.test_sync import FakeStripe, an_event

STATES = ("working", "waiting", "filed", "closed", "parked")


async def test_sweeps_over_a_database_that_only_goes_on_enqueue_nothing():
    runtime = await swept_runtime(times=5)
    assert jobs(runtime) == []


async def test_after_a_restore_every_open_case_is_enqueued_once_and_it_is_said_in_words():
    runtime = await swept_runtime()
    dump = copy.deepcopy(database(runtime).watermarks)
    await rebuild(runtime)
    database(runtime).watermarks = dump
    with capture_logs() as logged:
        assert await rebuild(runtime) == 2
    assert jobs(runtime) == ["du_working", "du_waiting"]
    assert next("as after a restore" in line["means"] for line in logged if line["event"] == "rebuild.restored")
    assert await rebuild(runtime) == 0


async def test_a_restore_to_an_empty_database_is_noticed_too():
    runtime = await swept_runtime()
    database(runtime).watermarks.clear()
    assert await rebuild(runtime) == 2


async def test_after_a_restore_what_happened_since_the_dump_is_fetched_from_stripe():
    runtime = await swept_runtime()
    database(runtime).watermarks = {"stripe": NOON - timedelta(days=1)}
    cast("FakeStripe", runtime.deps.stripe).events = [an_event("evt_since", "du_since")]
    await rebuild(runtime)
    assert "du_since" in jobs(runtime)
    assert await runtime.deps.events.is_pending("du_since")


@pytest.mark.parametrize("error", [TryAgain("Stripe did not take the call."), Refused("No such key.")])
async def test_a_stripe_that_fails_meanwhile_is_asked_again_by_the_next_sync(error: Exception):
    runtime = await swept_runtime()
    database(runtime).watermarks = {"stripe": NOON - timedelta(days=1)}
    stripe: Any = FailingStripe(error)
    failing = replace(runtime, deps=replace(runtime.deps, stripe=stripe))
    assert await rebuild(failing) == 2
    assert await runtime.deps.watermarks.read("stripe") == NOON - timedelta(days=1)


async def test_a_catching_up_that_was_cut_short_is_done_again():
    runtime = await swept_runtime()
    await rebuild(runtime)
    database(runtime).watermarks.clear()
    queue = cast("FakeQueue", runtime.deps.queue)
    queue.down = TryAgain("Redis does not take the job.")
    with pytest.raises(TryAgain):
        await rebuild(runtime)
    queue.down = None
    assert await rebuild(runtime) == 2


@pytest.mark.parametrize("skew", [timedelta(hours=1), timedelta(hours=-1), timedelta(seconds=5)])
async def test_no_clock_has_a_say_in_it(skew: timedelta):
    runtime = await swept_runtime()
    clock = FakeClock()
    clock.at += skew
    skewed = replace(runtime, deps=replace(runtime.deps, now=clock))
    for one in (skewed, runtime, skewed):
        assert await rebuild(one) == 0
    dump = copy.deepcopy(database(runtime).watermarks)
    await rebuild(skewed)
    database(runtime).watermarks = dump
    assert await rebuild(runtime) == 2


async def test_two_sweeps_at_once_do_not_take_each_other_for_a_restore():
    runtime = await swept_runtime()
    late = InTheMidst(runtime.deps.watermarks, runtime)
    assert await rebuild(replace(runtime, deps=replace(runtime.deps, watermarks=late))) == 0


class FailingStripe:
    def __init__(self, error: Exception) -> None:
        self._error = error

    async def connected_accounts(self) -> tuple[str, ...]:
        return ()

    async def events_since(self, _: object, *, account: str | None = None) -> Any:
        raise self._error


class InTheMidst:
    """Watermarks before whose first use another process sweeps from beginning to end."""

    def __init__(self, inner: Any, runtime: Runtime) -> None:
        self._inner, self._other = inner, [runtime]

    async def read(self, name: str) -> Any:
        while self._other:
            await rebuild(self._other.pop())
        return await self._inner.read(name)

    async def advance(self, name: str, at: Any) -> None:
        await self._inner.advance(name, at)

    async def starting(self, prefix: str) -> Any:
        return await self._inner.starting(prefix)


async def swept_runtime(*, times: int = 2) -> Runtime:
    """A runtime with a case in each state over which some sweeps went."""
    bare = a_runtime()
    stripe: Any = FakeStripe()
    runtime = replace(bare, deps=replace(bare.deps, stripe=stripe))
    await cast("FakeWorker", runtime.worker).redis.set(REBUILT_KEY, "1")
    for state in STATES:
        record = {"dispute_id": f"du_{state}", "state": state, "received_at": NOON, "updated_at": NOON}
        await runtime.deps.cases.save(CaseRecord.model_validate(record))
    for _ in range(times):
        assert await rebuild(runtime) == 0
    assert await runtime.deps.watermarks.read(SWEEPS)
    return runtime


def database(runtime: Runtime) -> FakeDatabase:
    return cast("Any", runtime.deps.events).database  # type: ignore[no-any-return]


def jobs(runtime: Runtime) -> list[str]:
    return [dispute_id for dispute_id, _ in cast("FakeQueue", runtime.deps.queue).jobs]
