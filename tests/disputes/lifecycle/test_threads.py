"""Which threads a dispute's run goes on with, and what becomes of those that are not believed."""

from typing import get_args

import pytest

from disputes.case import Verdict
from disputes.lifecycle.cautions import find as caution
from disputes.lifecycle.moves import (
    CHANGED_OUTSIDE,
    OLDER_SHAPE,
    REFUSED,
    Continue,
    Discard,
    Refresh,
    Restore,
    RunView,
    Situation,
    fits,
    next_move,
)
from tests.builders import NOON
from tests.disputes.lifecycle.situations import DECIDED, HISTORY, THREADS, a_record, a_run, a_step, a_verdict

DONE = a_step("record_outcome", 3)
AHEAD_OF_US = "Our records are older than this run, as after a restored backup."


def decide(**parts):
    return next_move(Situation(now=NOON, **parts))


@pytest.mark.parametrize("status", ["midway", "suspended"])
def test_a_thread_that_was_changed_from_outside_is_replaced_and_the_case_says_why(status):
    broken = a_run(status, thread="broken")
    assert decide(record=a_record("waiting"), run=broken) == Restore(reason=CHANGED_OUTSIDE)
    assert decide(record=a_record("working"), run=broken) == Discard(refused=CHANGED_OUTSIDE)
    assert decide(record=a_record("parked"), run=broken) == Discard(refused=CHANGED_OUTSIDE)
    for state in ("waiting", "parked"):
        assert decide(record=a_record(state), run=broken, verdict=a_verdict()) == Restore(reason=CHANGED_OUTSIDE)


def test_the_version_that_an_unsealed_thread_claims_is_not_believed():
    run = a_run(thread="broken ahead")
    assert decide(record=a_record("waiting"), run=run) == Restore(reason=CHANGED_OUTSIDE, above=0)


@pytest.mark.parametrize("status", ["midway", "suspended"])
@pytest.mark.parametrize("thread", ["older", "older, sealed"])
def test_a_thread_of_an_older_shape_is_replaced_and_a_person_decides_on_what_was_in_the_midst(status, thread):
    older = a_run(status, thread=thread)
    assert decide(record=a_record("waiting"), run=older) == Restore(reason=OLDER_SHAPE)
    assert decide(record=a_record("working"), run=older) == Discard(refused=OLDER_SHAPE)
    assert decide(run=older) == Discard(refused=OLDER_SHAPE, above=older.version if older.sealed else 0)


@pytest.mark.parametrize("thread", ["broken", "broken ahead", "older", "older, sealed"])
def test_a_thread_that_ended_is_not_asked_who_wrote_it_or_when(thread):
    assert decide(record=a_record("filed"), run=a_run("ended", thread=thread)) == Refresh()


@pytest.mark.parametrize("status", ["midway", "suspended", "ended"])
def test_a_restored_database_asks_again_in_words_for_what_was_decided_since(status):
    move = next_move(Situation(record=a_record("waiting"), run=a_run(status, thread="ahead"), now=NOON))
    assert isinstance(move, Restore)
    assert move.above == 9
    assert DECIDED.note in move.reason
    assert "restored" in move.reason
    assert "decide again" in move.reason


RETURNED_STEP = a_step("review", 8, "not carried out: Claim 1: this figure stands in no fact.")


@pytest.mark.parametrize(
    ("known", "later"), [((*HISTORY, DECIDED), DECIDED), (HISTORY, RETURNED_STEP)], ids=["on record", "not carried out"]
)
def test_a_restored_database_that_lost_no_decision_asks_for_none(known, later):
    run = a_run(thread="ahead").model_copy(update={"steps": (*HISTORY, later)})
    move = next_move(Situation(record=a_record("waiting", history=known), run=run, now=NOON))
    assert isinstance(move, Restore)
    assert later.note not in move.reason
    assert "decide again" not in move.reason


def test_a_restored_database_lists_every_decision_that_it_lost_and_nothing_else():
    lost = (RETURNED_STEP, a_step("review", 9, "redraft by bob"), DECIDED, a_step("load", 10, "read from Stripe"))
    run = a_run(thread="ahead").model_copy(update={"steps": (*HISTORY, *lost)})
    move = next_move(Situation(record=a_record("waiting"), run=run, now=NOON))
    assert isinstance(move, Restore)
    assert f"({lost[1].note}; {DECIDED.note})" in move.reason


@pytest.mark.parametrize("status", ["midway", "suspended", "ended"])
@pytest.mark.parametrize("state", ["no record", "working", "parked", "filed", "accepted", "rejected", "recorded"])
def test_a_restored_case_that_does_not_wait_goes_on_above_every_version_that_somebody_saw(state, status):
    record = None if state == "no record" else a_record(state)
    assert decide(record=record, run=a_run(status, thread="ahead")) == Discard(above=9)


@pytest.mark.parametrize("state", ["waiting", "working"])
def test_a_thread_of_an_older_shape_that_is_sealed_and_ahead_leaves_no_version_to_be_used_twice(state):
    run = a_run(thread="ahead").model_copy(update={"older": True})
    move = next_move(Situation(record=a_record(state), run=run, now=NOON))
    assert isinstance(move, (Restore, Discard))
    assert move.above == run.version


