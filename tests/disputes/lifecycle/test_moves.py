"""The next move of a dispute's run: every combination of record, thread, verdict, reading and filings."""

from datetime import timedelta
from itertools import product

import pytest

from disputes.case import Verdict
from disputes.dispute import Eligibility
from disputes.lifecycle.moves import (
    CHANGED_OUTSIDE,
    OLDER_SHAPE,
    Continue,
    Discard,
    Expire,
    Refresh,
    Rest,
    Restore,
    Resume,
    RunView,
    Settle,
    Situation,
    Start,
    is_last,
    next_move,
)
from tests.builders import NOON, a_dispute
from tests.disputes.lifecycle.rules import REDRAFT, expected_move, plain
from tests.disputes.lifecycle.situations import (
    FINE,
    HISTORY,
    LATER,
    PAST,
    STATES,
    STATUSES,
    THREADS,
    a_record,
    a_run,
    a_step,
    a_verdict,
    situation,
    the_filings,
)

AFTER_A_RUN = ("filed", "accepted", "rejected", "recorded", "closed")


def decide(**parts):
    return plain(next_move(Situation(now=parts.pop("now", NOON), **parts)))


@pytest.mark.parametrize(("state", "status"), list(product(STATES, STATUSES)))
def test_every_situation_has_the_move_of_its_first_rule(state, status):
    for fine in product(*FINE):
        at = situation(state, status, fine)
        assert plain(next_move(at)) == expected_move(at), fine


@pytest.mark.parametrize(
    ("move", "last"),
    [
        (Discard(), False),
        (Discard(refused=CHANGED_OUTSIDE), False),
        (Discard(above=9), False),
        (Continue(), False),
        (Start(), True),
        (REDRAFT, True),
        (Restore(), False),
        (Restore(reason=OLDER_SHAPE), False),
        (Resume(verdict=Verdict(decision="approve")), False),
        (Refresh(), False),
        (Settle(record=a_record()), True),
        (Settle(record=a_record(), outcome="won"), True),
        (Expire(version=0), False),
        (Rest(), True),
    ],
    ids=str,
)
def test_a_drive_ends_with_rest_a_settlement_or_a_start_which_reads_the_dispute(move, last):
    assert is_last(move) == last


@pytest.mark.parametrize("state", ["waiting", "parked"])
@pytest.mark.parametrize("version", [0, 6, 8])
def test_a_verdict_on_another_version_expires_whatever_its_case_does(state, version):
    verdict = Verdict(decision="approve", by="ada", version=version)
    assert decide(record=a_record(state), run=a_run(), verdict=verdict) == Expire(version=version)


@pytest.mark.parametrize("state", ["waiting", "parked"])
@pytest.mark.parametrize("decision", ["approve", "edit", "reject", "accept_loss"])
def test_a_ruling_on_the_version_on_record_wakes_the_run_parked_or_not(state, decision):
    verdict = Verdict(decision=decision, by="ada", version=7)
    assert decide(record=a_record(state), run=a_run(), verdict=verdict) == Resume(verdict=verdict)


@pytest.mark.parametrize("state", ["waiting", "parked"])
@pytest.mark.parametrize("status", ["none", "suspended", "ended"])
def test_a_call_for_a_new_draft_starts_anew(state, status):
    assert decide(record=a_record(state), run=a_run(status), verdict=a_verdict("redraft")) == Start()


@pytest.mark.parametrize("status", ["none", "midway", "suspended", "ended"])
@pytest.mark.parametrize("thread", list(THREADS))
def test_a_parked_case_that_nobody_ruled_on_starts_anew_once_a_thread_of_no_use_is_gone(status, thread):
    record = a_record("parked")
    move = next_move(Situation(record=record, run=a_run(status, thread=thread), now=NOON))
    if isinstance(move, Discard):
        move = next_move(Situation(record=record, now=NOON))
    assert move == Start()


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        ("status", {"status": "under_review"}),
        ("stage", {"status": "warning_needs_response"}),
        ("stage by case type", {"case_type": "compliance"}),
        ("reason", {"reason": "fraudulent"}),
        ("bank return", {"reason": "insufficient_funds"}),
        ("amount", {"amount": 3_799}),
        ("due_by", {"due_by": LATER}),
        ("no due_by", {"due_by": None}),
        ("past due", {"due_by": PAST}),
        ("eligibility", {"eligible": ("visa_compelling_evidence_3",)}),
    ],
)
def test_a_draft_on_what_has_changed_is_drafted_again(what, changes):
    assert decide(record=a_record("waiting"), run=a_run(), fresh=a_dispute(**changes)) == REDRAFT


