"""The second policy files whatever is grounded and complete, and stops where money or doubt asks for a hand."""

import pytest

from disputes import policy
from tests.conftest import Stage

WAYS = {
    "not_received_high": "filed",
    "fraud_small_3ds": "filed",
    "fraud_mid": "filed",
    "duplicate_refunded": "filed",
    "subscription_active": "filed",
    "fraud_high": "waiting",  # Stripe rated it risky: a fact against us
    "subscription_canceled_before": "waiting",
    "not_received_unshipped": "waiting",
    "compliance_visa": "waiting",
    "klarna_inquiry": "waiting",
    "prevented": "recorded",
}


@pytest.mark.parametrize(("name", "state"), WAYS.items())
async def test_autopilot_takes_each_case_as_far_as_it_may(stage: Stage, name: str, state: str):
    autopilot = stage.under(policy=policy.load("autopilot"))
    record = await autopilot.play(name)
    assert record.case
    assert record.case.route
    assert record.state == state, record.case.route.reasons
    assert (await stage.counts(record.dispute_id)).get("submissions", 0) == (state == "filed")
