"""Tests of terms that were accepted before the payment."""

from datetime import timedelta

import pytest

from disputes.evidence import build_fact
from tests.disputes.evidence.relations.scene import PAID_AT, answer, concluded

FINAL = "Tickets: all sales are final."


def sold(policy=FINAL, *, accepted=timedelta(minutes=-2)):
    facts = [build_fact("paid_at", PAID_AT, "stripe:x"), build_fact("refund_policy", policy, "policy:x")]
    return [*facts, build_fact("terms_accepted_at", PAID_AT + accepted, "shop:x")] if accepted is not None else facts


def test_a_final_sale_that_was_accepted_before_paying_may_be_told():
    assert answer("final_sale_shown", *sold()) == "true"
    assert concluded(*sold()).has("final_sale_shown")


@pytest.mark.parametrize(
    "told",
    [
        sold(accepted=timedelta(hours=3)),
        sold(accepted=None),
        sold("All sales are final unless the event is called off."),
        sold("This sale is final. However, faulty goods are taken back."),
    ],
    ids="accepted-after never-accepted exception-unless exception-however".split(),
)
def test_a_final_sale_is_not_told_where_it_was_not_accepted_before_or_has_exceptions(told):
    assert answer("final_sale_shown", *told) == "unknown"
    assert not concluded(*told).has("final_sale_shown")


def test_a_policy_that_gives_refunds_says_nothing_of_a_final_sale():
    assert all(r.name != "final_sale_shown" for r in concluded(*sold("Refunds within 30 days.")).relations)
