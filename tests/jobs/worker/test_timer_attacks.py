"""What operators do to timers: many workers, an emptied Redis, a case that an error stopped, an outage at the end."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from streaq import StreaqRetry

from disputes.errors import TryAgain
from graph.wiring.runtime import Runtime
from jobs.worker import timers
from jobs.worker.worker import MAX_TRIES, handle
from tests.conftest import Stage
from tests.graph.test_last_chance import HOUR, STRICT, WEAK, near, notes, waiting

PROVEN = "not_received_delivered"


@dataclass
class Down:
    """A Stripe that takes no call."""

    livemode: bool = False

    def __getattr__(self, name: str) -> Any:
        async def fail(*_: Any, **__: Any) -> None:
            raise TryAgain(f"{name} is not answered")

        return fail


async def test_workers_that_sweep_and_run_at_once_call_once(stage: Stage):
    record = await waiting(stage, WEAK)
    end, other = near(stage, record), near(stage, record)
    await asyncio.gather(*(timers.fire(one.stage.deps) for one in (end, other, end)))
    assert len(await stage.deps.events.unhandled_of(record.dispute_id)) == 1
    runs = (one.stage.runs.drive(record.dispute_id) for one in (end, other))
    await asyncio.gather(*runs, return_exceptions=True)  # who comes second finds the lease held
    assert [event for event, _ in await notes(stage, record.dispute_id)].count("deadline") == 1


async def test_a_redis_that_was_emptied_after_a_timer_fired_costs_no_last_chance(stage: Stage):
    record = await waiting(stage, PROVEN)
    end = near(stage, record)
    await timers.fire(end.stage.deps)
    await stage.runs.forget(record.dispute_id)
    assert await stage.deps.events.is_pending(record.dispute_id)
    assert (await end.stage.drive(record.dispute_id)).state == "filed"


@pytest.mark.parametrize("left", [HOUR * 8, HOUR * 5, HOUR * 2, HOUR / 2, HOUR / 10])
async def test_people_are_called_once_where_the_last_chance_came_in_an_outage_of_ours(stage: Stage, left: timedelta):
    record = await waiting(stage, WEAK)
    back = near(stage, record, left=left)
    for _ in range(2):
        assert (await back.sweep(record.dispute_id)).state == "waiting"
    assert [event for event, _ in await notes(stage, record.dispute_id)].count("deadline") == 1


async def test_they_are_called_at_once_where_stripe_is_away_when_that_outage_ends(stage: Stage):
    record = await waiting(stage, PROVEN)
    await timers.fire(near(stage, record, left=HOUR / 10).stage.under(stripe=Down()).deps)
    assert "deadline" in {event for event, _ in await notes(stage, record.dispute_id)}


async def test_they_are_not_called_any_more_where_what_was_made_up_for_ended_the_case(stage: Stage):
    record = await waiting(stage, PROVEN)
    assert (await near(stage, record, left=HOUR / 10).sweep(record.dispute_id)).state == "filed"
    assert [event for event, _ in await notes(stage, record.dispute_id)] == ["other"]


async def test_they_are_called_on_an_inquiry_whose_last_chance_and_date_passed_in_an_outage(stage: Stage):
    dispute_id, _ = await stage.happen(WEAK)
    await stage.set(dispute_id, status="warning_needs_response")
    record = await stage.under(policy=STRICT).drive(dispute_id)
    assert (await near(stage, record, left=-HOUR).sweep(dispute_id)).state == "waiting"
    assert [event for event, _ in await notes(stage, dispute_id)].count("deadline") == 1


async def test_people_are_called_on_a_parked_case_to_its_end_which_is_recorded(stage: Stage):
    record = await waiting(stage, "fraud_small_3ds")
    await stage.runs.park(record.dispute_id, "Gave up.")
    for left in (60, 20, 5, 2, 1):
        await timers.fire(near(stage, record, left=HOUR * left).stage.deps)
    told = [event for event, _ in await notes(stage, record.dispute_id)]
    assert {"parked", "reminder", "deadline"} <= set(told)
    over = await near(stage, record, left=-HOUR).sweep(record.dispute_id)
    assert (over.state, over.outcome) == ("recorded", "past_due")


async def test_an_outage_of_stripe_at_the_last_chance_is_made_up_for_within_the_hour(stage: Stage, runtime: Runtime):
    record = await waiting(stage, PROVEN)
    end = near(stage, record)
    await timers.fire(end.stage.deps)
    gone = end.stage.under(stripe=Down())
    worker = replace(runtime, deps=gone.deps, runner=gone.runs)
    with suppress(StreaqRetry):
        await handle(worker, record.dispute_id, None, tries=MAX_TRIES)
    parked = await stage.deps.cases.find(record.dispute_id)
    assert parked
    assert parked.state == "parked"
    later = near(stage, record, left=HOUR * 7 - timedelta(minutes=1))
    await timers.fire(later.stage.deps)
    assert await stage.deps.events.is_pending(record.dispute_id)
    assert (await later.stage.drive(record.dispute_id)).state == "filed"
