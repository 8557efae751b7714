"""What updates, submissions, closes and refunds do to a dispute."""

from typing import Any

import pytest
import stripe

from tests.simulator.harness import SDK_WARNING, a_charge, a_dispute, an_inquiry, simulated

pytestmark = SDK_WARNING


async def test_staging_keeps_the_evidence_and_sends_nothing():
    async with simulated(a_dispute()) as simulator:
        client = simulator.sdk()
        staged = await client.v1.disputes.update_async("du_1", {"evidence": {"customer_name": "Ada"}, "submit": False})
        assert (staged.status, staged.evidence.customer_name) == ("needs_response", "Ada")
        assert staged.evidence_details.has_evidence
        assert staged.evidence_details.submission_count == 0
        assert (await simulator.counts("du_1"))["submissions"] == 0
        assert (await simulator.counts("du_1"))["stagings"] == 1


async def test_evidence_without_submit_is_sent_at_once():
    async with simulated(a_dispute()) as simulator:
        sent = await simulator.sdk().v1.disputes.update_async("du_1", {"evidence": {"customer_name": "Ada"}})
        assert sent.status == "under_review"
        assert sent.evidence_details.submission_count == 1
        assert sent.evidence_details.submission_method == "manual"
        assert (await simulator.counts("du_1"))["submissions"] == 1


async def test_staged_evidence_goes_out_with_a_bare_submit():
    async with simulated(a_dispute()) as simulator:
        client = simulator.sdk()
        await client.v1.disputes.update_async("du_1", {"evidence": {"customer_name": "Ada"}, "submit": False})
        sent = await client.v1.disputes.update_async("du_1", {"submit": True})
        assert (sent.status, sent.evidence.customer_name) == ("under_review", "Ada")


async def test_submitting_without_any_evidence_is_refused():
    async with simulated(a_dispute()) as simulator:
        with pytest.raises(stripe.InvalidRequestError, match="no evidence to submit"):
            await simulator.sdk().v1.disputes.update_async("du_1", {"submit": True})


async def test_updates_merge_and_an_empty_string_clears():
    async with simulated(a_dispute(evidence={"customer_name": "Ada", "receipt": None})) as simulator:
        client = simulator.sdk()
        await client.v1.disputes.update_async("du_1", {"evidence": {"service_date": "May"}, "submit": False})
        changed = await client.v1.disputes.update_async("du_1", {"evidence": {"service_date": ""}, "submit": False})
        assert changed.evidence.customer_name == "Ada"
        assert changed.evidence.service_date is None


async def test_one_bad_key_discards_the_whole_call():
    async with simulated(a_dispute()) as simulator:
        client = simulator.sdk()
        evidence: Any = {"customer_name": "Ada", "customer_shoe_size": "41"}
        with pytest.raises(stripe.InvalidRequestError) as refused:
            await client.v1.disputes.update_async("du_1", {"evidence": evidence})
        assert refused.value.code == "parameter_unknown"
        assert refused.value.param == "evidence[customer_shoe_size]"
        retrieved = await client.v1.disputes.retrieve_async("du_1")
        assert (retrieved.evidence.customer_name, retrieved.status) == (None, "needs_response")


async def test_metadata_alone_is_never_sent_to_the_bank():
    async with simulated(a_dispute(metadata={"old": "1"})) as simulator:
        changed = await simulator.sdk().v1.disputes.update_async("du_1", {"metadata": {"case": "7", "old": ""}})
        assert (changed.status, changed.metadata.to_dict()) == ("needs_response", {"case": "7"})


async def test_a_second_answer_under_review_is_refused():
    async with simulated(a_dispute()) as simulator:
        client = simulator.sdk()
        await client.v1.disputes.update_async("du_1", {"evidence": {"customer_name": "Ada"}})
        with pytest.raises(stripe.InvalidRequestError, match="already been submitted"):
            await client.v1.disputes.update_async("du_1", {"evidence": {"customer_name": "Bob"}})
        assert (await simulator.counts("du_1"))["submissions"] == 1


@pytest.mark.parametrize("status", ["won", "lost", "warning_closed", "prevented"])
async def test_a_closed_dispute_takes_nothing(status):
    async with simulated(a_dispute(status=status)) as simulator:
        client = simulator.sdk()
        with pytest.raises(stripe.InvalidRequestError, match="This dispute is already closed") as refused:
            await client.v1.disputes.update_async("du_1", {"submit": True})
        assert (refused.value.code, refused.value.param) == (None, None)
        with pytest.raises(stripe.InvalidRequestError, match="This dispute is already closed"):
            await client.v1.disputes.close_async("du_1")


