"""What the repository of plans promises: timers fire once, end with the decision, and people's changes stand."""

import asyncio
from datetime import datetime, timedelta

import pytest

from disputes.errors import Invalid, LostLease
from disputes.lifecycle import plan as planning
from disputes.lifecycle.plan import LAST_CHANCE, PASSED, REMINDER, Plan, Rules
from disputes.policy.deadlines import Ladder
from disputes.repositories import Repositories
from disputes.repositories.cases import CaseState
from disputes.repositories.outbox import OutboxMessage, Outgoing
from disputes.repositories.plans import DueTimers, PlanChange
from tests.fakes import FakeClock
from tests.tools.postgres.permission import park, the_case
from tests.tools.records import NOON, a_case, a_record, a_verdict, an_event

RULES = Rules(queue="manual-review", ladder=Ladder(), urgent_hours=24)
NOTE = OutboxMessage(key="dp_1:called:reminder", kind="note", standing=True)
LATE = NOON + timedelta(days=7)


async def plan(repositories: Repositories, *, state: CaseState = "waiting") -> Plan:
    """A case that waits, due in nine days, with its plan."""
    await repositories.cases.save(a_record(state=state))
    made = planning.renew(None, a_case().dispute, NOON, received_at=NOON, rules=RULES)
    await write(repositories, made)
    return made


async def write(repositories: Repositories, made: Plan) -> None:
    async with repositories.leases.hold("dp_1") as fence:
        assert fence is not None
        await repositories.plans.write(made, fence=fence)


async def due(repositories: Repositories, now: datetime = LATE) -> DueTimers:
    (found,) = await repositories.plans.due(now)
    return found


async def test_a_plan_is_read_back_as_it_was_written(repositories: Repositories):
    made = await plan(repositories)
    assert await repositories.plans.find("dp_1") == made
    assert await repositories.plans.find("dp_2") is None


async def test_only_who_holds_the_lease_writes_a_plan(repositories: Repositories):
    made = await plan(repositories)
    with pytest.raises(LostLease):
        await repositories.plans.write(made, fence=99)


async def test_timers_are_due_from_their_time_on_the_earliest_first(repositories: Repositories):
    made = await plan(repositories)
    assert await repositories.plans.due(NOON) == []
    found = await due(repositories)
    assert (found.names[0], found.round, found.account) == ("claimed", made.round, None)
    assert REMINDER in found.names
    assert PASSED not in found.names


async def test_a_timer_fires_once_with_its_message_and_event_however_many_sweep(repositories: Repositories):
    await plan(repositories)
    found, event = await due(repositories), an_event("timer_1")
    fired = await asyncio.gather(*(repositories.plans.fire(found, messages=[NOTE], event=event) for _ in range(4)))
    assert sorted(fired) == [False, False, False, True]
    assert await repositories.plans.due(LATE) == []
    assert [message.key for message in await repositories.outbox.due(NOON)] == [NOTE.key]
    assert await repositories.events.is_pending("dp_1")


async def test_a_timer_that_fired_is_not_made_anew_by_another_draft(repositories: Repositories, clock: FakeClock):
    made = await plan(repositories)
    clock.at = LATE
    await repositories.plans.fire(await due(repositories))
    await write(repositories, made)
    assert await repositories.plans.due(LATE) == []


async def test_a_timer_that_fired_by_a_clock_that_was_ahead_is_yet_to_fire(repositories: Repositories):
    await plan(repositories)
    assert await repositories.plans.fire(await due(repositories))
    assert await repositories.plans.due(NOON) == []
    assert (await due(repositories)).names[0] == "claimed"


async def test_a_timer_that_another_sweep_fired_in_part_writes_nothing(repositories: Repositories):
    await plan(repositories)
    found = await due(repositories)
    assert await repositories.plans.fire(found.model_copy(update={"names": found.names[:1]}))
    assert not await repositories.plans.fire(found, messages=[NOTE])
    assert await repositories.outbox.due(NOON) == []
    assert (await due(repositories)).names == found.names[1:]


@pytest.mark.parametrize("state", ["filed", "accepted", "rejected", "recorded", "closed"])
async def test_nobody_is_called_any_more_once_a_case_is_decided(repositories: Repositories, state: CaseState):
    await plan(repositories)
    found = await due(repositories)
    await repositories.outbox.put(NOTE)
    await repositories.cases.save(a_record(state=state), outgoing=Outgoing(withdraw=("dp_1:called:",)))
    assert await repositories.plans.due(LATE) == []
    assert not await repositories.plans.fire(found, messages=[NOTE])
    assert await repositories.outbox.due(NOON) == []


async def test_people_are_not_called_on_a_case_that_a_run_works_on_unless_it_is_stuck(repositories: Repositories):
    await plan(repositories, state="working")
    assert await repositories.plans.due(NOON + timedelta(minutes=14)) == []
    assert await repositories.plans.due(LATE) != []


async def test_a_parked_case_is_called_for_and_run_again_until_it_goes_on(repositories: Repositories):
    await plan(repositories)
    await park(repositories, a_record(state="parked"))
    await repositories.plans.retry("dp_1", NOON + timedelta(hours=1))
    found = await due(repositories, NOON + timedelta(hours=1))
    assert planning.kind_of(found.names[0]) == planning.RETRY
    await repositories.cases.save(a_record(state="working"))
    assert not await repositories.plans.fire(found)


