"""Compelling Evidence 3.0 goes in a call of its own, and whatever becomes of it the ordinary answer stands."""

from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from disputes import policy
from disputes.ce3.prefill import CE3
from disputes.errors import TryAgain
from disputes.held_evidence import ENHANCED, hash_value, write_enhanced
from disputes.repositories.cases import CaseRecord
from tests.conftest import Stage


async def held(stage: Stage, record: CaseRecord) -> dict[str, Any]:
    """What Stripe holds of earlier payments."""
    fresh = await stage.deps.stripe.dispute(record.dispute_id)
    found: dict[str, Any] = dict(cast("Any", fresh.enhanced.get(CE3)) or {})
    return found


def packet(record: CaseRecord) -> Any:
    assert record.case
    assert record.case.packet
    return record.case.packet


def note(record: CaseRecord, step: str) -> str:
    return next(turn.note for turn in reversed(record.history) if turn.step == step)


async def test_two_earlier_payments_are_filed_once_a_person_approved(stage: Stage):
    waiting = await stage.play("fraud_mid")
    assert (waiting.state, await held(stage, waiting)) == ("waiting", {})
    filed = await stage.decide(waiting, "approve")
    assert filed.state == "filed"
    rows = (await held(stage, filed))["prior_undisputed_transactions"]
    chosen = packet(waiting).enhanced[CE3]["prior_undisputed_transactions"]
    assert [row["charge"] for row in rows] == [row["charge"] for row in chosen]
    assert note(filed, "stage").endswith("Stripe says qualified.")
    assert filed.case
    assert filed.case.dispute.eligibility[CE3].status == "qualified"
    counts = await stage.counts(filed.dispute_id)
    assert (counts["stagings"], counts["submissions"]) == (2, 1)


async def test_the_one_datum_that_was_missing_is_named_where_the_reviewer_sees_it(stage: Stage):
    waiting = await stage.play("fraud_undescribed")
    assert waiting.case
    (finding,) = packet(waiting).findings
    assert (finding.datum, finding.charge) == ("product_description", waiting.case.dispute.charge)
    question: Any = await stage.graph.aget_state({"configurable": {"thread_id": waiting.dispute_id}})
    shown = question.interrupts[0].value["description"]
    assert "does not say what was bought. Describe each payment" in shown
    filed = await stage.decide(waiting, "approve")
    assert (filed.state, await held(stage, filed)) == ("filed", {})
    assert (await stage.counts(filed.dispute_id))["stagings"] == 1


async def test_a_refusal_costs_the_enhanced_call_and_nothing_else(stage: Stage):
    waiting = await stage.play("fraud_ce3_refused")
    drafted = packet(waiting)
    assert drafted.enhanced
    filed = await stage.decide(waiting, "approve")
    assert filed.state == "filed"
    assert (packet(filed).enhanced, await held(stage, filed)) == ({}, {})
    assert "not eligible for Visa Compelling Evidence 3.0" in note(filed, "stage")
    fresh = await stage.deps.stripe.dispute(filed.dispute_id)
    assert drafted.fields.items() <= fresh.evidence.items()
    assert (await stage.counts(filed.dispute_id))["submissions"] == 1


@pytest.mark.parametrize("name", ["fraud_mid", "fraud_ce3_refused"])
async def test_autopilot_files_what_it_may_and_the_rest_of_it(stage: Stage, name: str):
    filed = await stage.under(policy=policy.load("autopilot")).play(name)
    assert filed.state == "filed"
    assert bool(await held(stage, filed)) == (name == "fraud_mid")
    assert (await stage.counts(filed.dispute_id))["submissions"] == 1


async def test_what_was_filled_in_meanwhile_is_kept_by_a_verdict_that_says_so(stage: Stage):
    waiting = await stage.play("fraud_mid")
    theirs: dict[str, Any] = {"disputed_transaction": {"product_description": "Side table, as Stripe knows it"}}
    await stage.deps.stripe.enhance(await stage.deps.stripe.dispute(waiting.dispute_id), {CE3: theirs}, key="theirs")
    asked = await stage.decide(waiting, "approve")
    assert (asked.state, asked.version > waiting.version) == ("waiting", True)
    filed = await stage.decide(asked, "approve", theirs={ENHANCED: "keep"})
    found = await held(stage, filed)
    assert filed.state == "filed"
    assert found["disputed_transaction"]["product_description"] == "Side table, as Stripe knows it"
    assert not found["prior_undisputed_transactions"]


