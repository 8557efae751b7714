"""The sweep enqueues what no run has handled, ever less often, and delivers the outbox."""

import itertools
from typing import Any, cast

import pytest

from disputes.errors import TryAgain
from disputes.repositories.outbox import OutboxMessage
from graph.wiring.deps import Deps
from jobs.worker.sweep import LONGEST_INTERVAL, PATIENCE, EnqueueBackoff, sweep
from tests.fakes import FakeClock
from tests.jobs.harness import FakeSender, some_deps, store_event

MESSAGE = OutboxMessage(key="du_1:review", kind="note", target="ops", urgent=True, body={"dispute": "du_1"})


async def test_enqueues_what_waited_longer_than_the_patience_and_nothing_younger():
    clock = FakeClock()
    deps = some_deps(clock)
    await store_event(deps, "du_old", account="acct_1")
    clock.advance(seconds=PATIENCE.total_seconds())
    await store_event(deps, "du_young")
    assert (await sweep(deps))["rang"] == 0
    clock.advance(seconds=1)
    assert (await sweep(deps))["rang"] == 1
    assert enqueued(deps) == [("du_old", "acct_1")]


async def test_what_was_handled_is_left_alone():
    clock = FakeClock()
    deps = some_deps(clock)
    await store_event(deps)
    await deps.events.mark_handled([event.id for event in await deps.events.unhandled_of("du_1")])
    clock.advance(hours=1)
    assert (await sweep(deps))["rang"] == 0


async def test_in_an_outage_enqueues_ever_less_often_so_that_jobs_do_not_pile_up():
    clock, backoff = FakeClock(), EnqueueBackoff()
    deps = some_deps(clock)
    await store_event(deps)
    counts = []
    for _ in range(12 * 60):
        clock.advance(seconds=5)
        counts.append((await sweep(deps, enqueue_backoff=backoff))["rang"])
    gaps = [5 * gap for gap in distances(counts)]
    assert gaps[:4] == [20, 40, 80, 160]
    assert max(gaps) == LONGEST_INTERVAL.total_seconds()
    assert len(gaps) < 12


async def test_a_new_event_of_a_dispute_that_was_handled_is_enqueued_without_delay():
    clock, backoff = FakeClock(), EnqueueBackoff()
    deps = some_deps(clock)
    await store_event(deps)
    clock.advance(seconds=30)
    assert (await sweep(deps, enqueue_backoff=backoff))["rang"] == 1
    await deps.events.mark_handled([event.id for event in await deps.events.unhandled_of("du_1")])
    assert (await sweep(deps, enqueue_backoff=backoff))["rang"] == 0
    cast("Any", deps.events).database.events.clear()
    await store_event(deps)
    clock.advance(seconds=21)
    assert (await sweep(deps, enqueue_backoff=backoff))["rang"] == 1


async def test_a_message_is_delivered_once():
    deps = some_deps()
    await deps.outbox.put(MESSAGE)
    assert (await sweep(deps))["delivered"] == 1
    assert (await sweep(deps))["delivered"] == 0
    assert sender(deps).delivered == ["du_1:review"]


async def test_one_message_that_fails_does_not_hold_back_the_next():
    deps = some_deps()
    sender(deps).down = 1
    await deps.outbox.put(MESSAGE)
    await deps.outbox.put(MESSAGE.model_copy(update={"key": "du_2:review"}))
    counts = await sweep(deps)
    assert (counts["delivered"], counts["undelivered"]) == (1, 1)


async def test_a_queue_that_is_away_is_not_swallowed():
    clock = FakeClock()
    deps = some_deps(clock)
    await store_event(deps)
    clock.advance(minutes=1)
    cast("Any", deps.queue).down = TryAgain("Redis does not take the job.")
    with pytest.raises(TryAgain, match="Redis"):
        await sweep(deps)


def distances(counts: list[int]) -> list[int]:
    at = [number for number, count in enumerate(counts) if count]
    return [later - earlier for earlier, later in itertools.pairwise(at)]


def enqueued(deps: Deps) -> list[tuple[str, str | None]]:
    return cast("Any", deps.queue).jobs  # type: ignore[no-any-return]


def sender(deps: Deps) -> FakeSender:
    return cast("FakeSender", deps.sender)