def test_a_draft_is_made_again_when_only_the_handling_changed():
    inquiry = a_dispute(status="warning_needs_response")
    run = a_run().model_copy(update={"dispute": inquiry})
    klarna = inquiry.model_copy(update={"method": "klarna"})
    assert decide(record=a_record("waiting"), run=run, fresh=klarna) == REDRAFT


def test_a_draft_is_made_again_when_only_the_clock_passed_its_deadline():
    late = NOON + timedelta(days=9, seconds=1)
    assert decide(record=a_record("waiting"), run=a_run(), fresh=a_dispute()) == Rest()
    assert decide(record=a_record("waiting"), run=a_run(), fresh=a_dispute(), now=late) == REDRAFT


@pytest.mark.parametrize(
    "changes",
    [
        {"staged": True},
        {"submissions": 1},
        {"evidence": {"uncategorized_text": "x"}},
        {"livemode": True},
        # Stripe's opinion of what was staged, which our own staging changes.
        {"eligibility": {"visa_compelling_evidence_3": Eligibility(status="qualified")}},
    ],
    ids=str,
)
def test_a_draft_rests_while_what_it_rests_on_is_the_same(changes):
    assert decide(record=a_record("waiting"), run=a_run(), fresh=a_dispute(**changes)) == Rest()


def test_a_suspended_run_that_holds_no_dispute_is_drafted_again():
    run = a_run().model_copy(update={"dispute": None})
    assert decide(record=a_record("waiting"), run=run, fresh=a_dispute()) == REDRAFT


@pytest.mark.parametrize(
    ("then", "now", "outdated"),
    [(0, 3_800, True), (500, 0, True), (0, 0, False), (None, 0, False), (None, 500, False), (0, None, False)],
)
def test_a_refund_since_the_draft_calls_for_another_where_stripe_told_of_both(then, now, outdated):
    run = a_run().model_copy(update={"dispute": a_dispute(refunded=then)})
    move = decide(record=a_record("waiting"), run=run, fresh=a_dispute(refunded=now))
    assert move == (REDRAFT if outdated else Rest())


@pytest.mark.parametrize("decision", ["approve", "edit", "reject", "accept_loss", "redraft"])
def test_a_parked_draft_is_restored_for_whoever_rules_on_it(decision):
    verdict = Verdict(decision=decision, by="ada", version=7)
    expected = Start() if decision == "redraft" else Restore()
    assert decide(record=a_record("parked"), verdict=verdict) == expected


def with_dispute(record, dispute):
    return record.model_copy(update={"case": record.case.model_copy(update={"dispute": dispute})})


def test_an_accepted_inquiry_that_became_a_chargeback_is_begun_again():
    inquiry = a_dispute(status="warning_needs_response")
    accepted = with_dispute(a_record("accepted"), inquiry)
    done = the_filings("done", "inquiry")
    assert decide(record=accepted, fresh=a_dispute(), filings=done) == Start()
    assert decide(record=accepted, fresh=inquiry, filings=done) == Rest()


def test_a_recorded_case_that_a_person_can_answer_again_is_begun_again():
    late = a_dispute(reason="insufficient_funds", due_by=PAST)
    recorded = with_dispute(a_record("recorded", "past due"), late)
    assert decide(record=recorded, fresh=late.model_copy(update={"due_by": LATER})) == Start()
    assert decide(record=recorded, fresh=late) == Rest()


@pytest.mark.parametrize("state", AFTER_A_RUN)
@pytest.mark.parametrize("status", ["won", "lost", "warning_closed", "prevented"])
def test_what_stripe_decided_is_settled_once(state, status):
    fresh = a_dispute(status=status)
    move = next_move(Situation(record=a_record(state), fresh=fresh, now=NOON))
    assert isinstance(move, Settle)
    assert (move.outcome, move.record.outcome) == (status, status)
    assert move.record.history[-1].at == NOON
    assert decide(record=move.record, run=RunView(), fresh=fresh) == Rest()
    assert decide(record=move.record, fresh=fresh, verdict=a_verdict()) == Expire(version=7)


def test_a_settlement_stores_nothing_again_of_an_erased_case():
    erased = a_record(history=(*HISTORY, a_step("erased", 5)))
    texts = a_dispute(evidence={"customer_name": "Zoë"})
    assert decide(record=erased, fresh=texts) == Rest()
    move = next_move(Situation(record=erased, fresh=texts.model_copy(update={"status": "won"}), now=NOON))
    assert isinstance(move, Settle)
    assert move.record.case
    assert move.record.case.dispute == a_dispute(status="won")