async def test_a_late_submission_is_marked_past_due():
    async with simulated(a_dispute(evidence_details={"due_by": 1_600_000_000})) as simulator:
        sent = await simulator.sdk().v1.disputes.update_async("du_1", {"evidence": {"customer_name": "Ada"}})
        assert sent.status == "under_review"
        assert sent.evidence_details.past_due


async def test_closing_loses_at_once():
    async with simulated(a_dispute()) as simulator:
        closed = await simulator.sdk().v1.disputes.close_async("du_1")
        assert closed.status == "lost"
        assert (await simulator.counts("du_1"))["closes"] == 1
        assert (await simulator.event_types())[-1] == "charge.dispute.closed"


async def test_closing_an_inquiry_or_a_dispute_under_review_is_refused():
    async with simulated(an_inquiry(), a_dispute(id="du_2", status="under_review")) as simulator:
        for dispute in ("du_1", "du_2"):
            with pytest.raises(stripe.InvalidRequestError, match="cannot be closed"):
                await simulator.sdk().v1.disputes.close_async(dispute)


async def test_winning_evidence_brings_the_money_back_and_then_closes():
    async with simulated(a_dispute()) as simulator:
        client = simulator.sdk()
        await client.v1.disputes.update_async("du_1", {"evidence": {"uncategorized_text": "winning_evidence"}})
        won = await simulator.until("du_1", "won")
        assert [(txn.amount, txn.reporting_category) for txn in won.balance_transactions] == [
            (4_200, "dispute_reversal")
        ]
        assert won.is_charge_refundable
        assert (await simulator.event_types())[-2:] == ["charge.dispute.funds_reinstated", "charge.dispute.closed"]
        assert (await simulator.counts("du_1"))["statuses"] == ["needs_response", "under_review", "won"]


async def test_losing_evidence_loses():
    async with simulated(a_dispute()) as simulator:
        await simulator.sdk().v1.disputes.update_async("du_1", {"evidence": {"uncategorized_text": "losing_evidence"}})
        await simulator.until("du_1", "lost")
        assert (await simulator.event_types())[-1] == "charge.dispute.closed"


async def test_an_escalated_inquiry_is_a_chargeback_of_the_same_id_and_can_be_answered_again():
    async with simulated(an_inquiry(evidence_details={"due_by": 1_600_000_000})) as simulator:
        client = simulator.sdk()
        words: Any = {"uncategorized_text": "escalate_inquiry_evidence"}
        answered = await client.v1.disputes.update_async("du_1", {"evidence": words})
        assert answered.status == "warning_under_review"
        chargeback = await simulator.until("du_1", "needs_response")
        assert chargeback.payment_method_details is not None
        assert chargeback.payment_method_details.to_dict()["card"]["case_type"] == "chargeback"
        assert [(txn.amount, txn.fee, txn.net) for txn in chargeback.balance_transactions] == [(-4_200, 1_500, -5_700)]
        assert (chargeback.evidence_details.due_by or 0) % 86_400 == 86_399
        assert (await simulator.event_types())[-2:] == ["charge.dispute.updated", "charge.dispute.funds_withdrawn"]
        again = await client.v1.disputes.update_async("du_1", {"evidence": {"uncategorized_text": "more"}})
        assert again.status == "under_review"
        assert (await simulator.counts("du_1"))["submissions"] == 2


async def test_ordinary_evidence_stays_under_review():
    async with simulated(a_dispute()) as simulator:
        text = "This is winning_evidence in a sentence"
        await simulator.sdk().v1.disputes.update_async("du_1", {"evidence": {"uncategorized_text": text}})
        await simulator.add_objects(a_dispute(id="du_2"))
        await simulator.sdk().v1.disputes.update_async("du_2", {"evidence": {"uncategorized_text": "losing_evidence"}})
        await simulator.until("du_2", "lost")
        assert (await simulator.sdk().v1.disputes.retrieve_async("du_1")).status == "under_review"


async def test_only_an_appeal_can_be_filed_against_a_decision():
    async with simulated(a_dispute(status="appeal_needs_response"), a_dispute(id="du_2")) as simulator:
        client = simulator.sdk()
        appeal: Any = {"appeal": {"card": {"reason_for_filing": "The decision overlooks the signature."}}}
        with pytest.raises(stripe.InvalidRequestError, match="Only evidence"):
            await client.v1.disputes.update_async("du_1", {"evidence": {"customer_name": "Ada"}})
        with pytest.raises(stripe.InvalidRequestError, match="no decision that can be appealed"):
            await client.v1.disputes.update_async("du_2", {"evidence": appeal})
        filed = await client.v1.disputes.update_async("du_1", {"evidence": appeal})
        assert filed.status == "appeal_under_review"
        assert filed.evidence_details.submission_method == "not_submitted"


