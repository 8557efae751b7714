"""Whether an answer arrived at Stripe, and whose it is: judged by stage and content, never by a count alone."""

import pytest

from disputes.dispute import Appeal
from disputes.lifecycle import arrival
from disputes.packet import LETTER
from tests.builders import a_dispute
from tests.disputes.lifecycle.answers import (
    APPEAL,
    APPEAL_PACKET,
    HELD,
    LETTER_TEXT,
    OPEN_AT,
    WITH_THE_BANK,
    a_filing,
    answered,
)


@pytest.mark.parametrize("stage", ["inquiry", "chargeback"])
def test_our_answer_is_with_the_bank(stage):
    assert arrival.judge(answered(WITH_THE_BANK[stage]), a_filing(stage)) == "ours"


@pytest.mark.parametrize("stage", ["inquiry", "chargeback", "appeal"])
def test_what_is_only_staged_did_not_arrive(stage):
    fresh = answered(OPEN_AT[stage], submissions=0, staged=True, appeal=APPEAL)
    assert arrival.judge(fresh, a_filing(stage)) == "missing"
    assert arrival.settle(a_filing(stage), fresh) == a_filing(stage)


@pytest.mark.parametrize("status", ["won", "lost"])
def test_our_answer_arrived_although_the_bank_decided_since(status):
    assert arrival.judge(answered(status), a_filing()) == "ours"


def test_an_inquiry_that_closed_after_our_answer_is_still_that_inquiry():
    assert arrival.judge(answered("warning_closed"), a_filing("inquiry")) == "ours"


@pytest.mark.parametrize(
    "held",
    [
        HELD | {LETTER: "Please see the attached receipt."},
        HELD | {LETTER: LETTER_TEXT + "\n"},
        HELD | {"receipt": "file_of_somebody_else"},
        {name: value for name, value in HELD.items() if name != "receipt"},
        HELD | {"customer_communication": "file_of_somebody_else"},
        {},
    ],
    ids=str,
)
def test_an_answer_from_the_dashboard_is_theirs_however_like_ours_it_is(held):
    fresh = answered(evidence=held)
    assert arrival.judge(fresh, a_filing()) == "theirs"
    assert arrival.settle(a_filing(), fresh).state == "refused"
    assert arrival.settle(a_filing(), fresh).detail == "somebody else's answer is with the bank"


def test_a_higher_count_is_not_ours_while_stripe_holds_other_words():
    assert arrival.judge(answered("needs_response", evidence={LETTER: "Ours."}), a_filing()) == "theirs"


@pytest.mark.parametrize("status", WITH_THE_BANK.values())
def test_an_answer_that_we_never_wrote_down_is_theirs(status):
    assert arrival.judge(answered(status), None) == "theirs"


@pytest.mark.parametrize("status", OPEN_AT.values())
@pytest.mark.parametrize("submissions", [0, 1, 2])
def test_where_nothing_was_intended_a_count_says_nothing(status, submissions):
    assert arrival.judge(answered(status, submissions=submissions), None) == "missing"


def test_a_lost_answer_to_an_inquiry_that_escalated_leaves_the_chargeback_to_be_answered():
    escalated = answered("needs_response")
    assert arrival.judge(escalated, a_filing("inquiry")) == "overtaken"
    assert arrival.judge(escalated, None) == "missing"
    assert not arrival.is_answered(escalated)


def test_the_answer_to_an_inquiry_that_escalated_is_settled_by_what_the_bank_then_held():
    arrived = arrival.settle(a_filing("inquiry"), answered("needs_response"))
    never = arrival.settle(a_filing("inquiry"), answered("needs_response", submissions=0))
    theirs = arrival.settle(a_filing("inquiry"), answered("needs_response", evidence={LETTER: "By hand."}))
    assert (arrived.state, never.state, theirs.state) == ("done", "refused", "refused")
    assert all("overtaken" in settled.detail for settled in (arrived, never, theirs))


