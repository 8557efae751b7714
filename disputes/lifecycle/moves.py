"""The next move of a dispute's run: the one place that decides it. Pure; `graph/run.py` makes the moves."""

from datetime import datetime
from typing import Literal

from disputes.case import Verdict
from disputes.dispute import Dispute
from disputes.lifecycle import FINAL, handling
from disputes.model import Value
from disputes.privacy import erasure
from disputes.repositories.cases import CaseRecord, CaseState, HistoryStep
from disputes.repositories.filings import Filing

AUTHOR = "rebut"
"""Who calls for a new draft when the dispute changed under a reviewer."""

# What a run writes into its thread before the record; the last step of a record may be lost to the thread by a crash.
_RUN_STEPS = frozenset("load evidence classifier rebuttal router stage submit review accept".split())


class RunView(Value):
    """What a thread holds of a dispute's run.

    `partial`: only changes are written, so after a Redis was emptied in the midst of a run the rest is missing.
    `midway`: a crash stopped it between two steps. `suspended`: it waits for a verdict. `ended`: it has no next step.
    """

    status: Literal["none", "partial", "midway", "suspended", "ended"] = "none"
    steps: tuple[HistoryStep, ...] = ()
    dispute: Dispute | None = None


class Discard(Value):
    """Delete the thread: it is partial, or behind the record, and is rebuilt from that."""


class Continue(Value):
    """Go on with a run that a crash stopped between two steps."""


class Start(Value):
    """Start a run from its beginning; `verdict` is the version of the call for a new draft that this carries out."""

    verdict: int | None = None


class Restore(Value):
    """Rebuild a suspended run from its record, with exactly the case that the reviewer saw."""


class Resume(Value):
    """Wake a suspended run with a verdict: a person's, or our own call for a new draft."""

    verdict: Verdict


class Refresh(Value):
    """Read the dispute at Stripe and its filings; the decision needs both."""


class Settle(Value):
    """Save what Stripe decided or changed after the run; `outcome`, if any, is to be booked and told."""

    record: CaseRecord
    outcome: str = ""


class Expire(Value):
    """Mark a verdict as applied that has nothing to be applied to: its case has moved on."""

    version: int


class Rest(Value):
    """Nothing is left to do."""


class Situation(Value):
    """All that a decision rests on.

    `verdict` is the one that waits to be applied. `fresh` is the dispute as read at Stripe since the last move, with
    its `filings`; None before that. `now` is aware UTC.
    """

    record: CaseRecord | None = None
    run: RunView = RunView()
    verdict: Verdict | None = None
    fresh: Dispute | None = None
    filings: tuple[Filing, ...] = ()
    now: datetime


Move = Discard | Continue | Start | Restore | Resume | Refresh | Settle | Expire | Rest


def next_move(at: Situation) -> Move:
    """Return the one next move for a dispute; whoever holds its lease repeats this until `is_last`."""
    if at.run.status == "partial" or _is_behind(at.record, at.run):
        return Discard()
    if at.run.status == "midway":
        return Continue()
    if at.verdict and not _is_live(at.verdict, at.record):
        return Expire(version=at.verdict.version)
    return _of_suspended(at) if at.run.status == "suspended" else _of_record(at)


def is_last(move: Move) -> bool:
    """Return whether a dispute rests after a move, which has read it at Stripe or left nothing to do.

    After a person's verdict, and after a crash, Stripe may have moved on since the events that were handled.
    """
    match move:
        case Resume(verdict=verdict):
            return verdict.by == AUTHOR
        case Start(verdict=version):
            return version is None
        case _:
            return isinstance(move, Settle | Rest)


def _of_suspended(at: Situation) -> Move:
    if at.verdict:
        return Resume(verdict=at.verdict)
    if at.fresh is None:
        return Refresh()
    if at.run.dispute is None or _is_outdated(at.run.dispute, at.fresh, at.now):
        return Resume(verdict=Verdict(decision="redraft", by=AUTHOR, note="the dispute changed at Stripe"))
    return Rest()


