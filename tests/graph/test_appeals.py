"""A decision that can be appealed waits for a person, whose verdict alone sends `evidence.appeal`."""

from typing import Any

import pytest

from disputes import policy
from disputes.case import Claim
from disputes.packet import LETTER
from disputes.repositories.cases import CaseRecord
from tests.conftest import Stage


def packet(record: CaseRecord) -> Any:
    assert record.case
    assert record.case.packet
    return record.case.packet


@pytest.mark.parametrize("name", ["default", "autopilot"])
async def test_no_policy_appeals_by_itself(stage: Stage, name: str):
    waiting = await stage.under(policy=policy.load(name)).play("appeal_open")
    assert waiting.state == "waiting"
    assert list(packet(waiting).fields) == [LETTER]
    assert packet(waiting).files
    counts = await stage.counts(waiting.dispute_id)
    assert (counts.get("stagings", 0), counts.get("submissions", 0)) == (0, 0)


async def test_an_approved_appeal_is_sent_once_with_its_files(stage: Stage):
    waiting = await stage.play("appeal_open")
    before = (await stage.deps.stripe.dispute(waiting.dispute_id)).evidence
    filed = await stage.decide(waiting, "approve")
    fresh = await stage.deps.stripe.dispute(filed.dispute_id)
    assert (filed.state, fresh.status) == ("filed", "appeal_under_review")
    assert fresh.appeal.reason == packet(waiting).fields[LETTER]
    assert list(fresh.appeal.files) == [file.file for file in packet(filed).files]
    assert fresh.evidence == before
    await stage.drive(filed.dispute_id)
    counts = await stage.counts(filed.dispute_id)
    assert (counts["stagings"], counts["submissions"]) == (1, 1)
    assert [(f.stage, f.state) for f in await stage.deps.filings.of(filed.dispute_id)] == [("appeal", "done")]


async def test_an_edited_appeal_is_what_the_bank_gets(stage: Stage):
    waiting = await stage.play("appeal_open")
    assert waiting.case
    fact = waiting.case.evidence.sole("delivery_signature")
    assert fact
    claim = Claim(text="The decision overlooks that the parcel was signed for.", facts=(fact.id,))
    filed = await stage.decide(waiting, "edit", letter=(claim,))
    assert filed.state == "filed"
    assert claim.text in (await stage.deps.stripe.dispute(filed.dispute_id)).appeal.reason


async def test_a_rejected_appeal_lets_the_decision_stand(stage: Stage):
    rejected = await stage.decide(await stage.play("appeal_open"), "reject")
    counts = await stage.counts(rejected.dispute_id)
    assert (rejected.state, counts.get("submissions", 0), counts.get("closes", 0)) == ("rejected", 0, 0)


async def test_a_loss_that_can_be_appealed_opens_the_case_again_and_is_won(stage: Stage):
    filed = await stage.play("not_received_delivered")
    await stage.set(filed.dispute_id, status="lost")
    assert (await stage.drive(filed.dispute_id)).outcome == "lost"
    await stage.set(filed.dispute_id, status="appeal_needs_response", due_by=1_700_000_000)
    waiting = await stage.drive(filed.dispute_id)
    assert waiting.state == "waiting"
    appealed = await stage.decide(waiting, "approve")
    assert appealed.state == "filed"
    assert {f.stage for f in await stage.deps.filings.of(filed.dispute_id)} == {"chargeback", "appeal"}
    await stage.set(filed.dispute_id, status="won")
    won = await stage.drive(filed.dispute_id)
    assert (won.state, won.outcome) == ("closed", "won")


async def test_a_compliance_case_says_nothing_of_the_fee_before_a_verdict_does(stage: Stage):
    waiting = await stage.under(policy=policy.load("autopilot")).play("compliance_visa")
    assert packet(waiting).fee_acknowledged is False
    unpaid = await stage.decide(waiting, "approve")
    held = await stage.deps.stripe.dispute(waiting.dispute_id)
    assert (unpaid.state, held.enhanced) == ("waiting", {})
    assert held.eligibility["visa_compliance"].status == "requires_fee_acknowledgement"
    paid = await stage.decide(unpaid, "approve", fee_acknowledged=True)
    assert paid.state == "filed"
    after = await stage.deps.stripe.dispute(waiting.dispute_id)
    assert after.enhanced == {"visa_compliance": {"fee_acknowledged": True}}
