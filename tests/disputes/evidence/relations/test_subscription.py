"""Tests of whether a subscription was cancelled before it was charged."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.evidence import build_fact, read_time
from tests.disputes.evidence.relations.scene import DAY, HOUR, PAID, PAID_AT, all_answers, answer, concluded, event

NAME = "canceled_after_charge"
KINDS = st.sampled_from(["canceled_at", "cancel_requested_at"])
MINUTES = st.integers(61, 60 * 24 * 90)


def canceled(at, kind="canceled_at", source="stripe:subscription"):
    return build_fact(kind, at, source)


def wrote(text, at, sender="customer_message"):
    return event(text, at, kind=sender, source="mail:1", ref="m1")


@given(MINUTES, KINDS)
def test_cancelled_after_the_charge(minutes, kind):
    assert answer(NAME, PAID, canceled(PAID_AT + minutes * HOUR / 60, kind)) == "true"


@given(MINUTES, MINUTES, KINDS)
def test_one_cancellation_before_the_charge_is_enough(before, after, kind):
    first, again = (
        canceled(PAID_AT - before * HOUR / 60, kind),
        canceled(PAID_AT + after * HOUR / 60).model_copy(update={"id": "again"}),
    )
    for facts in ((first,), (first, again), (again, first)):
        evidence = concluded(PAID, *facts)
        assert [read_time(fact) for fact in evidence.of("canceled_before_charge")] == [read_time(first)]
        assert not evidence.has(NAME)


@given(st.integers(1, 3600))
def test_within_one_system_a_second_tells(seconds):
    off = seconds * HOUR / 3600
    assert answer(NAME, PAID, canceled(PAID_AT + off)) == "true"
    assert answer(NAME, PAID, canceled(PAID_AT - off)) == "false"


@given(st.integers(0, 59))
def test_after_the_charge_by_another_clock_is_not_claimed(minutes):
    assert answer(NAME, PAID, canceled(PAID_AT + minutes * HOUR / 60, source="app:user")) == "unknown"


def test_a_day_without_an_hour_on_the_day_of_the_charge_is_unknown():
    midnight = datetime(2026, 3, 1, tzinfo=UTC)
    for day in (midnight, midnight.date()):
        assert answer(NAME, PAID, canceled(day)) == "unknown"
        assert answer(NAME, build_fact("paid_at", day, "shop:order"), canceled(PAID_AT)) == "unknown"
    assert answer(NAME, PAID, canceled(PAID_AT.date() - 3 * DAY)) == "false"
    assert answer(NAME, PAID, canceled(PAID_AT.date() + 3 * DAY)) == "true"


@pytest.mark.parametrize(
    ("text", "days", "expected"),
    [
        ("Please cancel my subscription.", -5, "false"),
        ("I cancelled my subscription.", -5, "false"),
        ("Please cancel my subscription.", 5, "true"),
        ("I cancelled my subscription in January.", 5, "unknown"),
        ("I had asked you to cancel my subscription.", 5, "unknown"),
        ("Please cancel my subscription.", None, "unknown"),
        ("I cancelled my subscription.", None, "unknown"),
        ("Thank you!", -5, ""),
    ],
)
def test_what_the_customer_wrote_of_a_cancellation(text, days, expected):
    said = wrote(text, None if days is None else PAID_AT + days * DAY)
    assert answer(NAME, PAID, said) == expected
    later = canceled(PAID_AT + 9 * DAY)
    assert answer(NAME, PAID, later, said) == (expected or "true")


@given(st.lists(st.tuples(st.integers(-40, 40), KINDS, st.sampled_from(["stripe:s", "app:u"])), min_size=1, max_size=4))
def test_the_order_of_cancellations_changes_no_answer_and_none_undoes_another(told):
    facts = [
        canceled(PAID_AT + days * DAY, kind, source).model_copy(update={"id": f"{kind}:{n}"})
        for n, (days, kind, source) in enumerate(told)
    ]
    assert all_answers([PAID, *facts]) == all_answers([*reversed(facts), PAID])
    if answer(NAME, PAID, *facts) == "false":
        assert answer(NAME, PAID, *facts, build_fact("canceled_at", PAID_AT + 50 * DAY, "x:y", ref="z")) == "false"


def test_the_end_of_one_of_several_subscriptions_is_not_held_against_the_charge_of_another():
    names = [build_fact("subscription_id", name, "desk:subscriptions", of=name) for name in ("s1", "s2")]
    ends = [build_fact("canceled_at", PAID_AT - 9 * DAY, "desk:subscriptions", of=name) for name in ("s1", "s2")]
    assert answer(NAME, PAID, *names, ends[0]) == "unknown"
    assert answer(NAME, PAID, *names, *ends) == "false"
    assert answer(NAME, PAID, names[0], ends[0]) == "false"
    asked = wrote("Please cancel my subscription.", PAID_AT - 9 * DAY)
    assert answer(NAME, PAID, *names, ends[0], asked) == "false"


def test_nothing_is_said_without_a_cancellation_or_a_payment():
    assert answer(NAME, PAID) == ""
    assert answer(NAME, canceled(PAID_AT)) == ""