async def test_nothing_is_sent_again_where_all_of_it_stands(stage: Stage):
    waiting = await stage.play("fraud_mid")
    dispute = await stage.deps.stripe.dispute(waiting.dispute_id)
    ours = packet(waiting).enhanced
    async with stage.deps.leases.hold(waiting.dispute_id) as fence:
        assert fence
        await stage.deps.stagings.add(waiting.dispute_id, {ENHANCED: hash_value(write_enhanced(ours))}, fence=fence)
    await stage.deps.stripe.enhance(dispute, ours, key="before")
    filed = await stage.decide(waiting, "approve")
    assert (filed.state, packet(filed).enhanced) == ("filed", packet(waiting).enhanced)
    assert (await stage.counts(filed.dispute_id))["stagings"] == 2


async def test_an_eligibility_that_ended_between_the_two_calls_is_not_tried(stage: Stage):
    waiting = await stage.play("fraud_mid")
    ended = Ending(stage.deps.stripe, stage)
    filed = await stage.under(stripe=ended).decide(waiting, "approve")
    assert (filed.state, ended.enhanced) == ("filed", [])
    assert "no longer takes" in note(filed, "stage")


async def test_a_record_that_is_changed_before_it_is_sent_goes_to_a_person(stage: Stage):
    waiting = await stage.play("fraud_mid")
    meddling = Meddling(stage.deps.stripe)
    asked = await stage.under(stripe=meddling).decide(waiting, "approve")
    assert asked.state == "waiting"
    assert "enhanced_evidence" in note(asked, "submit")
    assert (await stage.counts(asked.dispute_id)).get("submissions", 0) == 0


@pytest.mark.parametrize("kind", ["timeout_after", "timeout_before", "500", "429"])
async def test_an_unknown_result_of_the_enhanced_call_loses_nothing(stage: Stage, kind: str):
    waiting = await stage.play("fraud_mid")
    failing = FailingStripe(stage.deps.stripe, stage, kind)
    with pytest.raises(TryAgain):
        await stage.under(stripe=failing).decide(waiting, "approve")
    filed = await stage.drive(waiting.dispute_id)
    assert filed.state == "filed"
    assert len((await held(stage, filed))["prior_undisputed_transactions"]) == 2
    assert (await stage.counts(filed.dispute_id))["submissions"] == 1


@dataclass
class Ending:
    """Stripe, where the eligibility ends right after the ordinary evidence was staged."""

    inner: Any
    on: Stage
    enhanced: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def stage(self, dispute: Any, packet: Any, *, key: str) -> Any:
        held = await self.inner.stage(dispute, packet, key=key)
        await self.on.set(dispute.id, enhanced_eligibility_types=[])
        return held

    async def enhance(self, dispute: Any, enhanced: Any, *, key: str) -> Any:
        self.enhanced.append(key)
        return await self.inner.enhance(dispute, enhanced, key=key)


@dataclass
class Meddling:
    """Stripe, where somebody else edits the record of earlier payments right after it was staged."""

    inner: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def enhance(self, dispute: Any, enhanced: Any, *, key: str) -> Any:
        held = await self.inner.enhance(dispute, enhanced, key=key)
        other = {CE3: {"disputed_transaction": {"product_description": "Something else"}}}
        await self.inner.enhance(dispute, other, key=f"{key}:other")
        return held


@dataclass
class FailingStripe:
    """Stripe, where the enhanced call fails, and the SDK's own retry of it: it makes none after a 429."""

    inner: Any
    on: Stage
    kind: str

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def enhance(self, dispute: Any, enhanced: Any, *, key: str) -> Any:
        await self.on.fault("POST", f"/v1/disputes/{dispute.id}", self.kind, times=1 if self.kind == "429" else 2)
        return await self.inner.enhance(dispute, enhanced, key=key)
