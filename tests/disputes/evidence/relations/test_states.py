"""Tests of records of a time they cannot be of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.evidence import build_fact
from tests.disputes.evidence.relations.scene import DISPUTED_AT, HOUR, PAID_AT, SALE, all_answers, answer, concluded

NAME = "possible"
# Each kind with the time it is bound to, and the side of it on which it cannot be.
BOUND = {
    "customer_since": (DISPUTED_AT, 1),
    "terms_accepted_at": (DISPUTED_AT, 1),
    "subscription_started_at": (DISPUTED_AT, 1),
    "prior_since": (PAID_AT, 1),
    "refunded_at": (PAID_AT, -1),
}
KIND = st.sampled_from(sorted(BOUND))


def record(kind, minutes):
    """A record so many minutes on the side on which it cannot be."""
    limit, side = BOUND[kind]
    return build_fact(kind, limit + side * minutes * HOUR / 60, "app:user")


@given(KIND, st.integers(60 * 48, 60 * 24 * 300))
def test_a_record_on_the_wrong_side_cannot_be_and_one_on_the_right_side_can(kind, minutes):
    assert answer(NAME, *SALE, record(kind, minutes)) == "false"
    assert answer(NAME, *SALE, record(kind, -minutes)) == "true"
    assert answer(NAME, record(kind, minutes)) == "unknown"


@given(KIND, st.integers(-60, 60))
def test_clocks_an_hour_apart_are_never_false(kind, minutes):
    assert answer(NAME, *SALE, record(kind, minutes)) != "false"


@pytest.mark.parametrize("kind", sorted(BOUND))
def test_a_day_without_an_hour_on_the_same_day_is_never_false(kind):
    assert answer(NAME, *SALE, build_fact(kind, BOUND[kind][0].date(), "app:user")) != "false"


@given(st.sets(KIND, min_size=1))
def test_each_record_that_cannot_be_is_a_fact_of_its_own(wrong):
    told = [*SALE, *(record(kind, 60 * 24 * 9) for kind in sorted(wrong))]
    assert len(concluded(*told).of("impossible_state")) == len(wrong)
    assert all_answers(told) == all_answers(reversed(told))


@given(KIND, KIND)
def test_a_record_that_can_be_never_hides_one_that_cannot(wrong, right):
    told = (*SALE, record(wrong, 60 * 24 * 9), record(right, -60 * 24 * 9).model_copy(update={"id": "other"}))
    assert answer(NAME, *told) == "false"


def test_nothing_to_compare_is_unknown():
    assert answer(NAME, *SALE, build_fact("order_id", "A-1", "shop:order")) == "unknown"
