"""One job: what it does when its run succeeds, fails for a while, is refused, or breaks."""

from datetime import timedelta
from typing import Any, cast

import pytest
from streaq import StreaqRetry

from disputes.errors import Refused, TryAgain
from disputes.lifecycle import plan as planning
from disputes.repositories.cases import CaseRecord
from disputes.repositories.events import WebhookEvent
from graph import own_events
from graph.permission.guard import LeaseHeld
from graph.wiring.runtime import Runtime
from jobs.worker import worker
from jobs.worker.worker import LONGEST_REDIS_WAIT, LONGEST_WAIT, MAX_TRIES, backoff, handle
from tests.jobs.harness import FakeRunner, FakeWorker, a_runtime, raising, store_event


async def test_a_job_drives_a_dispute_with_an_unhandled_event():
    runtime = a_runtime()
    await store_event(runtime.deps, account="acct_1")
    await handle(runtime, "du_1", "acct_1", tries=1)
    assert drives(runtime) == [("du_1", "acct_1")]


async def test_a_job_whose_dispute_is_handled_costs_no_run():
    runtime = a_runtime()
    await handle(runtime, "du_1", None, tries=1)
    assert drives(runtime) == []


async def test_a_dispute_that_another_worker_holds_is_enqueued_again_with_all_its_tries():
    runtime = a_runtime(raising(LeaseHeld("du_1 is in another worker's hands.")))
    await store_event(runtime.deps)
    await handle(runtime, "du_1", "acct_1", tries=MAX_TRIES + 5)
    job = cast("FakeWorker", runtime.worker).jobs[0]
    assert (job.name, job.args) == ("work", ("du_1", "acct_1"))
    assert job.delay
    assert job.delay.total_seconds() == worker.LEASE_WAIT
    assert await runtime.deps.cases.find("du_1") is None


async def test_what_may_pass_is_tried_again_and_stays_pending():
    runtime = a_runtime(raising(TryAgain("Stripe answered 503.")))
    await store_event(runtime.deps)
    for tries in range(1, MAX_TRIES):
        with pytest.raises(StreaqRetry) as again:
            await handle(runtime, "du_1", None, tries=tries)
        assert delay(again.value) <= LONGEST_WAIT
    assert await runtime.deps.events.is_pending("du_1")
    assert await runtime.deps.cases.find("du_1") is None


async def test_after_the_last_try_the_case_is_parked_with_its_error():
    runtime = a_runtime(raising(TryAgain("Stripe answered 503.")))
    await store_event(runtime.deps)
    await handle(runtime, "du_1", None, tries=MAX_TRIES)
    record = await parked(runtime)
    assert record.error == f"Gave up after {MAX_TRIES} tries: Stripe answered 503."
    assert (record.history[-1].step, record.history[-1].note) == ("parked", record.error)
    assert not await runtime.deps.events.is_pending("du_1")


async def test_what_an_outage_stopped_is_run_again_within_the_hour():
    runtime = a_runtime(raising(TryAgain("Stripe answered 503.")))
    await store_event(runtime.deps)
    await handle(runtime, "du_1", None, tries=MAX_TRIES)
    now = runtime.deps.now()
    assert await runtime.deps.plans.due(now) == []
    (due,) = await runtime.deps.plans.due(now + timedelta(hours=1))
    assert planning.kind_of(due.names[0]) == planning.RETRY


async def test_a_case_that_was_parked_by_an_outage_is_tried_less_often_each_time():
    runtime = a_runtime(raising(TryAgain("Stripe answered 503.")))
    again = WebhookEvent(
        provider=own_events.PROVIDER,
        id=f"timer_du_1_{planning.RETRY}:20261121T130000_20261121T130001",
        type=own_events.TYPE,
        dispute_id="du_1",
        created=runtime.deps.now(),
    )
    await runtime.deps.events.store(again)
    with pytest.raises(StreaqRetry):
        await handle(runtime, "du_1", None, tries=worker.RETRIES - 1)
    await handle(runtime, "du_1", None, tries=worker.RETRIES)
    assert (await parked(runtime)).error == f"Gave up after {worker.RETRIES} tries: Stripe answered 503."


async def test_what_will_not_pass_is_parked_at_once():
    runtime = a_runtime(raising(Refused("No such dispute: 'du_1'")))
    await store_event(runtime.deps, account="acct_1")
    await handle(runtime, "du_1", "acct_1", tries=1)
    record = await parked(runtime)
    assert (record.error, record.account) == ("No such dispute: 'du_1'", "acct_1")


async def test_a_fault_of_our_own_is_parked_with_a_sentence_that_quotes_no_data():
    runtime = a_runtime(raising(KeyError("card 4242")))
    await store_event(runtime.deps)
    await handle(runtime, "du_1", None, tries=1)
    assert (await parked(runtime)).error == "A fault in Rebut stopped this case: KeyError."


async def test_what_cannot_be_parked_now_is_parked_later():
    runtime = a_runtime(lambda: fail_everything(runtime))
    await store_event(runtime.deps)
    with pytest.raises(StreaqRetry):
        await handle(runtime, "du_1", None, tries=1)
    cast("Any", runtime.deps.cases).database.down = None
    assert await runtime.deps.events.is_pending("du_1")


def test_waits_double_are_jittered_and_capped():
    for tries in range(1, 40):
        full = min(LONGEST_WAIT, worker.FIRST_WAIT * 2 ** (tries - 1))
        waits = {backoff(tries) for _ in range(20)}
        assert all(full / 2 <= seconds <= full for seconds in waits)
        assert len(waits) > 10


def test_the_wait_stays_bounded_through_an_outage_of_weeks():
    assert backoff(100_000, longest=LONGEST_REDIS_WAIT) <= LONGEST_REDIS_WAIT


def fail_everything(runtime: Runtime) -> None:
    """PostgreSQL goes away while Stripe refuses."""
    cast("Any", runtime.deps.cases).database.down = TryAgain("The database does not answer.")
    raise Refused("No such dispute")


def drives(runtime: Runtime) -> list[tuple[str, str | None]]:
    return cast("FakeRunner", runtime.runner).drives


def delay(retry: StreaqRetry) -> float:
    pause = retry.delay
    assert pause is not None
    assert not isinstance(pause, int)
    return pause.total_seconds()


async def parked(runtime: Runtime) -> CaseRecord:
    record = await runtime.deps.cases.find("du_1")
    assert record is not None
    assert record.state == "parked"
    return record
