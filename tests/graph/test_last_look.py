"""Who wrote or claimed between the case and the call is seen in time: nothing is submitted, closed or handed over."""

from functools import partial
from typing import Any

import pytest

from disputes.ce3.prefill import CE3
from tests.conftest import Stage
from tests.graph import dashboard as at
from tests.graph.test_siblings import FAULTY, FRAUD, PAID, claim_again, claimed, siblings

WRITTEN = "The neighbour at number 9 took it in."
ENHANCED = "enhanced_evidence"


def prior_payments(words: str) -> dict[str, Any]:
    """Earlier payments as they stand at Stripe, told by these words."""
    disputed = {"product_description": words}
    return {ENHANCED: {CE3: {"disputed_transaction": disputed, "prior_undisputed_transactions": []}}}


def closing(stage: Stage) -> Stage:
    """The same stage under a policy by which a small claim is accepted without a person."""
    return stage.under(policy=stage.deps.policy.model_copy(update={"accept_below": 100_000}))


async def test_earlier_payments_written_during_the_uploads_are_not_filed_over(stage: Stage):
    waiting = await stage.play("fraud_mid")
    await at.put(stage, waiting.dispute_id, **prior_payments("Stripe wrote"))
    waiting = await stage.drive(waiting.dispute_id)
    then = partial(at.put, stage, waiting.dispute_id, **prior_payments("By hand"))
    asked = await stage.under(stripe=at.Between(stage.deps.stripe, "upload", then)).decide(waiting, "approve")
    assert (asked.state, await at.calls(stage, asked)) == ("waiting", (0, 0))
    again = await stage.drive(waiting.dispute_id)
    assert list(at.theirs(again)) == [ENHANCED]


@pytest.mark.parametrize(("scenario", "call"), [("fraud_mid", "enhance"), ("fraud_undescribed", "stage")])
async def test_earlier_payments_written_between_staging_and_submitting_are_not_filed(
    stage: Stage, scenario: str, call: str
):
    waiting = await stage.play(scenario)
    then = partial(at.put, stage, waiting.dispute_id, **prior_payments("By hand"))
    asked = await stage.under(stripe=at.Between(stage.deps.stripe, call, then)).decide(waiting, "approve")
    assert (asked.state, await at.calls(stage, asked)) == ("waiting", (0, 0))


async def test_earlier_payments_filled_in_by_stripe_and_then_changed_make_a_waiting_case_outdated(stage: Stage):
    waiting = await stage.play("fraud_mid")
    await at.put(stage, waiting.dispute_id, **prior_payments("Stripe wrote"))
    filled_in = await stage.drive(waiting.dispute_id)
    await at.put(stage, waiting.dispute_id, **prior_payments("By hand"))
    again = await stage.drive(waiting.dispute_id)
    assert (again.version > filled_in.version, list(at.theirs(again))) == (True, [ENHANCED])


async def test_a_router_that_may_close_does_not_where_somebody_wrote_meanwhile(stage: Stage):
    dispute_id, _ = await closing(stage).happen("not_received_unshipped")
    then = partial(at.put, stage, dispute_id, uncategorized_text=WRITTEN)
    ruled = closing(stage).under(stripe=at.Between(stage.deps.stripe, "disputes_of", then))
    asked = await ruled.drive(dispute_id)
    assert (asked.state, await at.calls(stage, asked)) == ("waiting", (0, 0))
    assert (await at.evidence(stage, dispute_id))["uncategorized_text"] == WRITTEN


async def test_a_router_that_may_close_does_not_where_the_payment_is_disputed_again_meanwhile(stage: Stage):
    dispute_id, _ = await closing(stage).happen("not_received_unshipped")

    async def happens() -> None:
        await claim_again(stage, dispute_id, FAULTY, 100)

    ruled = closing(stage).under(stripe=at.Between(stage.deps.stripe, "disputes_of", happens))
    asked = await ruled.drive(dispute_id)
    assert (asked.state, await at.calls(stage, asked)) == ("waiting", (0, 0))


async def test_a_person_who_accepts_the_loss_is_asked_again_where_somebody_wrote(stage: Stage):
    waiting = await stage.play("fraud_small_3ds")
    await at.put(stage, waiting.dispute_id, uncategorized_text=WRITTEN)
    asked = await stage.decide(waiting, "accept_loss")
    assert (asked.state, await at.calls(stage, asked)) == ("waiting", (0, 0))


async def test_a_person_who_hands_over_to_smart_disputes_is_asked_again_where_somebody_wrote(stage: Stage):
    dispute_id, _ = await stage.happen("fraud_small_3ds")
    await stage.set(dispute_id, intended_submission_method="prefer_manual")
    waiting = await stage.drive(dispute_id)
    await at.put(stage, dispute_id, uncategorized_text=WRITTEN)
    asked = await stage.decide(waiting, "smart_disputes")
    assert (asked.state, await at.calls(stage, asked)) == ("waiting", (0, 0))


async def test_a_second_claim_that_has_its_own_run_while_the_first_is_read_is_not_missed(stage: Stage):
    (first,) = await claimed(stage, (FRAUD, PAID // 2))
    late: list[str] = []

    async def happens() -> None:
        late.append(await claim_again(stage, first, FAULTY, PAID // 2))
        await stage.drive(late[0])

    rested = await stage.under(stripe=at.Between(stage.deps.stripe, "disputes_of", happens)).drive(first)
    assert late
    assert siblings(rested) == set(late) or await stage.deps.events.is_pending(first)
