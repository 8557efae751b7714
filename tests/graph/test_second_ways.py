"""Beside a letter: how a dispute is answered, an acknowledged fee, earlier payments, appeals, and earlier stages."""

import json
from typing import Any

import pytest

from disputes import policy
from disputes.ce3.prefill import CE3
from disputes.packet import LETTER
from disputes.repositories.cases import CaseRecord
from tests.conftest import Stage
from tests.graph import dashboard as at

METHOD, ENHANCED = "intended_submission_method", "enhanced_evidence"
BY_STRIPE = ["smart_disputes", "prefer_smart_disputes"]


@pytest.mark.parametrize("rules", ["default", "autopilot"])
async def test_who_chose_smart_disputes_is_asked_before_it_is_filed(stage: Stage, rules: str):
    dispute_id, _ = await stage.happen("not_received_delivered")
    method = "smart_disputes"
    await stage.set(dispute_id, intended_submission_method=method)
    waiting = await stage.under(policy=policy.load(rules)).drive(dispute_id)
    assert (waiting.state, at.theirs(waiting)) == ("waiting", {METHOD: method})
    assert await at.calls(stage, waiting) == (0, 0)
    assert (await at.post_verdict(stage, waiting, decision="approve")).status_code == 422
    filed = await stage.decide(waiting, "approve", theirs={METHOD: "replace"})
    assert filed.state == "filed"
    assert (await at.read(stage, dispute_id))[METHOD] == "manual"


@pytest.mark.parametrize("method", BY_STRIPE)
async def test_smart_disputes_chosen_while_a_case_waits_makes_it_outdated(stage: Stage, method: str):
    dispute_id, _ = await stage.happen("fraud_small_3ds")
    await stage.set(dispute_id, intended_submission_method="manual")
    waiting = await stage.drive(dispute_id)
    assert at.theirs(waiting) == {}
    await at.choose(stage, dispute_id, method)
    again = await stage.drive(dispute_id)
    assert (again.version > waiting.version, at.theirs(again)) == (True, {METHOD: method})


@pytest.mark.parametrize("method", ["manual", "prefer_manual"])
async def test_an_answer_by_hand_is_nobodys_choice(stage: Stage, method: str):
    dispute_id, _ = await stage.happen("not_received_delivered")
    await stage.set(dispute_id, intended_submission_method=method)
    assert (await stage.drive(dispute_id)).state == "filed"


async def test_a_fee_that_somebody_acknowledged_is_theirs(stage: Stage):
    dispute_id, _ = await stage.happen("compliance_visa")
    await at.write(stage, dispute_id, **{"enhanced_evidence[visa_compliance][fee_acknowledged]": "true"})
    waiting = await stage.under(policy=policy.load("autopilot")).drive(dispute_id)
    assert (waiting.state, list(at.theirs(waiting))) == ("waiting", [ENHANCED])
    assert json.loads(at.theirs(waiting)[ENHANCED]) == {"visa_compliance": {"fee_acknowledged": True}}
    answer = await at.post_verdict(stage, waiting, decision="approve", fee_acknowledged=True)
    assert (answer.status_code, ENHANCED in answer.text) == (422, True)
    filed = await stage.decide(waiting, "approve", fee_acknowledged=True, theirs={ENHANCED: "keep"})
    assert (filed.state, await at.calls(stage, filed)) == ("filed", (1, 0))


async def test_a_fee_acknowledged_while_the_case_waits_makes_it_outdated(stage: Stage):
    waiting = await stage.play("compliance_visa")
    name = "enhanced_evidence[visa_compliance][fee_acknowledged]"
    await at.write(stage, waiting.dispute_id, **{name: "true"})
    again = await stage.drive(waiting.dispute_id)
    assert (again.version > waiting.version, list(at.theirs(again))) == (True, [ENHANCED])


def by_hand(words: str) -> dict[str, str]:
    return {f"enhanced_evidence[{CE3}][disputed_transaction][product_description]": words}


async def changed_by_hand(stage: Stage) -> tuple[CaseRecord, CaseRecord]:
    """A waiting case whose earlier payments Stripe filled in before it came and somebody changed since; and before."""
    dispute_id, _ = await stage.happen("fraud_mid")
    await at.write(stage, dispute_id, **by_hand("A table, as Stripe knows it"))
    before = await stage.drive(dispute_id)
    assert at.theirs(before) == {}
    await at.write(stage, dispute_id, **by_hand("A table, by hand"))
    return before, await stage.drive(dispute_id)


