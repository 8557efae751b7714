"""The next move of a dispute's run: every combination of record, thread, verdict, reading and filings."""

from datetime import timedelta
from itertools import product

import pytest

from disputes.case import Verdict
from disputes.dispute import Eligibility
from disputes.lifecycle.moves import (
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
from tests.disputes.lifecycle.rules import REDRAFT, RUN_STEPS, expected_move, plain
from tests.disputes.lifecycle.situations import (
    FINE,
    HISTORY,
    LATER,
    PAST,
    STATES,
    STATUSES,
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
        (Continue(), False),
        (Start(), True),
        (Start(verdict=0), False),
        (Start(verdict=7), False),
        (Restore(), False),
        (REDRAFT, True),
        (Resume(verdict=Verdict(decision="redraft", by="ada")), False),
        (Resume(verdict=Verdict(decision="approve")), False),
        (Refresh(), False),
        (Settle(record=a_record()), True),
        (Settle(record=a_record(), outcome="won"), True),
        (Expire(version=0), False),
        (Rest(), True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_drive_ends_with_rest_settlement_a_start_of_its_own_or_a_redraft_of_its_own(move, last):
    assert is_last(move) == last


@pytest.mark.parametrize("step", RUN_STEPS)
def test_a_thread_that_lacks_a_step_of_its_run_is_behind(step):
    record = a_record("waiting", history=(a_step(step), a_step("announce", 1)))
    assert decide(record=record, run=a_run().model_copy(update={"steps": ()})) == Discard()
    assert decide(record=record, run=a_run().model_copy(update={"steps": record.history[:1]})) == Refresh()


@pytest.mark.parametrize("step", ["announce", "settle", "parked", "record_outcome", "erased"])
def test_a_step_that_no_run_writes_leaves_no_thread_behind(step):
    record = a_record("waiting", history=(*HISTORY[:3], a_step(step, 5), a_step(step, 6)))
    assert decide(record=record, run=a_run()) == Refresh()


def test_the_last_step_of_a_record_may_be_lost_to_the_thread():
    record = a_record("waiting", history=HISTORY[:3])
    assert decide(record=record, run=a_run(behind=True)) == Refresh()


def test_a_step_of_an_earlier_run_by_the_same_name_is_another_step():
    record = a_record("waiting", history=(a_step("review"), a_step("review", 9), a_step("announce", 10)))
    assert decide(record=record, run=a_run().model_copy(update={"steps": record.history[:1]})) == Discard()


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


def test_our_own_call_for_a_new_draft_is_nobody_elses():
    move = next_move(Situation(record=a_record("waiting"), run=a_run(), fresh=a_dispute(amount=1), now=NOON))
    assert isinstance(move, Resume)
    assert (move.verdict.decision, move.verdict.by) == ("redraft", "rebut")


@pytest.mark.parametrize("decision", ["approve", "edit", "reject", "accept_loss", "redraft"])
def test_a_parked_draft_is_restored_for_whoever_rules_on_it(decision):
    verdict = Verdict(decision=decision, by="ada", version=3)
    expected = Start(verdict=3) if decision == "redraft" else Restore()
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
