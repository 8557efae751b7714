"""The rules of the next move in the order people state them, apart from `next_move`, for the table to compare."""

from disputes.case import Verdict
from disputes.lifecycle import handling
from disputes.lifecycle.moves import Continue, Discard, Expire, Refresh, Rest, Restore, Resume, Settle, Start
from disputes.repositories.cases import HistoryStep

FINAL = ("won", "lost", "warning_closed", "prevented")
RUN_STEPS = ("load", "evidence", "classifier", "rebuttal", "router", "stage", "submit", "review", "accept")
TERMS = ("status", "stage", "reason", "amount", "due_by", "eligible")
REDRAFT = Resume(verdict=Verdict(decision="redraft", by="rebut"))


def expected_move(at):
    """Return the move of the first rule that applies."""
    if at.run.status == "partial" or is_behind(at):
        return Discard()
    if at.run.status == "midway":
        return Continue()
    if at.verdict and not is_live(at):
        return Expire(version=at.verdict.version)
    return move_of_suspended(at) if at.run.status == "suspended" else move_without_run(at)


def is_behind(at):
    if at.record is None or at.run.status == "none":
        return False
    steps = [step for step in at.record.history[:-1] if step.step in RUN_STEPS]
    return bool(steps) and steps[-1] not in at.run.steps


def is_live(at):
    """Whether a waiting verdict is about the case as it is now."""
    record = at.record
    return bool(at.verdict and record and (record.state == "parked" or record.version == at.verdict.version))


def move_of_suspended(at):
    if at.verdict:
        return Resume(verdict=at.verdict)
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
    rules_on_draft = at.verdict is not None and at.verdict.decision != "redraft"
    if at.record is None or at.record.state == "working" or at.record.case is None:
        return a_start(at)
    return Restore() if at.record.state == "waiting" or rules_on_draft else a_start(at)


def a_start(at):
    return Start(verdict=at.verdict.version if at.verdict else None)


def move_after_run(at):
    if is_reopened(at) or needs_answer(at):
        return a_start(at)
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
    """Return a move without what the rules leave open: our own call's note, version and time; a record's time."""
    if isinstance(move, Resume) and move.verdict.by == "rebut":
        return Resume(verdict=Verdict(decision=move.verdict.decision, by="rebut"))
    if not isinstance(move, Settle):
        return move
    history = tuple(step.model_copy(update={"note": ""}) for step in move.record.history)
    changes = {"updated_at": move.record.received_at, "history": history}
    return move.model_copy(update={"record": move.record.model_copy(update=changes)})