async def test_earlier_payments_changed_while_the_case_waits_are_theirs(stage: Stage):
    waiting, again = await changed_by_hand(stage)
    assert (again.version > waiting.version, list(at.theirs(again))) == (True, [ENHANCED])
    assert "A table, by hand" in at.theirs(again)[ENHANCED]
    filed = await stage.decide(again, "approve", theirs={ENHANCED: "keep"})
    held: Any = (await at.evidence(stage, filed.dispute_id))[ENHANCED]
    assert filed.state == "filed"
    assert held[CE3]["disputed_transaction"]["product_description"] == "A table, by hand"
    assert not held[CE3]["prior_undisputed_transactions"]


async def test_earlier_payments_of_theirs_give_way_to_ours(stage: Stage):
    _, again = await changed_by_hand(stage)
    filed = await stage.decide(again, "approve", theirs={ENHANCED: "replace"})
    held: Any = (await at.evidence(stage, filed.dispute_id))[ENHANCED]
    assert filed.state == "filed"
    assert held[CE3]["disputed_transaction"]["product_description"] != "A table, by hand"
    assert len(held[CE3]["prior_undisputed_transactions"]) == 2


async def test_a_fee_of_theirs_is_taken_back_where_it_is_replaced_and_not_paid(stage: Stage):
    dispute_id, _ = await stage.happen("compliance_visa")
    await at.write(stage, dispute_id, **{"enhanced_evidence[visa_compliance][fee_acknowledged]": "true"})
    waiting = await stage.drive(dispute_id)
    asked = await stage.decide(waiting, "approve", theirs={ENHANCED: "replace"})
    assert (asked.state, await at.calls(stage, asked)) == ("waiting", (0, 0))


APPEAL = "appeal[card][reason_for_filing]"


async def test_an_appeal_that_somebody_wrote_is_theirs(stage: Stage):
    dispute_id, _ = await stage.happen("appeal_open")
    await at.write(stage, dispute_id, **{APPEAL: "The bank did not read our letter."})
    waiting = await stage.drive(dispute_id)
    assert (waiting.state, list(at.theirs(waiting))) == ("waiting", ["appeal"])
    assert "The bank did not read our letter." in at.theirs(waiting)["appeal"]
    assert (await at.post_verdict(stage, waiting, decision="approve")).status_code == 422
    filed = await stage.decide(waiting, "approve", theirs={"appeal": "keep"})
    held = await at.evidence(stage, dispute_id)
    assert (filed.state, held["appeal"]["card"]["reason_for_filing"]) == ("filed", "The bank did not read our letter.")
    assert not held["appeal"]["card"]["supporting_files"]


async def test_an_appeal_of_theirs_gives_way_to_ours(stage: Stage):
    dispute_id, _ = await stage.happen("appeal_open")
    await at.write(stage, dispute_id, **{APPEAL: "The bank did not read our letter."})
    waiting = await stage.drive(dispute_id)
    assert waiting.case
    assert waiting.case.packet
    filed = await stage.decide(waiting, "approve", theirs={"appeal": "replace"})
    held = await at.evidence(stage, dispute_id)
    assert filed.state == "filed"
    assert held["appeal"]["card"]["reason_for_filing"] == waiting.case.packet.fields[LETTER]


async def test_an_appeal_written_while_ours_waits_makes_it_outdated(stage: Stage):
    waiting = await stage.play("appeal_open")
    await at.write(stage, waiting.dispute_id, **{APPEAL: "By hand."})
    again = await stage.drive(waiting.dispute_id)
    assert (again.version > waiting.version, list(at.theirs(again))) == (True, ["appeal"])


async def test_what_was_answered_by_hand_as_an_inquiry_is_theirs_once_it_escalates(stage: Stage):
    dispute_id, _ = await stage.happen("inquiry_delivered")
    await at.answer(stage, dispute_id, uncategorized_text="It came on a Tuesday.")
    assert (await stage.drive(dispute_id)).outcome == "answered"
    await stage.set(dispute_id, status="needs_response")
    waiting: CaseRecord = await stage.drive(dispute_id)
    assert (waiting.state, at.theirs(waiting)) == ("waiting", {LETTER: "It came on a Tuesday."})
    filed = await stage.decide(waiting, "approve", theirs={LETTER: "replace"})
    assert filed.state == "filed"


async def test_what_rebut_answered_as_an_inquiry_is_ours_once_it_escalates(stage: Stage):
    inquiry = await stage.play("inquiry_delivered")
    await stage.set(inquiry.dispute_id, status="needs_response")
    filed = await stage.drive(inquiry.dispute_id)
    assert (filed.state, at.theirs(filed)) == ("filed", {})
