"""The plan of a case: its times come from the deadline alone, shrink with a short window, and keep what people set."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.lifecycle import plan as planning
from disputes.lifecycle.plan import (
    CALL,
    CLAIMED,
    CONTACT,
    ESCALATION,
    LAST_CHANCE,
    PASSED,
    REMINDER,
    UNREAD,
    URGENT,
    Plan,
    Rules,
)
from disputes.policy.deadlines import Ladder, in_zone, write
from tests.builders import NOON, a_dispute

LADDER = Ladder(contact=4)
RULES = Rules(queue="manual-review", ladder=LADDER, urgent_hours=24)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is drawn
WINDOWS = st.timedeltas(timedelta(minutes=1), timedelta(days=40))


def a_plan(window=timedelta(days=14), *, now=NOON, old=None, rules=RULES, received_at=None, **dispute) -> Plan:
    due = now + window if window is not None else None
    return planning.renew(old, a_dispute(due_by=due, **dispute), now, received_at=received_at or now, rules=rules)


def time_of(plan: Plan, name: str) -> datetime:
    at = plan.at(name)
    assert at is not None
    return at


@given(now=MOMENTS, window=WINDOWS)
def test_the_rungs_come_in_their_order_between_arrival_and_deadline(now: datetime, window: timedelta):
    plan = a_plan(window, now=now)
    rungs = [now, *(time_of(plan, name) for name in (CLAIMED, REMINDER, ESCALATION, LAST_CHANCE)), now + window]
    assert all(earlier <= later for earlier, later in pairwise(rungs))
    assert now <= time_of(plan, URGENT) <= now + window
    assert time_of(plan, PASSED) == now + window + planning.SKEW


@given(now=MOMENTS, window=WINDOWS)
def test_the_last_chance_leaves_an_hour_or_half_of_a_window_that_is_shorter_than_two(now: datetime, window: timedelta):
    left = now + window - time_of(a_plan(window, now=now), LAST_CHANCE)
    assert left >= min(timedelta(hours=1), window / 2)


@given(now=MOMENTS, window=WINDOWS)
def test_calls_go_on_after_the_last_chance_until_minutes_before_the_deadline(now: datetime, window: timedelta):
    plan = a_plan(window, now=now)
    calls = [timer.at for timer in plan.timers if planning.kind_of(timer.name) == CALL]
    assert all(time_of(plan, LAST_CHANCE) < at < now + window for at in calls)
    assert calls or now + window - time_of(plan, LAST_CHANCE) < timedelta(minutes=20)


def test_a_long_window_has_the_hours_of_the_policy():
    plan, due = a_plan(timedelta(days=30)), NOON + timedelta(days=30)
    hours = {name: (due - time_of(plan, name)) / timedelta(hours=1) for name in (CLAIMED, REMINDER, ESCALATION)}
    assert hours == {CLAIMED: 120, REMINDER: 72, ESCALATION: 36}
    assert due - time_of(plan, LAST_CHANCE) == timedelta(hours=12)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize(
    "due", [datetime(2027, 3, 28, 23, 59, 59, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)]
)
def test_a_change_of_clocks_moves_no_timer(zone: str, due: datetime):
    plan = a_plan(timedelta(days=10), now=due - timedelta(days=10))
    assert due - time_of(plan, REMINDER) == timedelta(hours=72)
    assert in_zone(time_of(plan, REMINDER), zone).astimezone(UTC) == time_of(plan, REMINDER)


def test_a_moment_is_written_in_the_zone_of_that_day_with_utc_beside_it():
    assert (
        write(datetime(2026, 12, 3, 23, 59, tzinfo=UTC), "America/New_York") == "3 December 2026 18:59 EST (23:59 UTC)"
    )
    assert write(datetime(2026, 7, 3, 21, 59, tzinfo=UTC), "Europe/Berlin") == "3 July 2026 23:59 CEST (21:59 UTC)"
    assert write(NOON, "UTC") == f"{NOON.day} November 2026 12:00 UTC"
    assert in_zone(NOON, "Europe/Berlin").tzinfo == ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(("left", "urgent_at"), [(20, NOON), (48, NOON + timedelta(hours=24))])
def test_what_is_due_within_a_day_is_urgent_at_once(left: float, urgent_at: datetime):
    assert time_of(a_plan(timedelta(hours=left)), URGENT) == urgent_at


def test_the_service_level_counts_from_the_arrival_and_not_from_the_first_run():
    received = NOON - timedelta(hours=3)
    assert time_of(a_plan(received_at=received), CONTACT) == received + timedelta(hours=4)


def test_renewing_changes_nothing_as_long_as_nothing_changed():
    plan = a_plan(received_at=NOON - timedelta(hours=1))
    due = timedelta(days=14) - timedelta(hours=5)
    assert a_plan(due, now=NOON + timedelta(hours=5), old=plan, received_at=NOON - timedelta(hours=1)) == plan


def test_what_a_person_set_outlives_another_draft_and_what_fired_stays_fired():
    plan = a_plan()
    moved = NOON + timedelta(days=12)
    timers = [
        timer.model_copy(update={"at": moved, "by": "ada"}) if timer.name == REMINDER else timer
        for timer in plan.timers
    ]
    timers = [timer.model_copy(update={"fired_at": NOON}) if timer.name == CLAIMED else timer for timer in timers]
    changed = plan.model_copy(update={"timers": tuple(timers), "choice": "file", "chosen_by": "ada"})
    again = a_plan(timedelta(days=4), now=NOON + timedelta(days=10), old=changed)
    assert (again.choice, again.chosen_by, time_of(again, REMINDER)) == ("file", "ada", moved)
    assert [timer.fired_at for timer in again.timers if timer.name == CLAIMED] == [NOON]


def test_another_deadline_starts_the_ladder_anew_and_keeps_who_claimed_the_case():
    claimed = {"claimed_by": "ada", "claimed_at": NOON, "contacted_at": NOON, "choice": "file", "chosen_by": "ada"}
    plan = a_plan().model_copy(update=claimed)
    later = a_plan(timedelta(days=20), now=NOON + timedelta(days=1), old=plan)
    assert (later.round != plan.round, later.since, later.claimed_by, later.choice) == (
        True,
        NOON + timedelta(days=1),
        "ada",
        "file",
    )
    chargeback = a_plan(old=a_plan(status="warning_needs_response").model_copy(update=claimed))
    assert (chargeback.claimed_by, chargeback.choice) == ("ada", None)


def test_an_appeal_has_the_date_that_stripe_gives_and_otherwise_none_but_reminders():
    known = a_plan(status="appeal_needs_response")
    assert known.at(LAST_CHANCE) is not None
    stale = a_plan(timedelta(days=-3), status="appeal_needs_response")
    assert (stale.due_by, {timer.name for timer in stale.timers}) == (None, {CONTACT, REMINDER, ESCALATION})


def test_a_dispute_without_a_date_reminds_all_the_same():
    plan = a_plan(None)
    assert time_of(plan, REMINDER) == NOON + timedelta(days=1)
    assert plan.attempt(NOON + timedelta(days=400)) == 0


@pytest.mark.parametrize(
    ("minutes", "pause"), [(60 * 24 * 9, 60), (200, 50), (40, 10), (3, 2)], ids=["days", "hours", "minutes", "last"]
)
def test_an_outage_is_tried_again_sooner_the_nearer_the_deadline_is(minutes: int, pause: float):
    plan = a_plan(timedelta(minutes=minutes))
    assert planning.retry_at(plan, NOON) - NOON == timedelta(minutes=pause)
    assert planning.retry_at(None, NOON) - NOON == timedelta(hours=1)


def test_a_date_that_stripe_moves_does_not_put_off_the_service_level():
    received = NOON - timedelta(hours=1)
    plan = a_plan(received_at=received)
    moved = a_plan(timedelta(days=20), now=NOON + timedelta(hours=2), old=plan, received_at=received)
    assert time_of(moved, CONTACT) == received + timedelta(hours=4)


def test_the_service_level_shrinks_with_a_window_that_is_shorter_than_it():
    assert time_of(a_plan(timedelta(hours=2)), CONTACT) == NOON + timedelta(minutes=30)


def test_a_choice_ends_with_the_claim_it_was_made_for():
    chosen = a_plan().model_copy(update={"choice": "accept", "chosen_by": "ada", "claimed_by": "ada"})
    other = a_plan(old=chosen, reason="fraudulent")
    assert (other.choice, other.claimed_by, other.round) == (None, "ada", chosen.round)


def test_what_fired_by_a_clock_that_was_ahead_is_yet_to_fire():
    plan = a_plan()
    ahead = NOON + timedelta(days=60)
    fired = plan.model_copy(update={"timers": tuple(one.model_copy(update={"fired_at": ahead}) for one in plan.timers)})
    again = a_plan(timedelta(days=14) - timedelta(hours=1), now=NOON + timedelta(hours=1), old=fired)
    assert [timer.name for timer in again.timers if timer.fired_at] == [CONTACT]
    assert (again.attempt(NOON), plan.attempt(NOON + timedelta(days=14))) == (0, 1 + 6)


def unread(*, contacted: datetime | None = None) -> Plan:
    plan = planning.without_date(None, "dp_1", NOON, received_at=NOON - timedelta(hours=1), rules=RULES)
    timers = [one.model_copy(update={"fired_at": contacted}) if one.name == CONTACT else one for one in plan.timers]
    return plan.model_copy(update={"timers": tuple(timers)})


def test_a_case_that_nobody_could_read_has_a_service_level_and_reminders():
    plan = unread()
    assert (plan.stage, plan.due_by, plan.round) == (UNREAD, None, UNREAD)
    assert {timer.name: timer.at - NOON for timer in plan.timers} == {
        CONTACT: timedelta(hours=3),
        REMINDER: timedelta(days=1),
        ESCALATION: timedelta(days=3),
    }


def test_once_it_is_read_its_service_level_counts_from_the_arrival_and_is_not_missed_twice():
    received = NOON - timedelta(hours=1)
    assert time_of(a_plan(old=unread(), received_at=received), CONTACT) == received + timedelta(hours=4)
    missed = a_plan(old=unread(contacted=NOON + timedelta(hours=3)), received_at=received).find(CONTACT)
    assert missed is not None
    assert missed.fired_at == NOON + timedelta(hours=3)


def test_a_plan_whose_date_is_over_goes_on_without_one_and_keeps_what_people_did():
    plan = a_plan().model_copy(update={"choice": "file", "chosen_by": "ada", "contacted_at": NOON})
    later = NOON + timedelta(days=30)
    over = planning.without_date(plan, plan.dispute_id, later, received_at=NOON, rules=RULES)
    assert (over.stage, over.due_by, over.choice, over.contacted_at) == (plan.stage, None, "file", NOON)
    assert time_of(over, REMINDER) == later + timedelta(days=1)
    assert a_plan(now=later, old=over).choice == "file"
