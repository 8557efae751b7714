"""Tests of whether the identity equals that of earlier payments which nobody disputed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.ce3.payment import Payment, PaymentHistory
from disputes.evidence import build_fact
from tests.disputes.evidence.relations.scene import DAY, PAID_AT, answer, concluded

NAME = "same_identity"
ELEMENTS = {
    "customer_purchase_ip": ("203.0.113.7", "198.51.100.9"),
    "customer_device_id": ("device-0123456789abc", "device-zyxwvutsrqpon"),
    "customer_email_address": ("ada@example.com", "eve@example.com"),
    "customer_account_id": ("user_1", "user_2"),
}
SIDES = st.fixed_dictionaries({name: st.sampled_from([0, 1, None]) for name in ELEMENTS})


def payment(charge, days, sides, **changes):
    told = {name: ELEMENTS[name][side] for name, side in sides.items() if side is not None}
    plain = {"charge": charge, "paid_at": PAID_AT + days * DAY, "card": "fp", "amount": 900, "paid": True}
    state = {"disputed": False, "refunded": False, "fraud_reported": False}
    return Payment.model_validate({**plain, **state, **told, **changes})


def judge(own, *priors):
    history = PaymentHistory(disputed=payment("ch_1", 0, own, disputed=True), priors=priors)
    return answer(NAME, build_fact("customer_ip", "203.0.113.7", "stripe:session"), history=history)


@given(SIDES, SIDES)
def test_two_equal_elements_are_one_identity_and_all_different_another(own, other):
    both = [own[name] == other[name] for name in ELEMENTS if None not in {own[name], other[name]}]
    expected = "true" if sum(both) >= 2 else "false" if len(both) >= 2 and not any(both) else "unknown"
    assert judge(own, payment("ch_0", -200, other)) == expected


@given(SIDES, st.lists(SIDES, min_size=1, max_size=3))
def test_neither_the_order_of_earlier_payments_nor_another_one_undoes_an_equal_one(own, others):
    priors = [payment(f"ch_p{n}", -100 - n, sides) for n, sides in enumerate(others)]
    given = judge(own, *priors)
    assert judge(own, *reversed(priors)) == given
    if given == "true":
        assert judge(own, *priors, payment("ch_x", -300, dict.fromkeys(ELEMENTS, 1))) == "true"


@given(SIDES)
@pytest.mark.parametrize("fault", [{"disputed": True}, {"refunded": True}, {"fraud_reported": True}, {"paid": False}])
def test_an_earlier_payment_with_a_fault_proves_nothing(fault, own):
    assert judge(own, payment("ch_0", -200, own, **fault)) == ""
    assert judge(own, payment("ch_0", 200, own)) == ""
    assert judge(own, payment("ch_0", -20, own)) == ""  # a bank may yet dispute it


def test_nothing_is_said_without_a_history():
    assert answer(NAME) == ""
    own = dict.fromkeys(ELEMENTS, 0)
    history = PaymentHistory(
        disputed=payment("ch_1", 0, own), priors=(payment("ch_0", -200, dict.fromkeys(ELEMENTS, 1)),)
    )
    assert [fact.kind for fact in concluded(history=history).adverse] == ["identity_differs"]