async def test_a_claim_is_the_first_contact_and_can_be_given_back(repositories: Repositories, clock: FakeClock):
    await plan(repositories)
    first = clock()
    await repositories.plans.claim("dp_1", by="ada")
    clock.advance(hours=1)
    await repositories.plans.claim("dp_1", by="")
    stored = await repositories.plans.find("dp_1")
    assert stored is not None
    assert (stored.claimed_by, stored.claimed_at, stored.contacted_at) == ("", None, first)
    with pytest.raises(Invalid):
        await repositories.plans.claim("dp_2", by="ada")


async def test_a_verdict_is_a_contact_too(repositories: Repositories):
    made = planning.renew(None, a_case().dispute, NOON, received_at=NOON, rules=RULES)
    await repositories.cases.save(a_record())
    await write(repositories, made)
    await repositories.verdicts.store("dp_1", a_verdict(decision="approve"))
    stored = await repositories.plans.find("dp_1")
    assert stored is not None
    assert stored.contacted_at is not None


async def test_what_a_person_changes_stands_in_plan_and_history(repositories: Repositories):
    await plan(repositories)
    at = NOON + timedelta(days=5)
    await repositories.plans.change("dp_1", PlanChange(choice="accept", times={LAST_CHANCE: at}), by="ada")
    stored = await repositories.plans.find("dp_1")
    assert stored is not None
    assert (stored.choice, stored.chosen_by, stored.at(LAST_CHANCE)) == ("accept", "ada", at)
    assert [timer.by for timer in stored.timers if timer.name == LAST_CHANCE] == ["ada"]
    record = await the_case(repositories)
    assert record.history[-1].note == "ada set at its last chance: accept, last chance at 2026-11-26 12:00 UTC"


async def test_what_people_do_while_a_run_works_is_not_written_over(repositories: Repositories):
    made, at = await plan(repositories), NOON + timedelta(days=6)
    await repositories.plans.claim("dp_1", by="ada")
    await repositories.plans.change("dp_1", PlanChange(choice="accept", times={REMINDER: at}), by="ada")
    await write(repositories, made)
    stored = await repositories.plans.find("dp_1")
    assert stored is not None
    assert (stored.claimed_by, stored.choice, stored.at(REMINDER)) == ("ada", "accept", at)


async def test_the_calls_follow_a_last_chance_that_was_moved(repositories: Repositories):
    made, last = await plan(repositories), NOON + timedelta(days=8, hours=23)
    await repositories.plans.change("dp_1", PlanChange(times={LAST_CHANCE: last}), by="ada")
    stored = await repositories.plans.find("dp_1")
    assert stored is not None
    calls = [timer.at for timer in stored.timers if planning.kind_of(timer.name) == planning.CALL]
    assert calls
    assert min(calls) > last
    again = planning.renew(stored, a_case().dispute, NOON + timedelta(days=1), received_at=NOON, rules=RULES)
    assert [timer for timer in again.timers if planning.kind_of(timer.name) == planning.CALL] == [
        timer for timer in stored.timers if planning.kind_of(timer.name) == planning.CALL
    ]
    assert made.round == again.round


async def test_what_fired_cannot_be_moved(repositories: Repositories):
    await plan(repositories)
    await repositories.plans.fire(await due(repositories))
    with pytest.raises(Invalid, match="no reminder that is still to come"):
        await repositories.plans.change("dp_1", PlanChange(times={REMINDER: LATE}), by="ada")


async def test_a_case_recorded_as_past_due_before_its_date_is_looked_at_again_once(repositories: Repositories):
    await repositories.cases.save(a_record(state="recorded").model_copy(update={"outcome": "past_due"}))
    found = await due(repositories, NOON)
    assert found.names == ()
    assert await repositories.plans.due(NOON + timedelta(days=10)) == []
    assert await repositories.plans.fire(found, event=an_event("timer_early"))
    assert await repositories.events.is_pending("dp_1")


async def test_a_choice_for_a_lane_is_kept_with_who_made_it_and_can_be_given_back(repositories: Repositories):
    await repositories.last_chances.store(None, "fraud", "file", by="ada")
    await repositories.last_chances.store("acct_1", "fraud", "accept", by="bob")
    ours, theirs = [await repositories.last_chances.find(account, "fraud") for account in (None, "acct_1")]
    assert ours is not None
    assert theirs is not None
    assert (ours.choice, ours.by, theirs.choice) == ("file", "ada", "accept")
    await repositories.last_chances.store(None, "fraud", None, by="ada")
    assert [choice.account for choice in await repositories.last_chances.all()] == ["acct_1"]


async def test_the_newest_id_of_a_card_is_kept(repositories: Repositories):
    assert await repositories.cards.find("notion", "rebut:dp_1") is None
    for remote in ("page-1", "page-2"):
        await repositories.cards.keep("notion", "rebut:dp_1", remote)
    assert await repositories.cards.find("notion", "rebut:dp_1") == "page-2"
    assert await repositories.cards.find("linear", "rebut:dp_1") is None


async def test_what_an_outage_parked_is_run_again_at_once_when_it_is_over(repositories: Repositories, clock: FakeClock):
    await plan(repositories)
    await park(repositories, a_record(state="parked"))
    await repositories.plans.retry("dp_1", clock() + timedelta(hours=1))
    assert await repositories.plans.due(clock()) == []
    await repositories.plans.hasten()
    (found,) = await repositories.plans.due(clock())
    assert planning.kind_of(found.names[0]) == planning.RETRY
