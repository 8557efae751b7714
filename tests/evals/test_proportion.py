"""Proportions and their intervals."""

import pytest

from evals.scoring.proportion import Proportion, measure


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (185, 200, 0.8800, 0.9540)],
)
def test_the_interval_is_wilsons(hits, of, low, high):
    assert Proportion(hits=hits, of=of).interval == pytest.approx((low, high), abs=5e-5)


def test_the_interval_of_nothing_is_0_to_1():
    assert Proportion(hits=0, of=0).interval == (0.0, 1.0)


def test_shares_of_separate_things_add_up():
    assert measure([True, False]).plus(measure([True])) == Proportion(hits=2, of=3)
