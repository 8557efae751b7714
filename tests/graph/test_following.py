"""A case that rests agrees with Stripe, and only its holder writes it: what playing random orders found."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from disputes.case import Claim
from disputes.errors import LostLease
from graph.wiring.runtime import Runtime
from tests.conftest import Stage
from tests.order.ports import FailurePoint, failing_repositories

HOUR = 3_600


def seconds(ahead: int) -> int:
    return int((datetime.now(UTC) + timedelta(seconds=ahead)).timestamp())


async def test_a_rejected_inquiry_that_had_become_a_chargeback_starts_over(stage: Stage):
    waiting = await stage.play("klarna_inquiry")
    await stage.set(waiting.dispute_id, status="needs_response")
    rested = await stage.decide(waiting, "reject")
    assert rested.case
    assert rested.case.dispute.stage == "chargeback"
    assert rested.state in {"filed", "waiting"}


async def test_an_accepted_inquiry_that_had_become_a_chargeback_starts_over(stage: Stage):
    waiting = await stage.play("klarna_inquiry")
    await stage.set(waiting.dispute_id, status="needs_response")
    rested = await stage.decide(waiting, "accept_loss")
    assert rested.state in {"filed", "waiting"}
    assert (await stage.counts(waiting.dispute_id)).get("closes", 0) == 0


async def test_an_approval_that_comes_after_an_answer_by_hand_waits_for_nobody(stage: Stage):
    waiting = await stage.play("fraud_small_3ds")
    await stage.set(waiting.dispute_id, status="under_review")
    rested = await stage.decide(waiting, "approve")
    assert (rested.state, rested.outcome) == ("recorded", "answered")
    assert (await stage.counts(waiting.dispute_id)).get("submissions", 0) == 0


async def test_a_loss_accepted_after_the_win_is_a_win(stage: Stage):
    waiting = await stage.play("fraud_small_3ds")
    await stage.set(waiting.dispute_id, status="won")
    rested = await stage.decide(waiting, "accept_loss")
    assert (rested.state, rested.outcome) == ("recorded", "won")
    assert (await stage.counts(waiting.dispute_id)).get("closes", 0) == 0


async def test_a_case_whose_verdict_could_not_be_carried_out_can_be_decided_again(stage: Stage):
    waiting = await stage.play("fraud_mid")
    asked = await stage.decide(waiting, "edit", letter=(Claim(text="We refunded 12.00 USD.", facts=()),))
    assert asked.version > waiting.version
    assert any("not carried out" in turn.note for turn in asked.history)
    assert (await stage.decide(asked, "approve")).state == "filed"


async def test_a_waiting_case_whose_deadline_passed_is_recorded_and_comes_back_with_more_time(stage: Stage):
    waiting = await stage.play("fraud_small_3ds")
    await stage.set(waiting.dispute_id, due_by=seconds(-HOUR))
    missed = await stage.drive(waiting.dispute_id)
    assert (missed.state, missed.outcome) == ("recorded", "past_due")
    await stage.set(waiting.dispute_id, due_by=seconds(90 * HOUR))
    assert (await stage.drive(waiting.dispute_id)).state == "waiting"


async def test_a_deadline_that_passed_while_nobody_rang_is_seen_at_the_next_ring(stage: Stage):
    waiting = await stage.play("fraud_small_3ds")
    assert waiting.case
    assert waiting.case.dispute.due_by
    later = waiting.case.dispute.due_by + timedelta(hours=1)
    missed = await stage.under(now=lambda: later).drive(waiting.dispute_id)
    assert (missed.state, missed.outcome) == ("recorded", "past_due")


async def test_a_late_answer_by_hand_is_no_missed_deadline(stage: Stage):
    missed = await stage.play("past_due")
    assert missed.outcome == "past_due"
    await stage.set(missed.dispute_id, status="under_review")
    answered = await stage.drive(missed.dispute_id)
    assert (answered.state, answered.outcome) == ("recorded", "answered")


async def test_a_lost_case_that_was_appealed_by_hand_is_lost_no_more(stage: Stage):
    filed = await stage.play("not_received_delivered")
    await stage.set(filed.dispute_id, status="lost")
    assert (await stage.drive(filed.dispute_id)).outcome == "lost"
    await stage.set(filed.dispute_id, status="appeal_under_review")
    appealed = await stage.drive(filed.dispute_id)
    assert (appealed.state, appealed.outcome) == ("recorded", "answered")
    await stage.set(filed.dispute_id, status="won")
    assert (await stage.drive(filed.dispute_id)).outcome == "won"


async def test_an_accepted_inquiry_that_escalated_and_was_answered_by_hand_is_accepted_no_more(stage: Stage):
    accepted = await stage.decide(await stage.play("klarna_inquiry"), "accept_loss")
    assert accepted.state == "accepted"
    await stage.set(accepted.dispute_id, status="under_review", submission_count=1)
    answered = await stage.drive(accepted.dispute_id)
    assert (answered.state, answered.outcome) == ("recorded", "answered")
    assert (await stage.drive(accepted.dispute_id)).version == answered.version


async def test_history_outlives_redis(stage: Stage, runtime: Runtime):
    rejected = await stage.decide(await stage.play("general_unclear"), "reject")
    async with Redis.from_url(runtime.servers.redis_url) as redis:
        await redis.flushall()
    redrafted = await stage.decide(rejected, "redraft")
    assert redrafted.state == "waiting"
    assert redrafted.history[: len(rejected.history)] == rejected.history


async def test_who_lost_the_lease_writes_no_record_and_leaves_no_run_behind(stage: Stage):
    dispute_id, _ = await stage.happen("not_received_delivered")
    blows = FailurePoint(left=0, after=True, end="halts")
    slow = stage.under(stripe=Halting(stage.deps.stripe, blows), **failing_repositories(stage.deps, blows))
    late = asyncio.create_task(slow.runs.drive(dispute_id))
    await blows.halted.wait()
    filed = await stage.drive(dispute_id)
    blows.released.set()
    with pytest.raises(LostLease):
        await late
    again = await stage.drive(dispute_id)
    assert (again.state, again.version, again.history) == ("filed", filed.version, filed.history)
    assert (await stage.counts(dispute_id))["submissions"] == 1


async def test_who_lost_the_lease_does_not_call_a_filed_case_waiting(stage: Stage):
    dispute_id, _ = await stage.happen("fraud_small_3ds")
    blows = FailurePoint(left=0, after=True, end="halts")
    slow = stage.under(stripe=Halting(stage.deps.stripe, blows), **failing_repositories(stage.deps, blows))
    late = asyncio.create_task(slow.runs.drive(dispute_id))
    await blows.halted.wait()
    filed = await stage.decide(await stage.drive(dispute_id), "approve")
    blows.released.set()
    with pytest.raises(LostLease):
        await late
    assert await stage.deps.cases.find(dispute_id) == filed
    assert (await stage.drive(dispute_id)).state == "filed"


@dataclass
class Halting:
    """Stripe, for a worker that stops for a while right after it read the dispute."""

    inner: Any
    fuse: FailurePoint

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def dispute(self, dispute_id: str, *, account: str | None = None) -> Any:
        held = await self.inner.dispute(dispute_id, account=account)
        if not self.fuse.failed:
            await self.fuse.fail()
        return held
