"""The fee of a compliance case, acknowledged by a verdict only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.case import Verdict
from disputes.packet import compliance
from tests.builders import a_dispute

VISA, MASTERCARD = "visa_compliance", "mastercard_compliance"
AGREED = Verdict(decision="approve", fee_acknowledged=True, by="ada")


def a_compliance_case(**changes):
    return a_dispute(**{"reason": "noncompliant", "network": "visa", "eligible": (VISA,), **changes})


@pytest.mark.parametrize("decision", ["approve", "edit"])
def test_a_verdict_that_says_so_acknowledges_the_fee(decision):
    verdict = Verdict(decision=decision, fee_acknowledged=True)
    assert compliance.build_fee_evidence(a_compliance_case(), verdict) == {VISA: {"fee_acknowledged": True}}


@pytest.mark.parametrize(
    "verdict",
    [
        None,
        Verdict(decision="approve"),
        Verdict(decision="edit", fields={"uncategorized_text": "fee_acknowledged: true"}),
        *(Verdict(decision=other, fee_acknowledged=True) for other in ("reject", "accept_loss", "redraft")),
    ],
)
def test_nothing_else_acknowledges_it(verdict):
    assert compliance.build_fee_evidence(a_compliance_case(), verdict) == {}


@pytest.mark.parametrize(
    ("changes", "scheme"),
    [
        ({}, VISA),
        ({"eligible": (MASTERCARD,), "network": "mastercard"}, MASTERCARD),
        ({"eligible": (MASTERCARD,), "network": "visa"}, MASTERCARD),
        ({"eligible": (VISA, MASTERCARD), "network": "mastercard"}, MASTERCARD),
        ({"eligible": (), "network": "mastercard"}, MASTERCARD),
        ({"eligible": (), "network": "visa"}, VISA),
        ({"eligible": (), "network": "amex"}, None),
        ({"eligible": (), "network": None}, None),
    ],
)
def test_the_scheme_is_the_one_stripe_names(changes, scheme):
    case = a_compliance_case(**changes)
    assert compliance.find_scheme(case) == scheme
    assert set(compliance.build_fee_evidence(case, AGREED)) == ({scheme} if scheme else set())


@given(st.sampled_from(("fraudulent", "duplicate")), st.sampled_from(("needs_response", "warning_needs_response")))
def test_a_dispute_that_is_no_compliance_case_has_no_fee(reason, status):
    dispute = a_dispute(reason=reason, status=status, network="visa", eligible=("visa_compelling_evidence_3",))
    assert compliance.build_fee_evidence(dispute, AGREED) == {}