def _of_record(at: Situation) -> Move:
    """Decide where no run waits: by what the record says of the case."""
    if at.record is None or at.record.state == "working":
        return Start(verdict=at.verdict.version if at.verdict else None)
    if at.record.state in {"waiting", "parked"}:
        return _of_lost(at.record, at.verdict)
    if at.fresh is None:
        return Refresh()
    return _of_ended(at, at.record, erasure.redact_if_erased(at.record, at.fresh))


def _of_lost(record: CaseRecord, verdict: Verdict | None) -> Move:
    """Decide on an open case without a run; a draft that a person ruled on is rebuilt, not written anew."""
    rules = verdict is not None and verdict.decision != "redraft"
    if record.case is None or (record.state == "parked" and not rules):
        return Start(verdict=verdict.version if verdict else None)
    return Restore()


def _of_ended(at: Situation, record: CaseRecord, fresh: Dispute) -> Move:
    """Follow a dispute after its run: a new stage or a call for a new draft starts over, an end is settled."""
    verdict = at.verdict.version if at.verdict else None
    if _is_reopened(record, fresh) or (_is_unanswered(at, fresh) and _asks_for_a_run(at, record, fresh)):
        return Start(verdict=verdict)
    return _settled(record, fresh, at.now) or (Rest() if verdict is None else Expire(version=verdict))


def _is_reopened(record: CaseRecord, fresh: Dispute) -> bool:
    escalated = record.state == "accepted" and record.case is not None and record.case.dispute.stage != fresh.stage
    return fresh.status not in FINAL and (record.outcome in FINAL or escalated)


def _is_unanswered(at: Situation, fresh: Dispute) -> bool:
    filed = {filing.stage for filing in at.filings if filing.state == "done"}
    return fresh.is_open and fresh.stage not in filed


def _asks_for_a_run(at: Situation, record: CaseRecord, fresh: Dispute) -> bool:
    """Return whether a person calls for a draft, or the dispute became answerable or moved to another stage."""
    answerable_now = record.state == "recorded" and handling(fresh, at.now).way != "nothing"
    case = record.case
    moved = case is None or case.dispute.stage != fresh.stage or not case.dispute.is_open
    asked = at.verdict is not None and at.verdict.decision == "redraft"
    return asked or answerable_now or moved


def _settled(record: CaseRecord, fresh: Dispute, now: datetime) -> Settle | None:
    if record.case is None:
        return None
    case = record.case.model_copy(update={"dispute": fresh})
    if fresh.status in FINAL and fresh.status != record.outcome:
        state: CaseState = record.state if record.state in {"recorded", "accepted", "rejected"} else "closed"
        step = HistoryStep(step="settle", at=now, note=fresh.status)
        ended = {"state": state, "outcome": fresh.status, "case": case, "history": (*record.history, step)}
        return Settle(record=record.model_copy(update=ended), outcome=fresh.status)
    if record.case.dispute == fresh:
        return None
    outcome = handling(fresh, now).outcome if record.state == "recorded" else record.outcome
    return Settle(record=record.model_copy(update={"case": case, "outcome": outcome or record.outcome}))


def _is_behind(record: CaseRecord | None, run: RunView) -> bool:
    """Return whether a thread lacks a step of its record: records are fenced and threads are not.

    A worker without the lease wrote it, or Redis came back older. The record's last step may be one that the thread
    never wrote.
    """
    if record is None or run.status == "none":
        return False
    steps = [step for step in record.history[:-1] if step.step in _RUN_STEPS]
    return bool(steps) and steps[-1] not in run.steps


def _is_live(verdict: Verdict, record: CaseRecord | None) -> bool:
    """Return whether a verdict is about the case as it is now; parking a case alone decides nothing.

    One on an older version was carried out, and a crash kept it from being marked.
    """
    return record is not None and (record.state == "parked" or verdict.version == record.version)


def _is_outdated(drafted: Dispute, fresh: Dispute, now: datetime) -> bool:
    """Return whether what a reviewer decides on changed, or nothing is left to decide."""
    stands = handling(fresh, now)
    return stands.way == "nothing" or stands != handling(drafted, now) or _terms(fresh) != _terms(drafted)


def _terms(dispute: Dispute) -> tuple[object, ...]:
    """Return what a reviewer decides on; everything else may change without a new draft."""
    return dispute.status, dispute.stage, dispute.reason, dispute.amount, dispute.due_by, dispute.eligible
