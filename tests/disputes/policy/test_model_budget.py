"""The budget of models for a dispute."""

import pytest

from disputes.errors import OverBudget
from disputes.policy.model_budget import MICRO, Allowance, Meter, Usage


def asked(tokens_in=0, tokens_out=0):
    return Usage(agent="rebuttal", model="m", prompt="1", tokens_in=tokens_in, tokens_out=tokens_out)


def test_a_question_costs_what_the_policy_says():
    meter = Meter(Allowance(price_in=25, price_out=200))
    meter.record(asked(1_000, 100))
    (usage,) = meter.used
    assert usage.cost == 45_000  # 0.045 of a cent
    assert usage.cost < MICRO


def test_what_was_asked_before_counts():
    meter = Meter(Allowance(tokens=1_000), [asked(600, 300)])
    meter.check(100)
    with pytest.raises(OverBudget, match="1000 tokens"):
        meter.check(101)
    assert meter.used == []


def test_money_runs_out_before_tokens_do():
    meter = Meter(Allowance(cost=1, price_in=1_000_000))
    meter.check(1)
    meter.record(asked(1))
    with pytest.raises(OverBudget, match="may cost"):
        meter.check(1)


def test_free_models_are_held_by_tokens_alone():
    meter = Meter(Allowance(cost=0, tokens=10))
    meter.check(10)
    with pytest.raises(OverBudget):
        meter.check(11)
