"""The axes of every situation that a dispute's run can be in, and the situation at one place on each."""

from datetime import timedelta
from functools import cache
from typing import get_args

from disputes.case import Case, Verdict
from disputes.lifecycle.moves import RunView, Situation
from disputes.repositories.cases import CaseRecord, CaseState, HistoryStep
from disputes.repositories.filings import Filing
from tests.builders import NOON, a_dispute

PAST, LATER = NOON - timedelta(days=1), NOON + timedelta(days=19)

STATES = ("no record", *get_args(CaseState))
STATUSES = get_args(RunView.model_fields["status"].annotation)

# The dispute as stored with the case (None: no case), and the outcome on record.
STORED = {
    "no case": (None, ""),
    "no case, lost": (None, "lost"),
    "open": ({}, ""),
    "answered": ({"status": "under_review"}, ""),
    "lost": ({"status": "lost"}, "lost"),
    "past due": ({"due_by": PAST}, "past_due"),
}
VERSION = 7
# How a thread stands to the record: versions behind or ahead of it, its seal, and whether its shape is an older one.
THREADS = {
    "fits": (0, True, False),
    "behind": (-4, True, False),
    "ahead": (2, True, False),
    "broken": (0, False, False),
    "broken ahead": (2, False, False),
    "older": (0, False, True),
    "older, sealed": (0, True, True),
}
# The decision, and whether it was taken on the version on record.
VERDICTS = {
    "no verdict": None,
    "approve": ("approve", True),
    "redraft": ("redraft", True),
    "stale": ("approve", False),
}
# What changed at Stripe since the dispute was stored (None: not read).
READINGS = {
    "unread": None,
    "unchanged": {},
    "amount": {"amount": 9_900},
    "due again": {"status": "needs_response", "due_by": LATER},
    "another stage": {"status": "appeal_needs_response"},
    "under appeal": {"status": "appeal_under_review"},
    "won": {"status": "won"},
    "lost": {"status": "lost"},
    "past due": {"status": "needs_response", "due_by": PAST},
}
# The stage (empty: that of the reading) and the state of the one filing.
FILINGS = {
    "no filing": None,
    "done": ("", "done"),
    "done before": ("inquiry", "done"),
    "intended": ("", "intended"),
}
FINE = (tuple(STORED), tuple(THREADS), tuple(VERDICTS), tuple(READINGS), tuple(FILINGS))


def a_step(name, minute=0, note=""):
    return HistoryStep(step=name, at=PAST + timedelta(minutes=minute), note=note)


HISTORY = (a_step("load"), a_step("announce", 1), a_step("review", 2), a_step("settle", 3), a_step("announce", 4))
DECIDED = a_step("review", 9, "reject by ada")


@cache
def stored_dispute(stored):
    changes, _ = STORED[stored]
    return a_dispute(**(changes or {}))


@cache
def a_record(state="filed", stored="open", version=VERSION, **changes):
    """The record at a place on its axes; `changes` are of its own fields."""
    case = None if STORED[stored][0] is None else Case(dispute=stored_dispute(stored))
    fields = {"state": state, "outcome": STORED[stored][1], "case": case, "version": version, "history": HISTORY}
    times = {"received_at": PAST, "updated_at": PAST}
    return CaseRecord.model_validate({"dispute_id": "du_1", **fields, **times, **changes})


@cache
def a_run(status="suspended", stored="open", thread="fits", version=VERSION):
    """What a thread holds that stands so to a record of a version; one that is ahead took a decision with it."""
    if status in {"none", "partial"}:
        return RunView(status=status)
    versions, sealed, older = THREADS[thread]
    steps = (*HISTORY[:3], DECIDED) if versions > 0 else HISTORY[:3]
    whose = {"version": max(0, version + versions), "sealed": sealed, "older": older}
    return RunView(status=status, steps=steps, dispute=stored_dispute(stored), **whose)


@cache
def a_verdict(verdict="approve"):
    if not (axis := VERDICTS[verdict]):
        return None
    decision, on_record = axis
    return Verdict(decision=decision, by="ada", at=PAST, version=VERSION if on_record else VERSION - 1)


@cache
def a_reading(reading="unchanged", stored="open"):
    changes = READINGS[reading]
    return None if changes is None else stored_dispute(stored).model_copy(update=changes)


@cache
def the_filings(filings, fresh_stage="chargeback"):
    if not (axis := FILINGS[filings]):
        return ()
    stage, state = axis
    row = Filing(dispute_id="du_1", stage=stage or fresh_stage, action="submit", key="k", before=0, state=state)
    return (row,)


def situation(state, status, fine):
    """The situation at a state of the record, a status of the run, and a place on each of the `FINE` axes."""
    stored, thread, verdict, reading, filings = fine
    fresh = a_reading(reading, stored)
    return Situation(
        record=None if state == "no record" else a_record(state, stored),
        run=a_run(status, stored, thread, 0 if state == "no record" else VERSION),
        verdict=a_verdict(verdict),
        fresh=fresh,
        filings=the_filings(filings, fresh.stage if fresh else "chargeback"),
        now=NOON,
    )
