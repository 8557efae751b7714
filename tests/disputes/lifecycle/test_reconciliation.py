"""Each difference between our rows and Stripe is one sentence, and what agrees says nothing."""

from datetime import timedelta

import pytest

from disputes.case import Case
from disputes.lifecycle import arrival
from disputes.lifecycle.reconciliation import differences
from disputes.repositories.cases import CaseRecord
from disputes.repositories.filings import Filing
from tests.builders import NOON, a_dispute

EVIDENCE = {"customer_name": "Ada", "uncategorized_text": "The parcel arrived."}
ANSWERED = {"status": "under_review", "submissions": 1, "evidence": EVIDENCE}


def a_record(state="filed", outcome="", **shown):
    case = Case(dispute=a_dispute(**shown))
    times = {"received_at": NOON, "updated_at": NOON}
    return CaseRecord.model_validate({"dispute_id": "du_1", "state": state, "outcome": outcome, "case": case, **times})


def a_filing(state="done", action="submit", stage="chargeback", **fields):
    contents = arrival.contents(a_dispute(evidence=fields or EVIDENCE)) if action == "submit" else {}
    plain = {"dispute_id": "du_1", "stage": stage, "action": action, "key": "k", "before": 0, "state": state}
    return Filing.model_validate({**plain, "contents": contents})


AGREEING = {
    "an answer under way": (a_record("waiting"), [], a_dispute()),
    "filed": (a_record(**ANSWERED), [a_filing()], a_dispute(**ANSWERED)),
    "won": (
        a_record("closed", "won", **ANSWERED | {"status": "won"}),
        [a_filing()],
        a_dispute(**ANSWERED | {"status": "won"}),
    ),
    "accepted": (
        a_record("accepted", "lost", status="lost"),
        [a_filing(action="close")],
        a_dispute(status="lost"),
    ),
    "an accepted inquiry, which stays open": (
        a_record("accepted", status="warning_needs_response"),
        [a_filing(action="close", stage="inquiry")],
        a_dispute(status="warning_needs_response"),
    ),
    "recorded past its deadline": (a_record("recorded", "past_due"), [], a_dispute()),
    "somebody else's answer": (
        a_record("recorded", "answered", **ANSWERED),
        [a_filing("refused")],
        a_dispute(**ANSWERED),
    ),
    "a refused try beside an answer by hand": (a_record("waiting"), [a_filing("refused")], a_dispute()),
    "an inquiry that escalated, answered again": (
        a_record(**ANSWERED | {"submissions": 2}),
        [a_filing(stage="inquiry", customer_name="Old"), a_filing().model_copy(update={"before": 1})],
        a_dispute(**ANSWERED | {"submissions": 2}),
    ),
}


@pytest.mark.parametrize("name", AGREEING)
def test_what_agrees_says_nothing(name):
    assert differences(*AGREEING[name]) == ()


def test_filed_here_and_open_at_stripe_without_a_submission():
    found = differences(a_record(), [a_filing()], a_dispute())
    assert found == ("The answer is filed here, and Stripe shows the dispute open without a submission.",)


def test_filed_here_without_any_row_of_a_filing():
    assert "without a submission" in differences(a_record(), [], a_dispute())[0]


def test_accepted_here_and_open_at_stripe():
    found = differences(a_record("accepted"), [a_filing(action="close")], a_dispute())
    assert found == ("The loss is accepted here, and Stripe shows the dispute open.",)


def test_left_to_stripe_here_and_not_at_stripe():
    for method, said in (("smart_disputes", 0), ("manual", 1)):
        fresh = a_dispute(submission_method=method)
        record = a_record("recorded", "smart_disputes", submission_method=method)
        assert len(differences(record, [a_filing(action="smart_disputes")], fresh)) == said


def test_ended_otherwise_than_stripe_says():
    ours, theirs = ANSWERED | {"status": "won"}, ANSWERED | {"status": "lost"}
    found = differences(a_record("closed", "won", **ours), [a_filing()], a_dispute(**theirs))
    assert found == ("The case ended as won here, and Stripe says lost.",)


def test_ended_at_stripe_alone():
    found = differences(a_record(**ANSWERED), [a_filing()], a_dispute(**ANSWERED | {"status": "lost"}))
    assert found == ("The case is filed here without an outcome, and Stripe says lost.",)


def test_reopened_at_stripe_after_its_end():
    found = differences(a_record("closed", "lost", status="lost"), [], a_dispute(status="appeal_needs_response"))
    assert found[0] == "The case ended as lost here, and Stripe says appeal needs response."


@pytest.mark.parametrize("state", ["waiting", "recorded", "parked", "rejected"])
@pytest.mark.parametrize("filing", ["intended", "done"])
def test_not_filed_by_our_record_and_our_answer_is_with_the_bank(state, filing):
    found = differences(a_record(state, **ANSWERED), [a_filing(filing)], a_dispute(**ANSWERED))
    assert found == (f"The case is {state} here, and Stripe shows our answer to the chargeback with the bank.",)


def test_an_unknown_result_that_stripe_knows():
    found = differences(a_record(**ANSWERED), [a_filing("intended")], a_dispute(**ANSWERED))
    assert found == ("Whether our answer to the chargeback arrived is unknown here, and Stripe shows that it did.",)


def test_a_case_that_shows_an_older_dispute():
    changes = {"reason": "fraudulent", "amount": 9_100, "due_by": NOON + timedelta(days=2)}
    ours, theirs = (f"{NOON + timedelta(days=days):%d %B %Y %H:%M} UTC" for days in (9, 2))
    found = differences(a_record("waiting"), [], a_dispute(**changes))
    assert found == (
        "The case shows the reason product not received, and Stripe says fraudulent.",
        "The case shows the amount 38.00 USD, and Stripe says 91.00 USD.",
        f"The case shows the deadline {ours}, and Stripe says {theirs}.",
    )


def test_a_case_that_shows_an_older_status():
    found = differences(a_record("waiting"), [], a_dispute(status="under_review"))
    assert found == ("The case shows the status needs response, and Stripe says under review.",)


def test_a_bank_that_holds_something_else_than_we_filed():
    held = ANSWERED | {"evidence": {"customer_name": "Bob", "uncategorized_text": "The parcel arrived."}}
    found = differences(a_record(**held), [a_filing()], a_dispute(**held))
    assert found == ("The bank holds something else than we filed for the chargeback: customer name.",)


def test_a_parked_case_without_a_draft_is_compared_by_its_outcome_alone():
    record = a_record("parked").model_copy(update={"case": None})
    assert differences(record, [], a_dispute()) == ()
    assert differences(record, [], a_dispute(status="lost")) == (
        "The case is parked here without an outcome, and Stripe says lost.",
    )


def test_no_sentence_quotes_what_a_customer_wrote():
    held = ANSWERED | {"evidence": {"customer_name": "Ada Lovelace"}}
    found = differences(a_record("waiting", **held), [a_filing(customer_name="Ada Lovelace")], a_dispute(**held))
    assert found
    assert "Lovelace" not in " ".join(found)