@pytest.mark.parametrize("stage", ["inquiry", "chargeback"])
@pytest.mark.parametrize("status", ["won", "lost", "warning_closed", "prevented"])
@pytest.mark.parametrize("before", [0, 1])
def test_an_answer_that_is_missing_when_the_dispute_is_over_never_arrives(stage, status, before):
    settled = arrival.settle(a_filing(stage, before=before), answered(status, submissions=before))
    assert settled.state == "refused"
    assert status in settled.detail


@pytest.mark.parametrize("stage", ["inquiry", "chargeback", "appeal"])
def test_an_answer_that_is_missing_is_waited_for_while_the_dispute_is_open(stage):
    filing = a_filing(stage, before=1)
    assert arrival.settle(filing, answered(OPEN_AT[stage])) == filing


def test_a_chargeback_keeps_the_count_of_its_inquiry_and_only_a_higher_one_is_an_answer():
    chargeback = a_filing(before=1)
    assert arrival.judge(answered("needs_response", submissions=1), chargeback) == "missing"
    assert arrival.judge(answered("under_review", submissions=2), chargeback) == "ours"


@pytest.mark.parametrize(
    ("filed", "status", "changes"),
    [
        ("inquiry", "needs_response", {}),
        ("inquiry", "under_review", {}),
        ("chargeback", "appeal_needs_response", {}),
        ("chargeback", "appeal_under_review", {}),
        ("chargeback", "needs_response", {"case_type": "compliance"}),
    ],
)
def test_nothing_arrives_at_a_stage_that_is_over(filed, status, changes):
    assert arrival.judge(answered(status, **changes), a_filing(filed)) == "overtaken"


def test_an_answer_whose_count_stripe_has_not_raised_yet_is_judged_by_its_content():
    assert arrival.judge(answered(submissions=0), a_filing()) == "ours"
    assert arrival.judge(answered(submissions=0, evidence={}), a_filing()) == "theirs"


def test_a_dispute_that_was_lost_without_any_answer_is_nobodys():
    assert arrival.judge(a_dispute(status="lost"), a_filing()) == "missing"


def test_an_appeal_is_judged_by_its_reason_and_its_files_alone():
    filing = a_filing("appeal", packet=APPEAL_PACKET, before=1)
    theirs = Appeal(reason="We disagree.", files=APPEAL.files)
    under_review = {"status": "appeal_under_review", "submissions": 1, "evidence": {}}
    assert arrival.judge(answered(**under_review, appeal=APPEAL), filing) == "ours"
    assert arrival.judge(answered(**under_review, appeal=theirs), filing) == "theirs"
    assert arrival.judge(answered(**under_review), filing) == "theirs"


@pytest.mark.parametrize(
    ("status", "submissions", "held", "expected"),
    [
        ("won", 1, APPEAL, "done"),
        ("won", 2, APPEAL, "done"),
        ("lost", 2, APPEAL, "done"),
        ("lost", 1, APPEAL, "refused"),
        ("won", 1, Appeal(reason="We disagree.", files=APPEAL.files), "refused"),
        ("won", 2, Appeal(reason="We disagree.", files=APPEAL.files), "refused"),
        ("lost", 2, Appeal(reason="We disagree.", files=APPEAL.files), "refused"),
        ("won", 1, Appeal(), "refused"),
    ],
)
def test_an_appeal_that_was_decided_before_we_looked_arrived_where_it_was_won_or_counted(
    status, submissions, held, expected
):
    filing = a_filing("appeal", packet=APPEAL_PACKET, before=1)
    fresh = answered(status, submissions=submissions, appeal=held)
    assert arrival.settle(filing, fresh).state == expected