@pytest.mark.parametrize("status", ["midway", "suspended", "ended"])
@pytest.mark.parametrize("decision", ["approve", "edit", "reject", "accept_loss"])
def test_what_a_person_took_back_since_is_not_carried_out_after_a_restore(status, decision):
    verdict = Verdict(decision=decision, by="ada", version=7)
    run = a_run(status, thread="ahead")
    move = next_move(Situation(record=a_record("parked"), run=run, verdict=verdict, now=NOON))
    assert isinstance(move, Restore)
    assert move.above == 9
    assert DECIDED.note in move.reason


@pytest.mark.parametrize("status", ["midway", "suspended"])
@pytest.mark.parametrize("thread", ["older", "older, sealed"])
@pytest.mark.parametrize("decision", ["approve", "edit", "reject", "accept_loss"])
def test_a_parked_case_of_an_older_shape_becomes_a_new_version_and_its_verdict_ends(status, thread, decision):
    verdict = Verdict(decision=decision, by="ada", version=7)
    at = {"record": a_record("parked"), "run": a_run(status, thread=thread)}
    assert decide(**at, verdict=verdict) == Restore(reason=OLDER_SHAPE)
    assert decide(**at, verdict=a_verdict("redraft")) == Discard(refused=OLDER_SHAPE)


@pytest.mark.parametrize("status", ["midway", "suspended"])
def test_a_thread_behind_its_record_is_replaced_without_a_word(status):
    behind = a_run(status, thread="behind")
    assert decide(record=a_record("waiting"), run=behind) == Restore()
    assert decide(record=a_record("parked"), run=behind, verdict=a_verdict()) == Discard()
    assert decide(record=a_record("working"), run=behind) == Discard()


def test_what_the_record_learned_after_a_run_leaves_no_thread_behind():
    at = {"record": a_record("filed", "answered"), "run": a_run("ended", thread="behind")}
    assert decide(**at) == Refresh()


@pytest.mark.parametrize("state", ["waiting", "filed", "accepted", "rejected", "recorded", "closed", "parked"])
def test_a_run_goes_on_where_its_case_rests_only_by_a_ruling(state):
    record, midway = a_record(state), a_run("midway")
    assert decide(record=record, run=midway, verdict=a_verdict()) == Continue()
    replaced = Restore() if state == "waiting" else Discard()
    assert decide(record=record, run=midway) == replaced
    assert decide(record=record, run=midway, verdict=a_verdict("redraft")) == replaced


@pytest.mark.parametrize("thread", list(THREADS))
@pytest.mark.parametrize("status", get_args(RunView.model_fields["status"].annotation))
def test_only_a_sealed_thread_of_our_shape_and_the_version_on_record_fits(thread, status):
    expected = thread == "fits" and status in {"midway", "suspended"}
    assert fits(a_record("waiting"), a_run(status, thread=thread)) == expected
    assert not fits(None, a_run(status, thread=thread))


def test_a_case_whose_thread_was_refused_is_a_persons_until_somebody_decides():
    refused = a_step(REFUSED, 1, CHANGED_OUTSIDE)
    assert caution(()) == ""
    assert caution((a_step("load"), refused, a_step("load", 2))) == CHANGED_OUTSIDE
    assert caution((refused, a_step("review", 2, "reject by ada"), DONE, a_step("load", 4))) == ""
    assert caution((a_step("review"), refused, a_step("announce", 2))) == CHANGED_OUTSIDE


@pytest.mark.parametrize("note", [RETURNED_STEP.note, "redraft by ada", "redraft by ada: with the tracking number"])
def test_an_answer_that_was_not_carried_out_and_a_call_for_a_new_draft_decide_nothing(note):
    refused, answer = a_step(REFUSED, 1, CHANGED_OUTSIDE), a_step("review", 2, note)
    assert caution((refused, answer, a_step("load", 3))) == CHANGED_OUTSIDE
    assert caution((a_step("review", 0, "approve by ada"), refused, answer)) == CHANGED_OUTSIDE
    assert caution((refused, a_step("review", 2, "approve by ada"), DONE, answer)) == ""


def test_what_somebody_decided_and_could_not_be_carried_out_keeps_a_case_for_people():
    approved = a_step("review", 1, "accept_loss by ada")
    said = "What was decided last could not be carried out: accept_loss by ada."
    assert caution((approved, a_step("accept", 2, "Stripe refused it"), a_step("announce", 3))) == said
    assert caution((approved, DONE, a_step("load", 4))) == ""
    assert caution((a_step("review", 1, "approve by ada"), a_step("stage", 2, "it changed"))) == ""
    assert caution((approved, a_step("announce", 2), a_step("review", 3, "redraft by bob"))) == ""
    lost = f"{AHEAD_OF_US} What was decided since is not in them (reject by ada: M3); please decide again."
    assert caution((a_step("restored", 1, lost), a_step("load", 2))) == lost


@pytest.mark.parametrize("decision", ["approve", "edit", "reject", "accept_loss"])
def test_every_decision_on_the_draft_ends_the_caution_whatever_it_notes(decision):
    noted = a_step("review", 2, f"{decision} by ada: redraft was not carried out")
    assert caution((a_step(REFUSED, 1, OLDER_SHAPE), noted, DONE)) == ""
