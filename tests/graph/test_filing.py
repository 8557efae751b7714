"""Filed once, whatever breaks: the row is written first, and a fresh read decides what an unknown result was."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from disputes.errors import LostLease, TryAgain
from disputes.repositories.filings import Filing
from graph.permission.guard import Lease, LeaseHeld
from tests.conftest import Stage

UNKNOWN = ["timeout_after", "timeout_before", "500", "reset", "429"]


@pytest.mark.parametrize("kind", UNKNOWN)
async def test_an_unknown_result_of_the_submission_is_never_sent_twice(stage: Stage, kind: str):
    dispute_id, _ = await stage.happen("not_received_delivered")
    await _fault_the_submission(stage, dispute_id, kind)
    record = await _drive_to_rest(stage, dispute_id)
    assert record.state == "filed"
    assert (await stage.counts(dispute_id))["submissions"] == 1


@pytest.mark.parametrize("kind", ["timeout_after", "500"])
async def test_a_lost_close_is_not_closed_twice(stage: Stage, kind: str):
    waiting = await stage.play("fraud_small_3ds")
    await stage.fault("POST", f"/v1/disputes/{waiting.dispute_id}/close", kind, times=2)
    with pytest.raises(TryAgain):
        await stage.decide(waiting, "accept_loss")
    record = await _drive_to_rest(stage, waiting.dispute_id)
    assert (record.state, (await stage.counts(waiting.dispute_id))["closes"]) == ("accepted", 1)


async def test_a_packet_stripe_refuses_goes_to_a_person(stage: Stage):
    dispute_id, _ = await stage.happen("not_received_delivered")
    refusing = stage.under(stripe=Tampering(stage.deps.stripe, stage_as="changed by somebody"))
    record = await refusing.drive(dispute_id)
    assert record.state == "waiting"
    assert record.case
    assert record.case.route
    assert "Stripe holds something else" in record.case.route.reasons[0]
    assert (await stage.counts(dispute_id)).get("submissions", 0) == 0


async def test_our_record_of_a_filing_stands_even_when_stripe_shows_none(stage: Stage):
    dispute_id, _ = await stage.happen("not_received_delivered")
    done = Filing(dispute_id=dispute_id, stage="chargeback", action="submit", key="k", before=0, state="done")
    await stage.deps.filings.finish(done)
    await stage.deps.filings.finish(done)
    record = await stage.drive(dispute_id)
    assert record.state == "waiting"
    assert (await stage.counts(dispute_id)).get("submissions", 0) == 0


async def test_a_worker_that_lost_its_lease_cannot_file(stage: Stage):
    dispute_id, _ = await stage.happen("not_received_delivered")
    async with stage.deps.leases.hold(dispute_id) as old:
        pass
    async with stage.deps.leases.hold(dispute_id) as new:
        assert old is not None
        assert new is not None
        stale: Any = {"configurable": {"thread_id": dispute_id, "lease": Lease(dispute_id, old)}}
        with pytest.raises(LostLease):
            await stage.graph.ainvoke({"dispute_id": dispute_id}, stale, durability="sync")
    assert (await stage.counts(dispute_id)).get("submissions", 0) == 0
    assert (await stage.drive(dispute_id)).state == "filed"


async def test_one_worker_at_a_time_has_a_dispute(stage: Stage):
    dispute_id, _ = await stage.happen("not_received_delivered")
    ends = await asyncio.gather(*(stage.runs.drive(dispute_id) for _ in range(5)), return_exceptions=True)
    assert {type(end) for end in ends} == {type(None), LeaseHeld}
    await stage.drive(dispute_id)
    assert (await stage.counts(dispute_id))["submissions"] == 1


async def test_an_answered_inquiry_that_escalates_is_answered_again(stage: Stage):
    inquiry = await stage.play("inquiry_delivered")
    assert inquiry.case
    assert inquiry.case.dispute.status == "warning_under_review"
    await stage.set(inquiry.dispute_id, status="needs_response")
    chargeback = await stage.drive(inquiry.dispute_id)
    assert chargeback.state == "filed"
    assert {f.stage for f in await stage.deps.filings.of(inquiry.dispute_id)} == {"inquiry", "chargeback"}
    assert (await stage.counts(inquiry.dispute_id))["submissions"] == 2


@pytest.mark.parametrize("status", ["won", "lost"])
async def test_a_decision_settles_a_filed_case_without_a_run(stage: Stage, status: str):
    filed = await stage.play("not_received_delivered")
    await stage.set(filed.dispute_id, status=status)
    closed = await stage.drive(filed.dispute_id)
    assert (closed.state, closed.outcome, closed.history[-1].step) == ("closed", status, "settle")
    again = await stage.drive(filed.dispute_id)
    assert again.version == closed.version


@dataclass
class Tampering:
    """Stripe, where somebody else edits what is staged."""

    inner: Any
    stage_as: str
    seen: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def stage(self, dispute: Any, packet: Any, *, key: str) -> Any:
        held = await self.inner.stage(dispute, packet, key=key)
        self.seen.append(key)
        return held.model_copy(update={"evidence": {**held.evidence, "uncategorized_text": self.stage_as}})


async def _fault_the_submission(stage: Stage, dispute_id: str, kind: str) -> None:
    """The first POST stages and goes through; the submission and the SDK's own retry of it fail."""
    staged = Staging(stage.deps.stripe, lambda: stage.fault("POST", f"/v1/disputes/{dispute_id}", kind, times=2))
    with pytest.raises(TryAgain):
        await stage.under(stripe=staged).runs.drive(dispute_id)


@dataclass
class Staging:
    """Stripe, where something goes wrong right after staging."""

    inner: Any
    then: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def stage(self, dispute: Any, packet: Any, *, key: str) -> Any:
        held = await self.inner.stage(dispute, packet, key=key)
        await self.then()
        return held


async def _drive_to_rest(stage: Stage, dispute_id: str) -> Any:
    for _ in range(5):
        try:
            return await stage.drive(dispute_id)
        except TryAgain:
            continue
    return await stage.drive(dispute_id)
