"""The rules of the next move in the order people state them, apart from `next_move`, for the table to compare."""

from disputes.lifecycle import handling
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
    Settle,
    Start,
)
from disputes.repositories.cases import HistoryStep

FINAL = ("won", "lost", "warning_closed", "prevented")
TERMS = ("status", "stage", "reason", "amount", "due_by", "eligible")
REDRAFT = Start(why="the dispute changed at Stripe")
AHEAD = "what was decided since is lost"
"""Stands in the rules for whatever words a thread that knows more than the record is replaced with."""


def expected_move(at):
    """Return the move of the first rule that applies."""
    if at.verdict and not is_live(at):
        return Expire(version=at.verdict.version)
    if replaced := move_of_thread(at):
        return replaced
    if at.run.status == "midway":
        return Continue()
    return move_of_suspended(at) if at.run.status == "suspended" else move_without_run(at)


def is_live(at):
    """Whether a waiting verdict is about the version on record, parked or not."""
    return at.verdict is not None and at.record is not None and at.verdict.version == at.record.version


def rules_on_draft(at):
    return at.verdict is not None and at.verdict.decision != "redraft"


def move_of_thread(at):
    """A thread that is not to be gone on with is replaced; of one that ended only what it knows more is of use."""
    if at.run.status == "partial":
        return Discard()
    under_way = at.run.status in {"midway", "suspended"}
    if under_way and (at.run.older or not at.run.sealed):
        reason = OLDER_SHAPE if at.run.older else CHANGED_OUTSIDE
        return shown_anew(at, reason) or Discard(refused=reason)
    if at.run.sealed and at.run.version > version_of(at):
        return shown_anew(at, AHEAD, above=at.run.version) or Discard(above=at.run.version)
    if under_way and (at.run.version < version_of(at) or goes_on_alone(at)):
        return Restore() if is_shown(at) else Discard()
    return None


def version_of(at):
    return at.record.version if at.record else 0


def goes_on_alone(at):
    """Whether a run is under way where its case rests, and nobody's verdict set it going."""
    return at.run.status == "midway" and at.record and at.record.state != "working" and not rules_on_draft(at)


def is_shown(at):
    """Whether people see a draft that waits for them."""
    return at.record is not None and at.record.state == "waiting" and at.record.case is not None


def shown_anew(at, reason, *, above=0):
    """A draft that waits, or that was ruled on before its case was parked, is a new version that says why."""
    ruled_on = at.record and at.record.state == "parked" and at.record.case and rules_on_draft(at)
    return Restore(reason=reason, above=above) if is_shown(at) or ruled_on else None


def move_of_suspended(at):
    if at.verdict:
        return Resume(verdict=at.verdict) if rules_on_draft(at) else Start()
    if at.record and at.record.state == "parked":
        return Start()
    if at.fresh is None:
        return Refresh()
    return REDRAFT if is_outdated(at) else Rest()


def is_outdated(at):
    then, now = handling(at.run.dispute, at.now), handling(at.fresh, at.now)
    changed = any(getattr(at.run.dispute, term) != getattr(at.fresh, term) for term in TERMS)
    return now.way == "nothing" or then != now or changed


def move_without_run(at):
    if at.record is None or at.record.state in {"working", "waiting", "parked"}:
        return move_of_lost_run(at)
    return move_after_run(at) if at.fresh else Refresh()


def move_of_lost_run(at):
    """The run of a case under way is gone or ended: it begins again, or is rebuilt as the reviewer saw it."""
    if at.record is None or at.record.state == "working" or at.record.case is None:
        return Start()
    if at.record.state == "parked":
        return Restore() if rules_on_draft(at) else Start()
    return Start() if at.verdict and not rules_on_draft(at) else Restore()


def move_after_run(at):
    if is_reopened(at) or needs_answer(at):
        return Start()
    if at.record.case and at.fresh.status in FINAL and at.fresh.status != at.record.outcome:
        return settled_as_decided(at)
    if at.record.case and at.fresh != at.record.case.dispute:
        return settled_as_changed(at)
    return Expire(version=at.verdict.version) if at.verdict else Rest()


def is_reopened(at):
    record = at.record
    moved_on = record.state == "accepted" and record.case and record.case.dispute.stage != at.fresh.stage
    return at.fresh.status not in FINAL and (record.outcome in FINAL or bool(moved_on))


def needs_answer(at):
    called_for = at.verdict is not None and at.verdict.decision == "redraft"
    answerable = at.record.state == "recorded" and handling(at.fresh, at.now).way != "nothing"
    return is_unanswered(at) and (called_for or answerable or has_moved(at))


def is_unanswered(at):
    done = any(row.state == "done" and row.stage == at.fresh.stage for row in at.filings)
    return at.fresh.is_open and not done


def has_moved(at):
    case = at.record.case
    return case is None or case.dispute.stage != at.fresh.stage or not case.dispute.is_open


def settled_as_decided(at):
    state = at.record.state if at.record.state in {"recorded", "accepted", "rejected"} else "closed"
    history = (*at.record.history, HistoryStep(step="settle", at=at.now))
    return settled(at, outcome=at.fresh.status, record={"state": state, "outcome": at.fresh.status, "history": history})


def settled_as_changed(at):
    outcome = handling(at.fresh, at.now).outcome if at.record.state == "recorded" else ""
    return settled(at, outcome="", record={"outcome": outcome or at.record.outcome})


def settled(at, *, outcome, record):
    case = at.record.case.model_copy(update={"dispute": at.fresh})
    return Settle(record=at.record.model_copy(update={"case": case, **record}), outcome=outcome)


def plain(move):
    """Return a move without what the rules leave open: the words for a thread that is ahead; a record's time."""
    if isinstance(move, Restore) and move.reason not in {"", CHANGED_OUTSIDE, OLDER_SHAPE}:
        return move.model_copy(update={"reason": AHEAD})
    if not isinstance(move, Settle):
        return move
    history = tuple(step.model_copy(update={"note": ""}) for step in move.record.history)
    changes = {"updated_at": move.record.received_at, "history": history}
    return move.model_copy(update={"record": move.record.model_copy(update=changes)})