async def test_the_submission_method_can_be_chosen_only_with_smart_disputes():
    smart = a_dispute(id="du_2", intended_submission_method="prefer_manual")
    async with simulated(a_dispute(), smart) as simulator:
        client = simulator.sdk()
        with pytest.raises(stripe.InvalidRequestError, match="not available to this account"):
            await client.v1.disputes.update_async("du_1", {"intended_submission_method": "manual"})
        chosen = await client.v1.disputes.update_async("du_2", {"intended_submission_method": "smart_disputes"})
        assert chosen.intended_submission_method == "smart_disputes"
        with pytest.raises(stripe.InvalidRequestError) as refused:
            await client.v1.disputes.update_async("du_2", {"evidence": {"customer_name": "Ada"}, "submit": True})
        assert refused.value.code == "smart_disputes_not_available"
        assert (await client.v1.disputes.retrieve_async("du_2")).evidence.customer_name is None


async def test_money_may_come_back_while_a_dispute_is_lost():
    async with simulated(a_charge(), a_dispute()) as simulator:
        await simulator.sdk().v1.disputes.close_async("du_1")
        await simulator.post("/disputes/du_1/set", {"reinstated": 3_000})
        lost = await simulator.sdk().v1.disputes.retrieve_async("du_1")
        rows = [(row.amount, row.reporting_category) for row in lost.balance_transactions]
        assert (lost.status, rows[-1]) == ("lost", (3_000, "dispute_reversal"))
        assert (await simulator.event_types())[-1] == "charge.dispute.funds_reinstated"


async def test_a_late_win_returns_what_is_left():
    async with simulated(a_charge(), an_inquiry()) as simulator:
        await simulator.post("/disputes/du_1/set", {"status": "needs_response"})
        await simulator.post("/disputes/du_1/set", {"status": "lost"})
        await simulator.post("/disputes/du_1/set", {"reinstated": 1_200, "status": "won"})
        won = await simulator.sdk().v1.disputes.retrieve_async("du_1")
        assert won.status == "won"
        assert sum(row.amount for row in won.balance_transactions) == 0


async def test_a_refund_made_just_before_an_escalation_fails_and_an_older_one_stands():
    older = {"id": "re_old", "object": "refund", "amount": 100, "charge": "ch_1", "created": 1, "status": "succeeded"}
    async with simulated(a_charge(amount_refunded=100), an_inquiry(), older) as simulator:
        client = simulator.sdk()
        refund = await client.v1.refunds.create_async({"charge": "ch_1", "amount": 200})
        await simulator.post("/disputes/du_1/set", {"status": "needs_response"})
        failed = await client.v1.refunds.retrieve_async(refund.id)
        assert (failed.status, failed.failure_reason) == ("failed", "charge_for_pending_refund_disputed")
        assert (await client.v1.refunds.retrieve_async("re_old")).status == "succeeded"
        assert (await client.v1.charges.retrieve_async("ch_1")).amount_refunded == 100
        assert "refund.failed" in await simulator.event_types()


async def test_a_charged_back_payment_cannot_be_refunded():
    async with simulated(a_charge(), a_dispute()) as simulator:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            await simulator.sdk().v1.refunds.create_async({"charge": "ch_1"})
        assert refused.value.code == "charge_disputed"


async def test_only_a_full_refund_resolves_an_inquiry():
    async with simulated(a_charge(), an_inquiry()) as simulator:
        client = simulator.sdk()
        await client.v1.refunds.create_async({"charge": "ch_1", "amount": 200})
        assert (await client.v1.disputes.retrieve_async("du_1")).status == "warning_needs_response"
        rest = await client.v1.refunds.create_async({"charge": "ch_1"})
        assert rest.amount == 4_000
        assert (await client.v1.disputes.retrieve_async("du_1")).status == "warning_closed"
        charge = await client.v1.charges.retrieve_async("ch_1", {"expand": ["refunds"]})
        assert (charge.refunded, charge.refunds and len(charge.refunds.data)) == (True, 2)
        with pytest.raises(stripe.InvalidRequestError) as refused:
            await client.v1.refunds.create_async({"charge": "ch_1"})
        assert refused.value.code == "charge_already_refunded"
