"""At the last chance before a deadline: what the policy or a named person says is done, once, and else people hear."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest

from disputes import policy
from disputes.case import Decision
from disputes.policy.deadlines import LastChance
from disputes.repositories.cases import CaseRecord
from disputes.repositories.plans import PlanChange
from disputes.repositories.users import User
from graph.wiring.runtime import Runtime
from jobs.worker import timers
from tests.conftest import Stage
from tests.fakes import FakeQueue, digest
from tests.graph import dashboard as at
from tests.order.ports import Crash, failing_runner

HOUR = timedelta(hours=1)
STRICT = policy.load("default").model_copy(update={"file_at": 1.01, "thresholds": ()})
"""A policy under which the small cases wait for a person whose proof is whole."""
WEAK = "general_unclear"


class Near:
    """A stage whose clock stands shortly before a deadline."""

    def __init__(self, stage: Stage, now: datetime, **changes: Any) -> None:
        self.stage = stage.under(now=lambda: now, queue=FakeQueue(), **changes)

    async def sweep(self, dispute_id: str) -> CaseRecord:
        """Fire what is due of all cases, and run this one as its worker would."""
        await timers.fire(self.stage.deps)
        return await self.stage.drive(dispute_id)


@pytest.fixture
async def ada(runtime: Runtime) -> str:
    await runtime.deps.users.add(User(name="ada", role="reviewer"), digest=digest("ada of the last chance"))
    return "ada"


async def waiting(stage: Stage, scenario: str, rules: policy.Policy = STRICT) -> CaseRecord:
    record = await stage.under(policy=rules).play(scenario)
    assert record.state == "waiting"
    return record


def near(stage: Stage, record: CaseRecord, *, left: timedelta = HOUR * 8, **changes: Any) -> Near:
    assert record.case is not None
    assert record.case.dispute.due_by is not None
    return Near(stage, record.case.dispute.due_by - left, **{"policy": STRICT, **changes})


async def notes(stage: Stage, dispute_id: str) -> list[tuple[str, str]]:
    found = await stage.deps.outbox.due(datetime.max.replace(tzinfo=stage.deps.now().tzinfo), limit=100_000)
    return [(one.event, str(one.body["title"])) for one in found if one.dispute_id == dispute_id and one.kind == "note"]


async def test_a_case_of_a_lane_that_files_is_filed_at_the_end_where_it_is_grounded_and_complete(stage: Stage):
    record = await waiting(stage, "not_received_delivered")
    filed = await near(stage, record).sweep(record.dispute_id)
    assert filed.state == "filed"
    assert filed.case is not None
    assert filed.case.route is not None
    assert filed.case.route.reasons[0].startswith("Nobody has decided, and the deadline is near; the policy says")
    assert await at.calls(stage, filed) == (1, 0)
    assert await notes(stage, record.dispute_id) == [("other", f"⚪ Dispute {record.dispute_id} filed")]


async def test_one_that_is_not_complete_calls_people_and_says_what_is_missing(stage: Stage):
    record = await waiting(stage, WEAK)
    called = await near(stage, record).sweep(record.dispute_id)
    assert (called.state, await at.calls(stage, called)) == ("waiting", (0, 0))
    assert called.case is not None
    assert called.case.route is not None
    assert "It cannot be done without a person." in called.case.route.reasons
    (event, title), *_ = await notes(stage, record.dispute_id)
    assert (event, title) == ("deadline", f"⏰ Dispute {record.dispute_id} is at its last chance and waits for you")


async def test_the_last_chance_is_taken_once_and_again_with_each_call_after_it(stage: Stage):
    record = await waiting(stage, WEAK)
    end = near(stage, record)
    once = await end.sweep(record.dispute_id)
    assert (await end.sweep(record.dispute_id)).version == once.version
    told = await notes(stage, record.dispute_id)
    again = await near(stage, record, left=HOUR * 5).stage.drive(record.dispute_id)
    assert again.version > once.version
    assert await notes(stage, record.dispute_id) == told


@pytest.mark.parametrize("scenario", ["fraud_small_3ds", "not_received_high", "subscription_active"])
async def test_queues_of_people_call_them(stage: Stage, scenario: str):
    record = await waiting(stage, scenario)
    called = await near(stage, record).sweep(record.dispute_id)
    assert (called.state, await at.calls(stage, called)) == ("waiting", (0, 0))
    assert called.case is not None
    assert called.case.route is not None
    assert called.case.route.last_chance is not None
    assert record.case is not None
    assert record.case.route is not None
    assert (called.case.route.last_chance.choice, called.case.route.queue) == ("call", record.case.route.queue)


@pytest.mark.parametrize("choice", ["file", "accept"])
async def test_unless_a_named_reviewer_stored_another_choice_for_the_case(stage: Stage, ada: str, choice: LastChance):
    record = await waiting(stage, "not_received_high")
    await stage.deps.plans.change(record.dispute_id, PlanChange(choice=choice), by=ada)
    ended = await near(stage, record).sweep(record.dispute_id)
    assert ended.state == {"file": "filed", "accept": "accepted"}[choice]
    assert ended.case is not None
    assert ended.case.route is not None
    assert "ada chose that Rebut now" in ended.case.route.reasons[0]


async def test_or_for_its_lane(stage: Stage, ada: str):
    record = await waiting(stage, "not_received_high")
    await stage.deps.last_chances.store(None, "high value", "file", by=ada)
    try:
        assert (await near(stage, record).sweep(record.dispute_id)).state == "filed"
    finally:
        await stage.deps.last_chances.store(None, "high value", None, by=ada)


async def test_the_choice_of_nobody_known_counts_for_nothing(stage: Stage):
    record = await waiting(stage, "not_received_high")
    await stage.deps.plans.change(record.dispute_id, PlanChange(choice="file"), by="mallory")
    assert (await near(stage, record).sweep(record.dispute_id)).state == "waiting"


async def test_a_choice_made_after_the_last_chance_is_taken_up(stage: Stage, ada: str):
    record = await waiting(stage, "not_received_high")
    end = near(stage, record)
    assert (await end.sweep(record.dispute_id)).state == "waiting"
    await stage.deps.plans.change(record.dispute_id, PlanChange(choice="file"), by=ada)
    assert (await end.stage.drive(record.dispute_id)).state == "filed"


async def test_smart_disputes_answer_where_they_were_chosen_and_are_offered(stage: Stage, ada: str):
    dispute_id, _ = await stage.happen("not_received_high")
    await stage.set(dispute_id, intended_submission_method="prefer_manual")
    record = await stage.under(policy=STRICT).drive(dispute_id)
    assert (await at.read(stage, dispute_id))["intended_submission_method"] == "manual"
    await stage.deps.plans.change(dispute_id, PlanChange(choice="smart_disputes"), by=ada)
    left = await near(stage, record).sweep(dispute_id)
    assert (left.state, left.outcome) == ("recorded", "smart_disputes")
    assert (await at.read(stage, dispute_id))["intended_submission_method"] == "smart_disputes"


async def test_smart_disputes_that_are_not_offered_leave_it_to_people(stage: Stage, ada: str):
    record = await waiting(stage, "not_received_high")
    await stage.deps.plans.change(record.dispute_id, PlanChange(choice="smart_disputes"), by=ada)
    called = await near(stage, record).sweep(record.dispute_id)
    assert called.state == "waiting"
    assert called.case is not None
    assert called.case.route is not None
    assert "Stripe offers no Smart Disputes to this account." in called.case.route.reasons


@pytest.mark.parametrize("decision", ["approve", "reject"])
async def test_a_person_who_decides_in_time_is_heard_and_not_the_policy(stage: Stage, decision: Decision):
    record = await waiting(stage, WEAK)
    decided = await stage.under(policy=STRICT).decide(record, decision)
    after = await near(stage, record).sweep(record.dispute_id)
    assert (after.state, after.version) == (decided.state, decided.version)


async def test_stopped_automation_stops_the_last_chance_too(stage: Stage, runtime: Runtime):
    record = await waiting(stage, "not_received_delivered")
    stopped = STRICT.model_copy(update={"automatic": False})
    called = await near(stage, record, policy=stopped).sweep(record.dispute_id)
    assert (called.state, await at.calls(stage, called)) == ("waiting", (0, 0))


async def test_what_somebody_else_wrote_is_never_filed_over_at_the_end(stage: Stage):
    record = await waiting(stage, "not_received_delivered")
    await at.write(stage, record.dispute_id, uncategorized_text="Our own letter.")
    called = await near(stage, record).sweep(record.dispute_id)
    assert (called.state, await at.calls(stage, called)) == ("waiting", (0, 0))


async def test_the_policy_in_force_at_the_end_decides_and_not_the_one_of_the_draft(stage: Stage):
    record = await waiting(stage, "not_received_delivered")
    lanes = tuple(lane.model_copy(update={"last_chance": "call"}) for lane in STRICT.lanes)
    careful = STRICT.model_copy(update={"lanes": lanes, "version": "careful"})
    assert (await near(stage, record, policy=careful).sweep(record.dispute_id)).state == "waiting"


async def test_a_deadline_that_passes_is_recorded_and_told(stage: Stage):
    record = await waiting(stage, "fraud_small_3ds")
    over = await near(stage, record, left=-HOUR).sweep(record.dispute_id)
    assert (over.state, over.outcome) == ("recorded", "past_due")
    assert ("other", f"⚪ Dispute {record.dispute_id} passed its deadline unanswered") in await notes(
        stage, record.dispute_id
    )


@pytest.mark.parametrize("after", [True, False])
async def test_a_worker_that_dies_at_the_last_chance_files_once(stage: Stage, *, after: bool):
    for left in range(8, 60, 12):
        record = await waiting(stage, "not_received_delivered")
        end = near(stage, record)
        await timers.fire(end.stage.deps)
        runner, _ = failing_runner(end.stage.runs, end.stage.deps, left=left, after=after, end="dies")
        with suppress(Crash):
            await runner.drive(record.dispute_id)
        ended = await end.sweep(record.dispute_id)
        assert (ended.state, await at.calls(stage, ended)) == ("filed", (1, 0)), left
