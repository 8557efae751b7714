"""A case that an error stopped has a plan like any other: by its date, or by none with a word that none is known."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from disputes.errors import TryAgain
from disputes.lifecycle.plan import CONTACT, LAST_CHANCE, PASSED, REMINDER, UNREAD, Plan
from disputes.repositories.cases import CaseRecord
from disputes.repositories.events import WebhookEvent
from disputes.repositories.plans import PlanChange
from jobs.worker import timers
from tests.conftest import Stage
from tests.fakes import FakeQueue
from tests.graph import dashboard as at
from tests.graph.test_last_chance import HOUR, WEAK, notes, waiting

HIGH = "not_received_high"
AWAY = "Stripe is away."


@dataclass
class AwayStripe:
    """A Stripe that takes no call, or none of one kind."""

    inner: Any
    call: str = ""

    @property
    def livemode(self) -> bool:
        return bool(self.inner.livemode)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name) if self.call not in {"", name} else self._fail

    async def _fail(self, *_: object, **__: object) -> Any:
        raise TryAgain(AWAY)


async def park(stage: Stage, dispute_id: str, call: str = "") -> CaseRecord:
    """Drive a dispute at a Stripe that is away, and park it as its worker would."""
    away = stage.under(stripe=AwayStripe(stage.deps.stripe, call))
    with suppress(TryAgain):
        await away.runs.drive(dispute_id)
    await away.runs.park(dispute_id, AWAY)
    record = await stage.deps.cases.find(dispute_id)
    assert record is not None
    assert record.state == "parked"
    return record


def an_event(dispute_id: str, created: datetime) -> WebhookEvent:
    kind = "charge.dispute.created"
    return WebhookEvent(provider="stripe", id=f"evt_{dispute_id}", type=kind, dispute_id=dispute_id, created=created)


async def plan_of(stage: Stage, dispute_id: str) -> Plan:
    plan = await stage.deps.plans.find(dispute_id)
    assert plan is not None
    return plan


async def called(stage: Stage, dispute_id: str, after: timedelta) -> list[tuple[str, str]]:
    """Fire what is due by then, and return what people were told of the dispute."""
    now = stage.deps.now() + after
    await timers.fire(stage.under(now=lambda: now, queue=FakeQueue()).deps)
    return await notes(stage, dispute_id)


def names(plan: Plan) -> Iterator[str]:
    return (timer.name for timer in plan.timers if timer.fired_at is None)


async def test_a_dispute_that_nobody_could_read_is_called_for_within_the_soonest_service_level(stage: Stage):
    dispute_id, _ = await stage.happen(HIGH)
    record = await park(stage, dispute_id)
    plan = await plan_of(stage, dispute_id)
    assert (plan.stage, plan.due_by, plan.queue) == (UNREAD, None, "")
    assert plan.at(CONTACT) == record.received_at + 4 * HOUR
    told = await called(stage, dispute_id, 4 * HOUR)
    assert ("escalation", f"🔔 Dispute {dispute_id} was touched by nobody within the time promised") in told
    assert "reminder" in {event for event, _ in await called(stage, dispute_id, timedelta(days=1))}


async def test_its_service_level_counts_from_its_first_event_however_late_it_is_parked(stage: Stage):
    dispute_id, _ = await stage.happen(HIGH)
    await stage.deps.events.store(an_event(dispute_id, stage.deps.now()))
    late = stage.deps.now() + 2 * HOUR
    await stage.under(now=lambda: late).runs.park(dispute_id, AWAY)
    record = await stage.deps.cases.find(dispute_id)
    assert record is not None
    assert record.received_at < late - HOUR
    assert (await plan_of(stage, dispute_id)).at(CONTACT) == record.received_at + 4 * HOUR


async def test_people_are_told_that_no_date_is_known(stage: Stage):
    dispute_id, _ = await stage.happen(HIGH)
    await park(stage, dispute_id)
    (message,) = [
        one for one in await stage.deps.outbox.due(stage.deps.now(), limit=100_000) if one.dispute_id == dispute_id
    ]
    assert "Answer due: no date known; it may be soon: look at Stripe" in str(message.body["body"])


async def test_being_parked_again_and_again_puts_nobody_off(stage: Stage):
    dispute_id, _ = await stage.happen(HIGH)
    await park(stage, dispute_id)
    first = await plan_of(stage, dispute_id)
    await park(stage, dispute_id)
    assert await plan_of(stage, dispute_id) == first


async def test_once_it_is_read_the_case_has_its_date_and_the_service_level_of_its_arrival(stage: Stage):
    dispute_id, _ = await stage.happen(HIGH)
    parked = await park(stage, dispute_id)
    record = await stage.drive(dispute_id)
    assert record.case is not None
    plan = await plan_of(stage, dispute_id)
    assert (plan.stage, plan.due_by) == ("chargeback", record.case.dispute.due_by)
    assert plan.at(CONTACT) == parked.received_at + 4 * HOUR
    assert {LAST_CHANCE, PASSED} <= set(names(plan))


async def test_a_service_level_that_was_missed_unread_is_not_told_of_twice(stage: Stage):
    dispute_id, _ = await stage.happen(HIGH)
    await park(stage, dispute_id)
    await called(stage, dispute_id, 5 * HOUR)
    await stage.drive(dispute_id)
    told = await called(stage, dispute_id, 6 * HOUR)
    assert sum("touched by nobody" in title for _, title in told) == 1


@pytest.mark.parametrize("call", ["disputes_of", "set_method"])
async def test_a_dispute_that_could_be_read_is_called_for_by_its_date_whatever_failed_then(stage: Stage, call: str):
    dispute_id, _ = await stage.happen(HIGH)
    await stage.set(dispute_id, intended_submission_method="prefer_manual")
    record = await park(stage, dispute_id, call)
    assert record.case is None
    plan = await plan_of(stage, dispute_id)
    assert plan.due_by == (await stage.deps.stripe.dispute(dispute_id)).due_by
    assert LAST_CHANCE in set(names(plan))


async def test_a_waiting_case_that_is_parked_keeps_its_plan_with_what_people_did(stage: Stage):
    record = await waiting(stage, WEAK)
    await stage.deps.plans.change(record.dispute_id, PlanChange(choice="call"), by="ada")
    before = await plan_of(stage, record.dispute_id)
    await park(stage, record.dispute_id)
    assert await plan_of(stage, record.dispute_id) == before


async def test_a_rejected_case_whose_new_draft_fails_is_called_for_by_the_date_it_had(stage: Stage):
    record = await waiting(stage, WEAK)
    rejected = await stage.decide(record, "reject")
    assert rejected.case is not None
    assert not list(names(await plan_of(stage, record.dispute_id)))
    await park(stage, record.dispute_id)
    plan = await plan_of(stage, record.dispute_id)
    assert plan.due_by == rejected.case.dispute.due_by
    assert {REMINDER, LAST_CHANCE} <= set(names(plan))


async def test_what_a_person_rejected_is_not_filed_by_itself_after_an_error_parked_it(stage: Stage):
    record = await waiting(stage, "not_received_delivered")
    await stage.decide(record, "reject")
    await park(stage, record.dispute_id)
    after = await stage.drive(record.dispute_id)
    assert (after.state, await at.calls(stage, after)) == ("waiting", (0, 0))
    assert after.case is not None
    assert after.case.route is not None
    assert "rejected" in after.case.route.reasons[0]


async def test_a_filed_case_that_cannot_be_followed_reminds_people_without_a_date(stage: Stage):
    record = await stage.play("not_received_delivered")
    assert record.state == "filed"
    await park(stage, record.dispute_id)
    plan = await plan_of(stage, record.dispute_id)
    assert (plan.due_by, plan.at(REMINDER)) == (None, plan.since + timedelta(days=1))
    told = await called(stage, record.dispute_id, timedelta(days=1, minutes=1))
    assert ("reminder", f"🔔 Dispute {record.dispute_id} still waits for a decision") in told
    assert (await stage.drive(record.dispute_id)).state == "filed"
    assert not list(names(await plan_of(stage, record.dispute_id)))
    assert (await at.calls(stage, record))[0] == 1


async def test_a_case_whose_deadline_passed_while_it_was_parked_is_recorded_once_stripe_is_back(stage: Stage):
    record = await waiting(stage, WEAK)
    assert record.case is not None
    assert record.case.dispute.due_by is not None
    late = record.case.dispute.due_by + HOUR
    over = stage.under(now=lambda: late, queue=FakeQueue())
    await timers.fire(over.deps)
    await park(over, record.dispute_id)
    plan = await plan_of(stage, record.dispute_id)
    assert (plan.due_by, plan.at(REMINDER)) == (None, late + timedelta(days=1))
    ended = await over.drive(record.dispute_id)
    assert (ended.state, ended.outcome) == ("recorded", "past_due")
