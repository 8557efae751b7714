"""How a dispute is handled by its status, case type, reason and deadline."""

from datetime import timedelta
from itertools import product

import pytest

from disputes import lifecycle
from disputes.dispute import BANK_RETURNS
from tests.builders import NOON, a_dispute

OPEN = {"needs_response", "warning_needs_response", "appeal_needs_response"}
OVER = {
    "won": "won",
    "lost": "lost",
    "warning_closed": "warning_closed",
    "prevented": "prevented",
    "under_review": "answered",
    "warning_under_review": "answered",
    "appeal_under_review": "answered",
}
STATUSES = [*sorted(OPEN), *OVER, "unknown", "appeal_denied", "charge_refunded"]
CASE_TYPES = [None, "block", "chargeback", "compliance", "inquiry", "resolution", "something_new"]
REASONS = [*BANK_RETURNS, "fraudulent", "product_not_received", "noncompliant", "general", "something_new"]


def expected(status, case_type, reason):
    if status in OVER:
        return "nothing"
    compliance = status == "needs_response" and (case_type == "compliance" or reason == "noncompliant")
    if status not in OPEN or status == "appeal_needs_response" or compliance or reason in BANK_RETURNS:
        return "person"
    return "answer"


@pytest.mark.parametrize(("status", "case_type"), list(product(STATUSES, CASE_TYPES)))
def test_every_status_case_type_and_reason_has_one_way(status, case_type):
    for reason in REASONS:
        stands = lifecycle.handling(a_dispute(status=status, case_type=case_type, reason=reason), NOON)
        assert stands.way == expected(status, case_type, reason), reason
        assert stands.outcome == OVER.get(status, "")
        assert not stands.why or (stands.why[0].isupper() and stands.why.endswith("."))
        assert bool(stands.why) == (stands.way != "answer")


def test_an_open_chargeback_past_its_deadline_is_lost_and_says_so():
    late = a_dispute(status="needs_response", due_by=NOON - timedelta(seconds=1))
    stands = lifecycle.handling(late, NOON)
    assert (stands.way, stands.outcome) == ("nothing", "past_due")
    assert "21 November 2026" in stands.why


def test_an_inquiry_past_its_date_has_lost_no_money_and_is_a_persons():
    late = a_dispute(status="warning_needs_response", due_by=NOON - timedelta(days=2))
    stands = lifecycle.handling(late, NOON)
    assert (stands.way, stands.outcome) == ("person", "")
    assert "No money has moved" in stands.why


def test_an_appeal_is_not_over_by_the_deadline_of_the_answer_before_it():
    late = a_dispute(status="appeal_needs_response", due_by=NOON - timedelta(days=40))
    assert lifecycle.handling(late, NOON).way == "person"


def test_the_last_second_is_still_in_time():
    assert lifecycle.handling(a_dispute(due_by=NOON), NOON).way == "answer"


def test_a_dispute_without_a_deadline_can_be_answered():
    assert lifecycle.handling(a_dispute(due_by=None), NOON).way == "answer"


@pytest.mark.parametrize("status", [*OVER, "unknown"])
def test_a_passed_deadline_changes_nothing_for_what_is_not_open(status):
    late = a_dispute(status=status, due_by=NOON - timedelta(days=9))
    assert lifecycle.handling(late, NOON).outcome == OVER.get(status, "")


def test_a_lost_bank_return_says_that_nobody_could_be_persuaded():
    assert "no issuer" in lifecycle.handling(a_dispute(status="lost", reason="insufficient_funds"), NOON).why


def test_klarna_takes_no_evidence_for_an_inquiry():
    inquiry = a_dispute(status="warning_needs_response", method="klarna")
    assert lifecycle.handling(inquiry, NOON).way == "person"
    assert lifecycle.handling(a_dispute(method="klarna"), NOON).way == "answer"


@pytest.mark.parametrize("status", STATUSES)
def test_open_is_what_stripe_waits_for(status):
    assert a_dispute(status=status).is_open == (status in OPEN)
