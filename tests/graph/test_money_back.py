"""What a dispute did to the money is told once and booked once, after a crash and however often it comes back."""

from contextlib import suppress
from itertools import count

import pytest

from tests.conftest import Stage
from tests.graph import dashboard as at
from tests.graph.test_outcomes import entries, messages
from tests.order.ports import Crash, FailurePoint, failing_runner

DISPUTED = 3_800
"""What `not_received_delivered` disputes."""
LAST_CALLS = 36
"""So many calls a decided case makes at least before it books and tells what became of it."""


async def crash(stage: Stage, dispute_id: str, *, left: int, after: bool) -> FailurePoint:
    """Have a worker die at its `left`-th call."""
    runner, failure = failing_runner(stage.runs, stage.deps, left=left, after=after, end="dies")
    with suppress(Crash):
        await runner.drive(dispute_id)
    return failure


async def lost(stage: Stage) -> str:
    """A case that was filed and lost; gives its id."""
    filed = await stage.play("not_received_delivered")
    await stage.set(filed.dispute_id, status="lost")
    assert (await stage.drive(filed.dispute_id)).outcome == "lost"
    return filed.dispute_id


async def reinstate(stage: Stage, dispute_id: str, amount: int) -> None:
    await stage.set(dispute_id, reinstated=amount)
    await stage.drive(dispute_id)


async def came_back(stage: Stage, dispute_id: str) -> int:
    booked = await entries(stage, dispute_id)
    return sum(row.amount for row in booked if "reinstated" in row.kind or "won" in row.kind)


@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("outcome", ["lost", "won"])
async def test_wherever_a_worker_dies_a_decision_is_told_once_and_booked_once(
    stage: Stage, outcome: str, *, after: bool
):
    passed: set[str] = set()
    for left in count(LAST_CALLS):
        waiting = await stage.play("fraud_small_3ds")
        await at.silently(stage, waiting.dispute_id, status=outcome)
        failure = await crash(stage, waiting.dispute_id, left=left, after=after)
        over = await stage.drive(waiting.dispute_id)
        told = [message.key for message in await messages(stage, waiting.dispute_id)]
        booked = await entries(stage, waiting.dispute_id)
        assert (over.outcome, len(told), len(booked)) == (outcome, 1, 1), (left, failure.where, told, booked)
        assert outcome in told[0].split(":", 1)[1], (left, failure.where)
        passed.add(failure.where.split(" ")[-1])
        if not failure.failed:
            break
    assert {"add", "save"} <= passed, "No worker died where it books and tells: LAST_CALLS is too high."


async def test_money_that_comes_back_in_two_equal_parts_is_booked_twice(stage: Stage):
    dispute_id = await lost(stage)
    for _ in range(2):
        await reinstate(stage, dispute_id, 500)
    assert await came_back(stage, dispute_id) == 1_000


async def test_money_that_came_back_in_part_before_a_late_win_is_not_booked_again(stage: Stage):
    dispute_id = await lost(stage)
    await reinstate(stage, dispute_id, 500)
    await stage.set(dispute_id, status="won")
    await stage.drive(dispute_id)
    assert await came_back(stage, dispute_id) == DISPUTED