def test_a_row_of_a_release_that_kept_no_contents_is_ours_by_the_count_alone():
    row, by_hand = a_filing(contents={}), {LETTER: "By hand."}
    assert arrival.differing(answered(evidence=by_hand), {}) == ()
    assert arrival.judge(answered(evidence=by_hand), row) == "ours"
    assert arrival.settle(row, answered(evidence=by_hand)).state == "done"
    assert arrival.judge(answered("needs_response", submissions=0, evidence=by_hand), row) == "missing"
    assert arrival.settle(row, answered("lost", submissions=0, evidence=by_hand)).state == "refused"


@pytest.mark.parametrize("state", ["done", "refused"])
def test_a_filing_whose_result_is_known_is_left_as_it_is(state):
    for fresh in (a_dispute(), answered(), answered(evidence={}), answered("appeal_needs_response")):
        assert arrival.settle(a_filing(state=state), fresh) == a_filing(state=state)


def test_a_filing_of_unknown_result_is_done_once_stripe_shows_it():
    settled = arrival.settle(a_filing(), answered())
    assert settled == a_filing(state="done", detail="seen at Stripe")


@pytest.mark.parametrize("before", [0, 1])
def test_a_close_is_done_when_the_dispute_is_lost_and_nobody_answered_since(before):
    closing = a_filing(action="close", before=before)
    assert arrival.settle(closing, a_dispute(status="lost", submissions=before)).state == "done"
    for status in (*OPEN_AT.values(), *WITH_THE_BANK.values()):
        assert arrival.settle(closing, a_dispute(status=status, submissions=before)) == closing


@pytest.mark.parametrize("before", [0, 1])
def test_a_loss_after_somebody_elses_answer_is_no_close_of_ours(before):
    closing = a_filing(action="close", before=before)
    fresh = answered("lost", submissions=before + 1, evidence={LETTER: "By hand."})
    assert arrival.settle(closing, fresh).state == "refused"


@pytest.mark.parametrize("status", ["won", "warning_closed", "prevented"])
def test_a_dispute_that_ended_otherwise_was_not_closed_by_us(status):
    assert arrival.settle(a_filing(action="close"), a_dispute(status=status)).state == "refused"


@pytest.mark.parametrize(
    ("state", "method", "expected"),
    [
        ("intended", "smart_disputes", ("done", "k")),
        ("refused", "smart_disputes", ("done", "k")),
        ("done", "smart_disputes", ("done", "k")),
        ("intended", "manual", ("intended", "k")),
        ("refused", "manual", ("refused", "k")),
        ("done", "manual", ("refused", "k#2")),
    ],
)
def test_a_hand_over_follows_what_stripe_shows_and_is_made_again_under_another_key(state, method, expected):
    handing = a_filing(action="smart_disputes", state=state, key="k")
    settled = arrival.settle(handing, a_dispute(submission_method=method))
    assert (settled.state, settled.key) == expected


@pytest.mark.parametrize("fresh", [{"status": "lost"}, {"case_type": "compliance"}])
@pytest.mark.parametrize(("state", "expected"), [("intended", "refused"), ("done", "done"), ("refused", "refused")])
def test_a_hand_over_of_a_stage_that_is_over_stays_what_it_was(state, expected, fresh):
    handing = a_filing(action="smart_disputes", state=state)
    assert arrival.settle(handing, a_dispute(submission_method="manual", **fresh)).state == expected


@pytest.mark.parametrize(
    ("status", "submissions", "expected"),
    [
        ("needs_response", 0, False),
        ("needs_response", 1, False),
        ("warning_needs_response", 1, False),
        ("appeal_needs_response", 1, False),
        ("under_review", 1, True),
        ("under_review", 0, True),
        ("warning_under_review", 1, True),
        ("appeal_under_review", 1, True),
        ("won", 1, True),
        ("lost", 1, True),
        ("lost", 0, False),
        ("prevented", 0, False),
        ("warning_closed", 1, True),
        ("warning_closed", 0, False),
    ],
)
def test_a_stage_is_answered_once_an_answer_of_anybody_is_with_the_bank(status, submissions, expected):
    assert arrival.is_answered(a_dispute(status=status, submissions=submissions)) == expected
