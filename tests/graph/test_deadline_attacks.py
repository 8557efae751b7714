"""Odd dates, people and threads before a deadline: no case is forgotten, and none filed that nobody wanted."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from disputes import policy
from disputes.errors import TryAgain
from disputes.policy.deadlines import LastChance
from disputes.repositories.cases import CaseRecord
from disputes.repositories.plans import PlanChange
from disputes.repositories.users import User
from graph.wiring.runtime import Runtime
from jobs.worker import timers
from tests.conftest import Stage
from tests.fakes import FakeQueue, digest
from tests.graph import dashboard as at
from tests.graph.test_last_chance import HOUR, STRICT, near, notes, waiting
from tests.order.ports import Crash, failing_runner

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
PROVEN, HIGH = "not_received_delivered", "not_received_high"


@dataclass
class Acts:
    """A port before whose first call of a name something else happens."""

    inner: Any
    name: str
    act: Callable[[], Awaitable[None]]
    done: bool = False

    def __getattr__(self, name: str) -> Any:
        real = getattr(self.inner, name)
        if name != self.name or self.done:
            return real

        async def call(*args: Any, **kwargs: Any) -> Any:
            self.done = True
            await self.act()
            return await real(*args, **kwargs)

        return call


@pytest.fixture
async def ada(runtime: Runtime) -> str:
    await runtime.deps.users.add(User(name="ada", role="reviewer"), digest=digest("ada under attack"))
    return "ada"


def when(stage: Stage, moment: datetime, **changes: Any) -> Stage:
    """The same stage at a moment."""
    return stage.under(**{"policy": STRICT, "queue": FakeQueue(), **changes}, now=lambda: moment)


def due(record: CaseRecord) -> datetime:
    assert record.case
    assert record.case.dispute.due_by
    return record.case.dispute.due_by


async def live(stage: Stage, dispute_id: str, since: datetime) -> CaseRecord:
    """Let time go by from one timer of a dispute to the next, with a worker that runs what they start."""
    moment: datetime | None = since
    while moment is not None:
        then = when(stage, moment)
        await timers.fire(then.deps)
        if await then.deps.events.is_pending(dispute_id):
            await then.drive(dispute_id)
        plan = await then.deps.plans.find(dispute_id)
        moment = min((timer.at + SECOND for timer in plan.timers if not timer.fired_at), default=None) if plan else None
    record = await stage.deps.cases.find(dispute_id)
    assert record
    return record


async def test_a_dispute_due_in_ninety_seconds_is_urgent_at_once_and_filed_in_time(stage: Stage):
    dispute_id, _ = await stage.happen(PROVEN)
    now = datetime.now(UTC)
    await stage.set(dispute_id, due_by=int(now.timestamp()) + 90)
    record = await when(stage, now).drive(dispute_id)
    assert record.case
    assert record.case.route
    assert (record.state, record.case.route.urgent) == ("waiting", True)
    assert (await live(stage, dispute_id, now)).state == "filed"


@pytest.mark.parametrize(
    ("hours", "state"), [([20], "filed"), ([24 * 30], "filed"), ([24 * 365, 24 * 8], "filed"), ([-1], "recorded")]
)
async def test_whatever_date_stripe_names_meanwhile_the_last_one_counts(stage: Stage, hours: list[int], state: str):
    record, now = await waiting(stage, PROVEN), datetime.now(UTC)
    for left in hours:
        await stage.set(record.dispute_id, due_by=int((now + HOUR * left).timestamp()))
        await when(stage, now).drive(record.dispute_id)
    assert (await live(stage, record.dispute_id, now)).state == state


async def test_a_date_that_stripe_takes_away_leaves_reminders(stage: Stage):
    record = await waiting(stage, PROVEN)
    await stage.set(record.dispute_id, due_by=None)
    await stage.under(policy=STRICT).drive(record.dispute_id)
    assert (await live(stage, record.dispute_id, datetime.now(UTC))).state == "waiting"
    assert {"reminder", "escalation"} <= {event for event, _ in await notes(stage, record.dispute_id)}


@pytest.mark.parametrize(
    ("before", "after", "state"),
    [("product_not_received", "fraudulent", "waiting"), ("fraudulent", "product_not_received", "filed")],
)
async def test_the_reason_that_stands_at_the_end_decides(stage: Stage, before: str, after: str, state: str):
    dispute_id, _ = await stage.happen(PROVEN)
    await stage.set(dispute_id, reason=before)
    record = await stage.under(policy=STRICT).drive(dispute_id)
    await at.silently(stage, dispute_id, reason=after)
    ended = await near(stage, record).sweep(dispute_id)
    assert (ended.state, await at.calls(stage, ended)) == (state, (int(state == "filed"), 0))


@pytest.mark.parametrize("call", ["upload", "stage", "disputes_of"])
@pytest.mark.parametrize("changes", [{"status": "lost"}, {"reason": "fraudulent"}])
async def test_what_changes_in_the_midst_of_the_last_chance_is_not_filed(
    stage: Stage, call: str, changes: dict[str, str]
):
    record = await waiting(stage, PROVEN)
    end = near(stage, record)
    await timers.fire(end.stage.deps)
    port = Acts(stage.deps.stripe, call, lambda: stage.set(record.dispute_id, **changes))
    await end.stage.under(stripe=port).drive(record.dispute_id)
    ended = await end.sweep(record.dispute_id)
    assert port.done
    assert await at.calls(stage, ended) == (0, 0)
    assert ended.state == ("recorded" if "status" in changes else "waiting")


@pytest.mark.parametrize("choice", ["accept", "smart_disputes"])
@pytest.mark.parametrize("after", [True, False])
async def test_a_worker_that_dies_while_it_does_what_was_chosen_does_it_once(
    stage: Stage, ada: str, choice: LastChance, *, after: bool
):
    for left in range(18, 60, 18):
        dispute_id, _ = await stage.happen(HIGH)
        await stage.set(dispute_id, intended_submission_method="prefer_manual")
        record = await stage.under(policy=STRICT).drive(dispute_id)
        await stage.deps.plans.change(dispute_id, PlanChange(choice=choice), by=ada)
        end = near(stage, record)
        await timers.fire(end.stage.deps)
        runner, _ = failing_runner(end.stage.runs, end.stage.deps, left=left, after=after, end="dies")
        with suppress(Crash):
            await runner.drive(dispute_id)
        ended = await end.sweep(dispute_id)
        assert ended.state == {"accept": "accepted", "smart_disputes": "recorded"}[choice], left
        assert await at.calls(stage, ended) == (0, int(choice == "accept")), left


@pytest.mark.parametrize("step", ["load", "router", "announce"])
async def test_a_choice_that_somebody_forged_in_a_thread_files_nothing(stage: Stage, step: str):
    record = await waiting(stage, HIGH)
    forged = {"last_chance": {"choice": "file", "by": "ada"}}
    with suppress(Exception):
        await stage.graph.aupdate_state({"configurable": {"thread_id": record.dispute_id}}, forged, as_node=step)
    end = near(stage, record)
    await end.stage.drive(record.dispute_id)
    ended = await end.sweep(record.dispute_id)
    assert "changed from outside" in at.told(ended)
    assert (ended.state, await at.calls(stage, ended)) == ("waiting", (0, 0))


async def down() -> None:
    raise TryAgain("It does not answer.")


@pytest.mark.parametrize("port", ["automation.read", "stripe.upload", "stripe.submit"])
async def test_a_choice_to_file_that_is_taken_back_while_its_run_is_stopped_files_nothing(
    stage: Stage, ada: str, port: str
):
    record = await waiting(stage, HIGH)
    await stage.deps.plans.change(record.dispute_id, PlanChange(choice="file"), by=ada)
    end, (name, call) = near(stage, record), port.split(".")
    stops = Acts(getattr(stage.deps, name), call, down)
    await timers.fire(end.stage.deps)
    with pytest.raises(TryAgain):
        await end.stage.under(**cast("dict[str, Any]", {name: stops})).drive(record.dispute_id)
    await stage.deps.plans.change(record.dispute_id, PlanChange(choice="call"), by=ada)
    ended = await end.sweep(record.dispute_id)
    assert (ended.state, await at.calls(stage, ended)) == ("waiting", (0, 0))


@pytest.mark.parametrize("choice", ["file", "accept", "smart_disputes"])
@pytest.mark.parametrize("scenario", ["appeal_open", "compliance_visa"])
async def test_no_choice_acts_on_an_appeal_or_a_compliance_case(
    stage: Stage, ada: str, choice: LastChance, scenario: str
):
    dispute_id, _ = await stage.happen(scenario)
    await stage.set(dispute_id, due_by=int((datetime.now(UTC) + DAY * 9).timestamp()))
    freely = policy.load("autopilot")
    record = await stage.under(policy=freely).drive(dispute_id)
    await stage.deps.plans.change(dispute_id, PlanChange(choice=choice), by=ada)
    ended = await near(stage, record, policy=freely).sweep(dispute_id)
    assert (ended.state, await at.calls(stage, ended)) == ("waiting", (0, 0))


async def test_the_choice_of_an_inquiry_is_not_that_of_the_chargeback(stage: Stage, ada: str):
    dispute_id, _ = await stage.happen(HIGH)
    await stage.set(dispute_id, status="warning_needs_response")
    await stage.under(policy=STRICT).drive(dispute_id)
    await stage.deps.plans.change(dispute_id, PlanChange(choice="file"), by=ada)
    await stage.set(dispute_id, status="needs_response")
    chargeback = await stage.under(policy=STRICT).drive(dispute_id)
    ended = await near(stage, chargeback).sweep(dispute_id)
    assert (ended.state, await at.calls(stage, ended)) == ("waiting", (0, 0))


async def test_a_lost_answer_of_stripe_leaves_the_method_as_the_policy_says(stage: Stage):
    dispute_id, _ = await stage.happen("fraud_small_3ds")
    await stage.set(dispute_id, intended_submission_method="prefer_smart_disputes")
    await stage.fault("POST", f"/v1/disputes/{dispute_id}", "timeout_after")
    with suppress(TryAgain):
        await stage.drive(dispute_id)
    record = await stage.drive(dispute_id)
    assert (await at.read(stage, dispute_id))["intended_submission_method"] == "manual"
    assert "outside Rebut" not in at.told(record)
