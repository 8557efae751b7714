"""What a person decides is carried out, once, on the case they saw."""

from typing import Any

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.types import Command
from redis.asyncio import Redis

from disputes.case import Claim
from disputes.errors import Stale
from disputes.repositories.cases import CaseRecord
from graph.wiring.runtime import Runtime
from tests.conftest import Stage


def steps(record: CaseRecord) -> list[str]:
    return [turn.step for turn in record.history]


async def test_an_approved_case_is_filed_as_drafted(stage: Stage):
    waiting = await stage.play("fraud_small_3ds")
    filed = await stage.decide(waiting, "approve", note="looks right")
    assert filed.state == "filed"
    assert steps(filed)[-4:] == ["review", "stage", "submit", "record_outcome"]
    assert "approve by ada: looks right" in [turn.note for turn in filed.history]
    assert (await stage.counts(filed.dispute_id))["submissions"] == 1


async def test_an_edited_letter_is_what_the_bank_gets(stage: Stage):
    waiting = await stage.play("fraud_mid")
    assert waiting.case
    fact = waiting.case.evidence.sole("cvc_match")
    assert fact
    claim = Claim(text="The security code was checked and agreed.", facts=(fact.id,))
    filed = await stage.decide(waiting, "edit", letter=(claim,), fields={"customer_name": "Ada Edited"})
    assert filed.state == "filed"
    held = await stage.deps.stripe.dispute(filed.dispute_id)
    assert claim.text in held.evidence["uncategorized_text"]
    assert held.evidence["customer_name"] == "Ada Edited"


async def test_an_edit_that_rests_on_nothing_is_not_carried_out(stage: Stage):
    waiting = await stage.play("fraud_mid")
    asked = await stage.decide(waiting, "edit", letter=(Claim(text="We refunded 12.00 USD.", facts=()),))
    assert asked.state == "waiting"
    assert "not carried out" in asked.history[-1].note or "cites no fact" in str(await _question(stage, asked))
    assert (await stage.counts(asked.dispute_id)).get("submissions", 0) == 0


async def test_a_rejected_case_files_nothing_until_a_person_asks_for_a_new_draft(stage: Stage):
    waiting = await stage.play("general_unclear")
    rejected = await stage.decide(waiting, "reject", note="not worth it")
    assert rejected.state == "rejected"
    again = await stage.drive(rejected.dispute_id)
    assert again.state == "rejected"
    redrafted = await stage.decide(again, "redraft", note="new evidence")
    assert redrafted.state == "waiting"
    assert (await stage.counts(rejected.dispute_id)).get("submissions", 0) == 0


async def test_an_accepted_loss_is_closed_once(stage: Stage):
    waiting = await stage.play("fraud_small_3ds")
    accepted = await stage.decide(waiting, "accept_loss")
    assert (accepted.state, accepted.case and accepted.case.dispute.status) == ("accepted", "lost")
    await stage.drive(accepted.dispute_id)
    counts = await stage.counts(accepted.dispute_id)
    assert (counts["closes"], counts.get("submissions", 0)) == (1, 0)


async def test_an_inquiry_is_never_closed_since_closing_resolves_nothing(stage: Stage):
    waiting = await stage.play("klarna_inquiry")
    accepted = await stage.decide(waiting, "accept_loss")
    assert accepted.state == "accepted"
    assert "refund it in full" in accepted.history[-2].note
    assert (await stage.counts(accepted.dispute_id)).get("closes", 0) == 0


async def test_a_compliance_case_is_filed_only_when_the_verdict_pays_the_fee(stage: Stage):
    waiting = await stage.play("compliance_visa")
    unpaid = await stage.decide(waiting, "approve")
    assert unpaid.state == "waiting"
    fresh = await stage.deps.cases.find(waiting.dispute_id)
    assert fresh
    await _answer(stage, fresh, [{"type": "edit", "args": {"action": "x", "args": {"fee_acknowledged": "true"}}}])
    filed = await stage.deps.cases.find(waiting.dispute_id)
    assert filed
    assert filed.state == "filed"
    assert (await stage.counts(filed.dispute_id))["submissions"] == 1


async def test_two_verdicts_on_one_version_are_one(stage: Stage):
    waiting = await stage.play("fraud_small_3ds")
    await stage.decide(waiting, "approve")
    with pytest.raises(Stale):
        await stage.decide(waiting, "accept_loss")
    counts = await stage.counts(waiting.dispute_id)
    assert (counts["submissions"], counts.get("closes", 0)) == (1, 0)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ([{"type": "accept", "args": None}], "filed"),
        ([{"type": "response", "args": "look at the address again"}], "waiting"),
        ([{"type": "ignore", "args": None}], "rejected"),
        ([{"type": "edit", "args": {"action": "x", "args": {"decision": "accept_loss", "note": "tiny"}}}], "accepted"),
    ],
)
async def test_an_agent_inbox_answer_resumes_a_run_like_a_verdict(stage: Stage, answer: Any, state: str):
    waiting = await stage.play("fraud_small_3ds")
    await _answer(stage, waiting, answer)
    rested = await stage.deps.cases.find(waiting.dispute_id)
    assert rested
    assert rested.state == state


async def test_the_question_is_a_valid_agent_inbox_request(stage: Stage):
    waiting = await stage.play("refunded_already")
    question = await _question(stage, waiting)
    assert set(question) == {"action_request", "config", "description"}
    assert set(question["action_request"]) == {"action", "args"}
    assert question["config"] == dict.fromkeys(("allow_ignore", "allow_respond", "allow_edit", "allow_accept"), True)
    assert "Against us" in question["description"]


async def test_a_waiting_case_follows_stripe_when_somebody_else_answers(stage: Stage):
    waiting = await stage.play("fraud_small_3ds")
    await stage.deps.stripe.submit(await stage.deps.stripe.dispute(waiting.dispute_id), key="by-hand")
    followed = await stage.drive(waiting.dispute_id)
    assert (followed.state, followed.outcome) == ("recorded", "answered")
    assert (await stage.counts(waiting.dispute_id))["submissions"] == 1


async def test_a_second_ring_leaves_a_waiting_case_as_it_is(stage: Stage):
    waiting = await stage.play("fraud_small_3ds")
    again = await stage.drive(waiting.dispute_id)
    assert again.version == waiting.version
    assert again.history == waiting.history


async def test_a_wiped_redis_is_rebuilt_with_the_case_the_reviewer_saw(stage: Stage, runtime: Runtime):
    waiting = await stage.play("fraud_mid")
    async with Redis.from_url(runtime.servers.redis_url) as redis:
        await redis.flushall()
    filed = await stage.decide(waiting, "approve")
    assert filed.state == "filed"
    assert filed.case
    assert waiting.case
    assert filed.case.rebuttal == waiting.case.rebuttal
    assert steps(filed)[: len(waiting.history)] == steps(waiting)
    assert (await stage.counts(filed.dispute_id))["submissions"] == 1


async def _question(stage: Stage, record: CaseRecord) -> dict[str, Any]:
    snapshot = await stage.graph.aget_state({"configurable": {"thread_id": record.dispute_id}})
    value: dict[str, Any] = snapshot.interrupts[0].value
    return value


async def _answer(stage: Stage, record: CaseRecord, answer: Any) -> None:
    signed_in = {"identity": "ada", "role": "reviewer"}
    config: RunnableConfig = {"configurable": {"thread_id": record.dispute_id, "langgraph_auth_user": signed_in}}
    await stage.graph.ainvoke(Command(resume=answer), config, durability="sync")
