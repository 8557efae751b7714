"""Other disputes of one payment: which contradict, which exceed, which no longer count."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.siblings import Sibling, build, describe, differ, weigh
from tests.builders import a_dispute

REASONS = (
    "fraudulent product_not_received product_unacceptable subscription_canceled duplicate credit_not_processed general"
).split()
OVER = ("won", "warning_closed", "prevented")
LIVE = ("needs_response", "under_review", "lost", "warning_needs_response", "appeal_under_review", "a_new_status")
AMOUNTS = st.integers(1, 10_000)


def a_sibling(**changes: Any) -> Sibling:
    return build(a_dispute(**{"id": "du_2", **changes}))


def weighed(siblings: tuple[Sibling, ...], **changes: Any) -> str:
    return " ".join(weigh(a_dispute(**changes), siblings))


@pytest.mark.parametrize(("one", "other"), list(itertools.permutations(REASONS, 2)))
def test_any_two_different_reasons_contradict_each_other_either_way(one: str, other: str):
    assert "du_2" in weighed((a_sibling(reason=other, amount=1),), reason=one, amount=1, captured=100)


@pytest.mark.parametrize("reason", REASONS)
def test_the_same_reason_twice_contradicts_nothing(reason: str):
    assert weighed((a_sibling(reason=reason, amount=1),), reason=reason, amount=1, captured=2) == ""


@given(mine=AMOUNTS, theirs=st.lists(AMOUNTS, min_size=1, max_size=9), captured=AMOUNTS)
def test_claims_hold_each_other_exactly_where_they_exceed_what_was_captured(
    mine: int, theirs: list[int], captured: int
):
    others = tuple(a_sibling(id=f"du_x{n}", amount=amount) for n, amount in enumerate(theirs))
    assert bool(weighed(others, amount=mine, captured=captured)) == (mine + sum(theirs) > captured)


@pytest.mark.parametrize("status", OVER)
def test_a_claim_that_is_over_holds_nothing_back_and_is_still_told(status: str):
    over = (a_sibling(status=status, reason="fraudulent", amount=9_999),)
    assert weighed(over, captured=3_800) == ""
    assert "du_2" in " ".join(describe(over))


@pytest.mark.parametrize("status", LIVE)
def test_any_other_status_counts(status: str):
    assert "du_2" in weighed((a_sibling(status=status, reason="fraudulent"),), captured=99_999)


def test_another_currency_is_no_sum_and_no_silence():
    assert "currency" in weighed((a_sibling(currency="eur", amount=1),), captured=99_999)


def test_none_is_nothing():
    assert weighed((), captured=1) == ""
    assert not list(describe(()))


@pytest.mark.parametrize(
    "changes", [{"reason": "general"}, {"amount": 1}, {"status": "won"}, {"status": "under_review"}, {"id": "du_3"}]
)
def test_what_a_reviewer_decides_on_is_a_difference(changes: dict[str, Any]):
    assert differ((a_sibling(),), (a_sibling(**changes),))
    assert differ((), (a_sibling(),))
    assert differ((a_sibling(),), ())


@given(amounts=st.lists(AMOUNTS, max_size=6))
def test_the_order_they_are_listed_in_is_no_difference(amounts: list[int]):
    some = [a_sibling(id=f"du_x{n}", amount=amount) for n, amount in enumerate(amounts)]
    assert not differ(some, reversed(some))
