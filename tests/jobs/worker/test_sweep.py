import itertools
from datetime import timedelta
from typing import Any, cast

import pytest

from disputes.errors import TryAgain
from disputes.repositories.outbox import OutboxMessage
from graph.wiring.deps import Deps
from jobs.worker.sweep import DELIVERIES, FIRST_WAIT, LONGEST_ECHO, LONGEST_WAIT, PATIENCE, Echo, sweep
from tests.jobs.harness import Clock, FakeSender, ring, some_deps

MESSAGE = OutboxMessage(key="du_1:review", kind="note", body={"dispute": "du_1"})


async def test_rings_for_what_waited_longer_than_the_patience_and_for_nothing_younger():
    clock = Clock()
    deps = some_deps(clock)
    await ring(deps, "du_old", account="acct_1")
    clock.wind(seconds=PATIENCE.total_seconds())
    await ring(deps, "du_young")
    assert (await sweep(deps))["rang"] == 0
    clock.wind(seconds=1)
    assert await sweep(deps) == {"rang": 1, "delivered": 0, "undelivered": 0}
    assert rung(deps) == [("du_old", "acct_1")]


async def test_what_was_handled_is_left_alone():
    clock = Clock()
    deps = some_deps(clock)
    await ring(deps)
    await deps.events.mark_handled("du_1", before=clock())
    clock.wind(hours=1)
    assert (await sweep(deps))["rang"] == 0


async def test_in_an_outage_rings_ever_less_often_so_that_jobs_do_not_pile_up():
    clock, echo = Clock(), Echo()
    deps = some_deps(clock)
    await ring(deps)
    rings = []
    for _ in range(12 * 60):
        clock.wind(seconds=5)
        rings.append((await sweep(deps, echo=echo))["rang"])
    gaps = [5 * gap for gap in between(rings)]
    assert gaps[:4] == [20, 40, 80, 160]
    assert max(gaps) == LONGEST_ECHO.total_seconds()
    assert len(gaps) < 12


async def test_a_new_event_of_a_dispute_that_was_handled_is_rung_for_without_delay():
    clock, echo = Clock(), Echo()
    deps = some_deps(clock)
    await ring(deps)
    clock.wind(seconds=30)
    assert (await sweep(deps, echo=echo))["rang"] == 1
    await deps.events.mark_handled("du_1", before=clock())
    assert (await sweep(deps, echo=echo))["rang"] == 0
    cast("Any", deps.events).database.events.clear()
    await ring(deps)
    clock.wind(seconds=21)
    assert (await sweep(deps, echo=echo))["rang"] == 1


async def test_a_message_is_delivered_once():
    deps = some_deps()
    await deps.outbox.put(MESSAGE)
    assert (await sweep(deps))["delivered"] == 1
    assert (await sweep(deps))["delivered"] == 0
    assert courier(deps).delivered == ["du_1:review"]


async def test_an_undelivered_message_waits_twice_as_long_each_time_and_is_given_up_with_its_error():
    clock = Clock()
    deps = some_deps(clock)
    courier(deps).down = DELIVERIES
    await deps.outbox.put(MESSAGE)
    waits = [await next_attempt(deps, clock) for _ in range(DELIVERIES - 1)]
    assert waits == [min(LONGEST_WAIT, FIRST_WAIT * 2**turn) for turn in range(DELIVERIES - 1)]
    assert (await sweep(deps))["undelivered"] == 1
    posted = cast("Any", deps.events).database.outbox["du_1:review"]
    assert (posted.due, posted.error) == (None, "The endpoint answered 503.")
    clock.wind(days=30)
    assert await sweep(deps) == {"rang": 0, "delivered": 0, "undelivered": 0}


async def test_one_message_that_fails_does_not_hold_back_the_next():
    deps = some_deps()
    courier(deps).down = 1
    await deps.outbox.put(MESSAGE)
    await deps.outbox.put(MESSAGE.model_copy(update={"key": "du_2:review"}))
    assert await sweep(deps) == {"rang": 0, "delivered": 1, "undelivered": 1}


async def test_a_queue_that_is_away_is_not_swallowed():
    clock = Clock()
    deps = some_deps(clock)
    await ring(deps)
    clock.wind(minutes=1)
    cast("Any", deps.queue).down = TryAgain("Redis does not take the job.")
    with pytest.raises(TryAgain, match="Redis"):
        await sweep(deps)


async def next_attempt(deps: Deps, clock: Clock) -> timedelta:
    """Sweep once, and give how long the message then waits; the clock is at its time afterwards."""
    assert (await sweep(deps))["undelivered"] == 1
    due = cast("Any", deps.events).database.outbox["du_1:review"].due
    assert due
    waited: timedelta = due - clock()
    clock.wind(seconds=waited.total_seconds())
    return waited


def between(rings: list[int]) -> list[int]:
    at = [turn for turn, rang in enumerate(rings) if rang]
    return [later - earlier for earlier, later in itertools.pairwise(at)]


def rung(deps: Deps) -> list[tuple[str, str | None]]:
    return cast("Any", deps.queue).jobs  # type: ignore[no-any-return]


def courier(deps: Deps) -> FakeSender:
    return cast("FakeSender", deps.sender)
