"""A hand-over to Smart Disputes whose answer was lost: what Stripe holds decides, never an answer that it repeats."""

from datetime import timedelta
from functools import partial

import pytest

from disputes.errors import TryAgain
from disputes.repositories.cases import CaseRecord
from disputes.repositories.plans import PlanChange
from disputes.repositories.users import User
from graph.wiring.runtime import Runtime
from jobs.worker import timers
from tests.conftest import Stage
from tests.fakes import FakeQueue, digest
from tests.graph import dashboard as at

METHOD = "intended_submission_method"
LEFT = ("recorded", "smart_disputes")


@pytest.fixture
async def end(stage: Stage, runtime: Runtime) -> tuple[Stage, str]:
    """The last chance of a case that a reviewer wants left to Stripe, and its id; the answer of Stripe was lost."""
    await runtime.deps.users.add(User(name="ada", role="reviewer"), digest=digest("ada of the lost answers"))
    record = await offered(stage, "not_received_high")
    assert record.case
    assert record.case.dispute.due_by
    near = record.case.dispute.due_by - timedelta(hours=8)
    await stage.deps.plans.change(record.dispute_id, PlanChange(choice="smart_disputes"), by="ada")
    ended = stage.under(now=lambda: near, queue=FakeQueue())
    await timers.fire(ended.deps)
    with pytest.raises(TryAgain):
        await losing(ended).drive(record.dispute_id)
    assert (await at.read(stage, record.dispute_id))[METHOD] == "smart_disputes"
    return ended, record.dispute_id


async def test_a_lost_answer_at_the_last_chance_ends_as_what_it_was(end: tuple[Stage, str]):
    stage, dispute_id = end
    left = await stage.drive(dispute_id)
    assert (left.state, left.outcome) == LEFT
    [filing] = await stage.deps.filings.of(dispute_id)
    assert (filing.action, filing.state, filing.detail) == ("smart_disputes", "done", "seen at Stripe")


@pytest.mark.parametrize("parked", [True, False])
async def test_it_is_not_taken_back_by_a_run_that_begins_anew(end: tuple[Stage, str], *, parked: bool):
    stage, dispute_id = end
    await stage.runs.forget(dispute_id)
    if parked:
        await stage.runs.park(dispute_id, "An error stopped it.")
    left = await stage.drive(dispute_id)
    assert (left.state, left.outcome) == LEFT
    assert (await at.read(stage, dispute_id))[METHOD] == "smart_disputes"


async def test_not_even_where_nobody_wants_it_any_more(end: tuple[Stage, str]):
    stage, dispute_id = end
    await stage.runs.forget(dispute_id)
    await stage.deps.plans.change(dispute_id, PlanChange(choice="call"), by="ada")
    left = await stage.drive(dispute_id)
    assert (left.state, left.outcome) == LEFT
    assert (await at.read(stage, dispute_id))[METHOD] == "smart_disputes"


async def test_an_answer_that_stripe_repeats_is_not_taken_for_what_it_holds(end: tuple[Stage, str]):
    stage, dispute_id = end
    await at.silently(stage, dispute_id, intended_submission_method="manual")
    with pytest.raises(TryAgain):
        await stage.drive(dispute_id)
    left = await stage.drive(dispute_id)
    assert (left.state, left.outcome) == LEFT
    assert (await at.read(stage, dispute_id))[METHOD] == "smart_disputes"


async def test_what_a_person_left_to_stripe_is_so_where_the_answer_was_lost(stage: Stage):
    waiting = await offered(stage, "fraud_small_3ds")
    with pytest.raises(TryAgain):
        await losing(stage).decide(waiting, "smart_disputes")
    left = await stage.drive(waiting.dispute_id)
    assert (left.state, left.outcome) == LEFT
    assert [one.state for one in await stage.deps.filings.of(left.dispute_id)] == ["done"]


async def test_one_that_does_not_become_stripes_waits_and_may_be_left_to_it_again(stage: Stage):
    waiting = await offered(stage, "fraud_small_3ds")
    back = partial(at.silently, stage, waiting.dispute_id, intended_submission_method="manual")
    taken = stage.under(stripe=at.Between(stage.deps.stripe, "hand_over", back))
    with pytest.raises(TryAgain):
        await taken.decide(waiting, "smart_disputes")
    left = await stage.drive(waiting.dispute_id)
    assert (left.state, left.outcome) == LEFT
    assert (await at.read(stage, left.dispute_id))[METHOD] == "smart_disputes"


async def test_what_somebody_else_leaves_to_stripe_right_before_is_theirs(stage: Stage):
    waiting = await offered(stage, "fraud_small_3ds")
    theirs = partial(at.silently, stage, waiting.dispute_id, intended_submission_method="smart_disputes")
    raced = stage.under(permits=at.Between(stage.deps.permits, "grant", theirs))
    asked = await raced.decide(waiting, "smart_disputes")
    assert (asked.state, at.theirs(asked)) == ("waiting", {METHOD: "smart_disputes"})
    left = await stage.decide(asked, "smart_disputes")
    assert (left.state, left.outcome) == LEFT


async def test_what_somebody_took_back_at_stripe_waits_for_a_person(stage: Stage):
    left = await stage.decide(await offered(stage, "not_received_delivered", waits=True), "smart_disputes")
    await stage.set(left.dispute_id, intended_submission_method="manual")
    asked = await stage.drive(left.dispute_id)
    assert asked.state == "waiting"
    assert "somebody took it back at Stripe" in at.told(asked)
    again = await stage.decide(asked, "smart_disputes")
    assert (again.state, again.outcome) == LEFT
    assert (await at.read(stage, left.dispute_id))[METHOD] == "smart_disputes"


async def test_and_is_filed_where_that_person_wants_it(stage: Stage):
    left = await stage.decide(await offered(stage, "fraud_small_3ds"), "smart_disputes")
    await stage.set(left.dispute_id, intended_submission_method="manual")
    filed = await stage.decide(await stage.drive(left.dispute_id), "approve")
    assert (filed.state, await at.calls(stage, filed)) == ("filed", (1, 0))


async def test_a_loss_accepted_once_whose_dispute_is_open_again_is_not_called_accepted(stage: Stage):
    accepted = await stage.decide(await stage.play("fraud_small_3ds"), "accept_loss")
    await stage.set(accepted.dispute_id, status="won")
    await stage.drive(accepted.dispute_id)
    await stage.set(accepted.dispute_id, status="needs_response")
    waiting = await stage.drive(accepted.dispute_id)
    asked = await stage.decide(waiting, "accept_loss")
    assert asked.state == "waiting"
    assert "Stripe shows it open" in at.told(asked)
    assert await at.calls(stage, asked) == (0, 1)
    assert (await stage.decide(asked, "approve")).state == "filed"


async def offered(stage: Stage, scenario: str, *, waits: bool = False) -> CaseRecord:
    """A waiting case of an account to which Stripe offers Smart Disputes."""
    dispute_id, account = await stage.happen(scenario)
    await stage.set(dispute_id, intended_submission_method="prefer_manual")
    rules = stage.deps.policy.model_copy(update={"automatic": not waits})
    record = await stage.under(policy=rules).drive(dispute_id, account=account)
    assert record.state == "waiting"
    return record


def losing(stage: Stage) -> Stage:
    """The same stage, where the answer to a hand-over is lost once after it took effect."""

    async def lose() -> None:
        raise TryAgain("The answer was lost.")

    return stage.under(stripe=at.Between(stage.deps.stripe, "hand_over", lose))
