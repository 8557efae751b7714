"""What a person may change in a plan: any change that is let through keeps the ladder's order and its margin."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.errors import Invalid
from disputes.lifecycle import plan as planning
from disputes.lifecycle import plan_change
from disputes.policy.deadlines import Ladder
from disputes.repositories.plans import PlanChange
from tests.builders import NOON, a_dispute

RULES = planning.Rules(queue="manual-review", ladder=Ladder(), urgent_hours=24)
LADDER = planning.CHANGEABLE


def a_plan(**changes):
    return planning.renew(None, a_dispute(**changes), NOON, received_at=NOON, rules=RULES)


moments = st.integers(-60, 10 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes))
times = st.dictionaries(st.sampled_from(LADDER), moments, min_size=1)
windows = st.integers(30, 30 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes))


@given(wanted=times, due=windows)
def test_what_is_let_through_is_to_come_in_order_and_in_time(wanted, due):
    plan = a_plan(due_by=due)
    if plan_change.check(plan, None, PlanChange(times=wanted), NOON):
        return
    known = {timer.name: timer.at for timer in plan.timers} | wanted
    for name, at in wanted.items():
        assert NOON < at <= due - plan_change.LATEST
        place = LADDER.index(name)
        assert all(known[earlier] < at for earlier in LADDER[:place])
        assert all(at < known[later] for later in LADDER[place + 1 :])


@given(due=windows, choice=st.sampled_from(["file", "call", "accept"]))
def test_a_choice_alone_is_never_refused_for_the_times_of_a_plan(due, choice):
    assert plan_change.check(a_plan(due_by=due), a_dispute(due_by=due), PlanChange(choice=choice), NOON) == ""


@pytest.mark.parametrize("choice", ["file", "call", "accept", "smart_disputes"])
def test_nothing_is_chosen_for_the_end_of_a_dispute_that_nobody_could_read(choice):
    plan = planning.without_date(None, "dp_1", NOON, received_at=NOON, rules=RULES)
    assert plan_change.check(plan, None, PlanChange(choice=choice), NOON).startswith("No run has read this dispute yet")


@given(at=st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.timezones()))  # noqa: DTZ001 - it draws the zone
def test_a_time_of_any_zone_is_read_as_the_same_moment(at):
    wall = at.isoformat()
    read = plan_change.read(None, {"reminder": wall, "claimed": None}).times
    assert read == {"reminder": datetime.fromisoformat(wall)}
    assert read["reminder"].tzinfo is UTC


@given(said=st.text(min_size=1))
def test_any_other_words_are_refused_in_a_sentence(said):
    try:
        read = plan_change.read(None, {"last_chance": said})
    except Invalid as refused:
        assert str(refused).startswith("The time of the last chance ")  # noqa: PT017 - most texts end here
    else:
        assert read.times["last_chance"].tzinfo is UTC


@pytest.mark.parametrize(
    ("choice", "changes", "why"),
    [
        ("accept", {"status": "warning_needs_response"}, "this is an inquiry."),
        ("accept", {"status": "appeal_needs_response"}, "this is an appeal."),
        ("smart_disputes", {}, "Stripe offers no Smart Disputes to this account."),
        (
            "smart_disputes",
            {"status": "appeal_needs_response", "submission_method": "manual"},
            "Stripe answers no appeal by itself.",
        ),
    ],
)
def test_what_can_never_happen_to_a_dispute_is_refused(choice, changes, why):
    refused = plan_change.check(a_plan(**changes), a_dispute(**changes), PlanChange(choice=choice), NOON)
    assert refused.endswith(why)


@pytest.mark.parametrize("name", ["urgent", "passed", "call:1", "contact", "lunch"])
def test_only_the_rungs_of_the_ladder_are_moved(name):
    at = NOON + timedelta(days=1)
    assert "still to come" in plan_change.check(a_plan(), None, PlanChange(times={name: at}), NOON)
