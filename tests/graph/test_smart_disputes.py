"""Leaving the answer to Stripe's Smart Disputes: by a person alone, once, and followed to its end."""

from tests.conftest import Stage


async def test_a_person_leaves_the_answer_to_stripe_which_is_told_so_once(stage: Stage):
    waiting = await offered(stage)
    left = await stage.decide(waiting, "smart_disputes", note="too small for us")
    assert (left.state, left.outcome) == ("recorded", "smart_disputes")
    fresh = await stage.deps.stripe.dispute(left.dispute_id)
    assert (fresh.is_open, fresh.submission_method) == (True, "smart_disputes")
    [filing] = await stage.deps.filings.of(left.dispute_id)
    assert (filing.action, filing.state, filing.automatic) == ("smart_disputes", "done", False)
    again = await stage.drive(left.dispute_id)
    assert (again.state, again.version) == ("recorded", left.version)
    counts = await stage.counts(left.dispute_id)
    assert (counts.get("submissions", 0), counts.get("closes", 0)) == (0, 0)


async def test_what_stripe_sent_and_the_bank_decided_is_followed(stage: Stage):
    left = await stage.decide(await offered(stage), "smart_disputes")
    await stage.set(left.dispute_id, status="under_review", submission_count=1)
    assert (await stage.drive(left.dispute_id)).outcome == "answered"
    await stage.set(left.dispute_id, status="won")
    assert (await stage.drive(left.dispute_id)).outcome == "won"


async def test_what_was_left_to_stripe_is_not_taken_back_by_a_new_draft(stage: Stage):
    left = await stage.decide(await offered(stage), "smart_disputes")
    asked = await stage.decide(left, "redraft")
    assert asked.state == "recorded"
    assert asked.history[-1].step == "lapsed"


async def test_an_answer_is_not_sent_while_stripe_would_send_its_own(stage: Stage):
    waiting = await offered(stage)
    await stage.set(waiting.dispute_id, intended_submission_method="smart_disputes")
    asked = await stage.decide(waiting, "approve")
    assert asked.state == "waiting"
    assert any("intended_submission_method" in step.note for step in asked.history)
    assert (await stage.counts(waiting.dispute_id)).get("submissions", 0) == 0
    kept = await stage.decide(asked, "approve", theirs={"intended_submission_method": "keep"})
    assert kept.state == "waiting"
    assert (await stage.counts(waiting.dispute_id)).get("submissions", 0) == 0
    filed = await stage.decide(kept, "approve", theirs={"intended_submission_method": "replace"})
    assert filed.state == "filed"
    assert (await stage.deps.stripe.dispute(filed.dispute_id)).submission_method == "manual"


async def test_an_account_without_smart_disputes_is_told_so(stage: Stage):
    waiting = await stage.play("fraud_small_3ds")
    asked = await stage.decide(waiting, "smart_disputes")
    assert asked.state == "waiting"
    assert any("offers no Smart Disputes" in step.note for step in asked.history)


async def test_a_dispute_that_changed_meanwhile_is_not_left_to_stripe(stage: Stage):
    waiting = await offered(stage)
    await stage.set(waiting.dispute_id, amount=4_200)
    asked = await stage.decide(waiting, "smart_disputes")
    assert asked.state == "waiting"
    assert await stage.deps.filings.of(waiting.dispute_id) == []


async def offered(stage: Stage):
    """A waiting case of an account to which Stripe offers Smart Disputes."""
    dispute_id, account = await stage.happen("fraud_small_3ds")
    await stage.set(dispute_id, intended_submission_method="prefer_manual")
    return await stage.drive(dispute_id, account=account)
