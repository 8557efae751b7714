"""At the last chance people come first: their choice, their decision, and who they are now."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Literal

import pytest

from disputes import policy
from disputes.case import Verdict
from disputes.errors import Refused, TryAgain
from disputes.policy.deadlines import LastChance
from disputes.repositories.cases import CaseRecord
from disputes.repositories.plans import PlanChange
from disputes.repositories.users import User
from graph.wiring.runtime import Runtime
from jobs.worker import timers
from tests.conftest import Stage
from tests.fakes import FakeQueue, digest
from tests.graph import dashboard as at
from tests.graph.test_last_chance import HOUR, STRICT, WEAK, Near, near, notes, waiting

Act = Callable[[], Awaitable[None]]


class Interrupted:
    """A port of which the first of some calls is preceded by something else, which may fail it."""

    def __init__(self, port: Any, names: tuple[str, ...], act: Act) -> None:
        self._port, self._names, self._act = port, names, act
        self.done = False

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._port, name)
        if name not in self._names or self.done:
            return real

        async def call(*given: Any, **named: Any) -> Any:
            self.done = True
            await self._act()
            return await real(*given, **named)

        return call


async def fail() -> None:
    raise TryAgain("The system does not answer.")


async def refuse() -> None:
    raise Refused("Stripe says no.")


STOPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "before the router": ("automation", ("read",)),
    "before staging": ("stripe", ("upload", "stage")),
    "before submitting": ("stripe", ("submit",)),
}


async def stop(stage: Stage, record: CaseRecord, where: str) -> Near:
    """Let a run at the last chance be stopped midway by an outage."""
    end, (port, names) = near(stage, record), STOPS[where]
    await timers.fire(end.stage.deps)
    broken = Interrupted(getattr(end.stage.deps, port), names, fail)
    with pytest.raises(TryAgain):
        await end.stage.under(**{port: broken}).runs.drive(record.dispute_id)
    return end


@pytest.fixture
async def ada(runtime: Runtime) -> str:
    await runtime.deps.users.add(User(name="ada", role="reviewer"), digest=digest("ada of the last chance"))
    return "ada"


@pytest.mark.parametrize(("choice", "state"), [("accept", "accepted"), ("call", "waiting")])
async def test_a_reviewers_word_comes_before_a_confidence_that_would_be_filed_by_now(
    stage: Stage, ada: str, choice: LastChance, state: str
):
    record = await waiting(stage, "not_received_delivered")
    await stage.deps.plans.change(record.dispute_id, PlanChange(choice=choice), by=ada)
    ended = await near(stage, record, policy=policy.load("default")).sweep(record.dispute_id)
    assert (ended.state, (await at.calls(stage, ended))[0]) == (state, 0)


@pytest.mark.parametrize("where", STOPS)
async def test_a_choice_of_somebody_who_left_while_its_run_was_stopped_files_nothing(
    stage: Stage, runtime: Runtime, where: str
):
    await runtime.deps.users.add(User(name="cleo", role="reviewer"), digest=digest("cleo"))
    record = await waiting(stage, "not_received_high")
    await stage.deps.plans.change(record.dispute_id, PlanChange(choice="file"), by="cleo")
    end = await stop(stage, record, where)
    await runtime.deps.users.add(User(name="cleo", role="viewer"), digest=digest("cleo"))
    ended = await end.sweep(record.dispute_id)
    assert (ended.state, await at.calls(stage, ended)) == ("waiting", (0, 0))


@pytest.mark.parametrize("where", STOPS)
async def test_a_policy_that_comes_into_force_while_a_run_is_stopped_is_heard(stage: Stage, where: str):
    record = await waiting(stage, "not_received_delivered")
    await stop(stage, record, where)
    lanes = tuple(lane.model_copy(update={"last_chance": "call"}) for lane in STRICT.lanes)
    careful = STRICT.model_copy(update={"lanes": lanes, "version": "careful"})
    ended = await near(stage, record, policy=careful).sweep(record.dispute_id)
    assert (ended.state, await at.calls(stage, ended)) == ("waiting", (0, 0))


@pytest.mark.parametrize(("decision", "state"), [("reject", "rejected"), ("accept_loss", "accepted")])
async def test_a_decision_of_the_same_second_is_carried_out_and_nothing_is_filed(
    stage: Stage, ada: str, decision: Literal["reject", "accept_loss"], state: str
):
    record = await waiting(stage, "not_received_delivered")
    end = near(stage, record)
    await timers.fire(end.stage.deps)

    async def decide() -> None:
        verdict = Verdict(decision=decision, by=ada, at=end.stage.deps.now(), version=record.version)
        await stage.deps.verdicts.store(record.dispute_id, verdict)

    # Between the look for a verdict and the beginning of the run.
    late = Interrupted(end.stage.deps.plans, ("find",), decide)
    with pytest.raises(TryAgain, match="decided on this case meanwhile"):
        await end.stage.under(plans=late).runs.drive(record.dispute_id)
    ended = await end.stage.drive(record.dispute_id)
    assert (ended.state, (await at.calls(stage, ended))[0]) == (state, 0)


async def test_a_decision_that_could_not_be_carried_out_is_not_filed_over(stage: Stage, ada: str):
    record = await waiting(stage, "not_received_delivered")
    refusing = Interrupted(stage.deps.stripe, ("close",), refuse)
    held = await stage.under(policy=STRICT, stripe=refusing).decide(record, "accept_loss")
    assert (refusing.done, held.state) == (True, "waiting")
    ended = await near(stage, held).sweep(record.dispute_id)
    assert (ended.state, await at.calls(stage, ended)) == ("waiting", (0, 0))


async def test_a_choice_to_call_holds_though_who_made_it_left(stage: Stage, runtime: Runtime):
    record = await waiting(stage, "not_received_delivered")
    await stage.deps.plans.change(record.dispute_id, PlanChange(choice="call"), by="somebody who left")
    assert (await near(stage, record).sweep(record.dispute_id)).state == "waiting"


async def test_a_cap_that_is_reached_at_the_last_chance_does_not_use_it_up(stage: Stage):
    record = await waiting(stage, "not_received_delivered")
    full = STRICT.model_copy(update={"daily_cap": 0})
    assert (await near(stage, record, policy=full).sweep(record.dispute_id)).state == "waiting"
    assert (await near(stage, record, left=HOUR * 3).sweep(record.dispute_id)).state == "filed"


async def test_a_clock_that_was_ahead_and_came_back_loses_neither_calls_nor_last_chance(stage: Stage):
    record = await waiting(stage, WEAK)
    for _ in range(2):
        ahead = near(stage, record, left=-timedelta(days=3))
        assert (await ahead.sweep(record.dispute_id)).outcome == "past_due"
        back = near(stage, record, left=timedelta(days=6))
        assert (await back.sweep(record.dispute_id)).state == "waiting"
    await near(stage, record, left=timedelta(hours=70)).sweep(record.dispute_id)
    assert [event for event, _ in await notes(stage, record.dispute_id) if event == "reminder"]
    called = await near(stage, record).sweep(record.dispute_id)
    assert called.case is not None
    assert called.case.route is not None
    assert called.case.route.last_chance is not None


async def test_people_hear_that_the_date_of_an_appeal_has_passed(stage: Stage):
    dispute_id, _ = await stage.happen("appeal_open")
    due = datetime.now(stage.deps.now().tzinfo).replace(microsecond=0) + timedelta(days=9)
    await stage.set(dispute_id, due_by=int(due.timestamp()))
    assert (await stage.drive(dispute_id)).state == "waiting"
    await Near(stage, due + HOUR).sweep(dispute_id)
    assert ("deadline", f"⏰ Dispute {dispute_id} passed its deadline") in await notes(stage, dispute_id)


async def test_people_are_told_when_stripe_does_not_take_that_it_shall_not_answer_by_itself(stage: Stage):
    dispute_id, _ = await stage.happen("fraud_small_3ds")
    await stage.set(dispute_id, intended_submission_method="prefer_smart_disputes")
    refusing = Interrupted(stage.deps.stripe, ("set_method",), refuse)
    record = await stage.under(stripe=refusing, queue=FakeQueue()).drive(dispute_id)
    assert record.case is not None
    assert record.case.route is not None
    assert any(why.startswith("Stripe may answer this dispute by itself") for why in record.case.route.reasons)
