"""The next move of a dispute's run: the one place that decides it. Pure; `graph/run.py` makes the moves."""

from datetime import datetime
from typing import Literal

from disputes import siblings
from disputes.case import Verdict
from disputes.dispute import Dispute
from disputes.held_evidence import HeldEvidence
from disputes.lifecycle import FINAL, SMART_DISPUTES, arrival, handling, is_left_to_stripe, terms
from disputes.model import Value
from disputes.policy.deadlines import Chosen
from disputes.privacy import erasure
from disputes.repositories.cases import CaseRecord, CaseState, HistoryStep
from disputes.repositories.filings import Filing
from disputes.siblings import Sibling

REFUSED = "refused"
"""The step of a history that says that a thread was not believed."""

RETURNED = "not carried out"
"""How the note of a review step begins whose verdict could not be carried out."""

CHANGED_OUTSIDE = "This run's thread was changed from outside; nothing was done on its word, and a person decides."
OLDER_SHAPE = "The draft was made by an older version of Rebut and is laid out anew; read it again and decide on that."
DECIDED_SINCE = "What was decided since is not in them"
_AHEAD = "Our records are older than this run, as after a restored backup."
_DECIDED = f"{DECIDED_SINCE} ({{}}); please decide again."


class RunView(Value):
    """What a thread holds of a dispute's run.

    `partial`: only changes are written, so after a Redis was emptied in the midst of a run the rest is missing.
    `midway`: a crash stopped it between two steps. `suspended`: it waits for a verdict. `ended`: it has no next step.
    `version` is the case version that it stands on. `sealed` is False when its last state is not one that a step of
    ours left in this thread, and `older` is True when that was of another shape.
    """

    status: Literal["none", "partial", "midway", "suspended", "ended"] = "none"
    version: int = 0
    sealed: bool = True
    older: bool = False
    steps: tuple[HistoryStep, ...] = ()
    dispute: Dispute | None = None


class Discard(Value):
    """Delete the thread: it does not fit the record.

    `refused`, if any, says in the history why it is not believed. With `above` the case becomes a version higher than
    that, which somebody may have seen before the records were set back.
    """

    refused: str = ""
    above: int = 0


class Continue(Value):
    """Go on with a run that a crash stopped between two steps."""


class Start(Value):
    """Start a run from its beginning; `why` says what called for it, if nobody did by a verdict."""

    why: str = ""


class Restore(Value):
    """Rebuild a suspended run from its record, with exactly the case that the reviewer saw.

    With a `reason` it becomes a new version, higher than `above`, that shows the reason first.
    """

    reason: str = ""
    above: int = 0


class Resume(Value):
    """Wake a suspended run with the verdict of a person."""

    verdict: Verdict


class Refresh(Value):
    """Read the dispute at Stripe and its filings; the decision needs both."""


class Settle(Value):
    """Save what Stripe decided or changed after the run; `outcome`, if any, is to be booked and told."""

    record: CaseRecord
    outcome: str = ""


class Expire(Value):
    """End a verdict that has nothing to be applied to: its case has moved on."""

    version: int


class Rest(Value):
    """Nothing is left to do."""


class Situation(Value):
    """All that a decision rests on.

    `verdict` is the one that waits to be applied. `fresh` is the dispute as read at Stripe since the last move, with
    its `filings`, what stands on it (`held`) and the other disputes of its payment; None before that. `last_chance`
    is what happens, where the last chance before the deadline has come. `now` is aware UTC.
    """

    record: CaseRecord | None = None
    run: RunView = RunView()
    verdict: Verdict | None = None
    fresh: Dispute | None = None
    filings: tuple[Filing, ...] = ()
    held: HeldEvidence | None = None
    siblings: tuple[Sibling, ...] = ()
    last_chance: Chosen | None = None
    now: datetime


Move = Discard | Continue | Start | Restore | Resume | Refresh | Settle | Expire | Rest


def next_move(at: Situation) -> Move:
    """Return the one next move for a dispute; whoever holds its lease repeats this until `is_last`."""
    if at.verdict and not _is_live(at.verdict, at.record):
        return Expire(version=at.verdict.version)
    if at.run.status != "none" and (misfit := _of_misfit(at)):
        return misfit
    if at.run.status == "midway":
        return Continue()
    return _of_suspended(at) if at.run.status == "suspended" else _of_record(at)


def is_last(move: Move) -> bool:
    """Return whether a dispute rests after a move, which has read it at Stripe or left nothing to do.

    After a person's verdict, and after a crash, Stripe may have moved on since the events that were handled.
    """
    return isinstance(move, Start | Settle | Rest)


def fits(record: CaseRecord | None, run: RunView) -> bool:
    """Return whether a thread is the one that an open case goes on with."""
    whole = run.sealed and not run.older and run.status in {"midway", "suspended"}
    return whole and record is not None and run.version == record.version


def _of_misfit(at: Situation) -> Move | None:
    """Replace a thread that is not what the record says; one that ended matters only when it knows more than we."""
    run, version = at.run, at.record.version if at.record else 0
    if run.status == "partial":
        return Discard()
    if (run.older or not run.sealed) and run.status != "ended":
        above = run.version if run.sealed and run.version > version else 0
        return _replace(at, reason=OLDER_SHAPE if run.older else CHANGED_OUTSIDE, refused=True, above=above)
    if run.sealed and run.version > version:
        return _replace(at, reason=_ahead(at), above=run.version)
    if run.status != "ended" and (run.version < version or _is_adrift(at)):
        return _replace(at)
    return None


def _replace(at: Situation, *, reason: str = "", above: int = 0, refused: bool = False) -> Move:
    record = at.record
    ruled = record is not None and record.state == "parked" and _rules(at.verdict) and bool(reason)
    if record and record.case and (record.state == "waiting" or ruled):
        return Restore(reason=reason, above=above)
    return Discard(refused=reason if refused else "", above=above)


def _ahead(at: Situation) -> str:
    known = at.record.history if at.record else ()
    missing = [step for step in at.run.steps if step.step == "review" and step not in known]
    decided = [step.note for step in missing if not step.note.startswith(RETURNED)]
    return " ".join([_AHEAD, *([_DECIDED.format("; ".join(decided))] if decided else [])])


def _is_adrift(at: Situation) -> bool:
    """Return whether a thread of the right version goes on where its case rests, with no verdict that says so."""
    rests = at.record is not None and at.record.state != "working"
    return at.run.status == "midway" and rests and not _rules(at.verdict)


def _rules(verdict: Verdict | None) -> bool:
    """Return whether a verdict decides on the draft as it is."""
    return verdict is not None and verdict.decision != "redraft"


def _of_suspended(at: Situation) -> Move:
    if at.verdict:
        return Resume(verdict=at.verdict) if _rules(at.verdict) else Start()
    if at.record and at.record.state == "parked":
        return Start()
    return _of_waiting(at)


def _of_waiting(at: Situation) -> Move:
    """Decide on a case that waits with no verdict: it is drafted anew where something changed or its end is near."""
    if at.record and _is_last_chance(at.record, at.last_chance):
        return Start(why="this is the last chance before the deadline")
    if at.fresh is None:
        return Refresh()
    if at.run.dispute is None or _is_outdated(at.run.dispute, at.fresh, at.now):
        return Start(why="the dispute changed at Stripe")
    return Start(why=why) if (why := _changed_beside(at)) else Rest()


def _is_last_chance(record: CaseRecord, chosen: Chosen | None) -> bool:
    """Return whether something is to be done at the last chance that was not tried yet."""
    tried = record.case.route.last_chance if record.case and record.case.route else None
    if chosen is None or tried is None:
        return chosen is not None
    again = chosen.choice != "call" and chosen.attempt > tried.attempt
    return again or (chosen.choice, chosen.by) != (tried.choice, tried.by)


def _changed_beside(at: Situation) -> str:
    """Return what makes a waiting case outdated though its dispute is the same; empty for nothing."""
    case = at.record.case if at.record else None
    if case is None or at.held is None:
        return ""
    if at.held.their_values != case.held.their_values:
        return "somebody wrote on the dispute at Stripe"
    return "the other disputes of this payment changed" if siblings.differ(case.siblings, at.siblings) else ""


def _of_record(at: Situation) -> Move:
    """Decide where no run waits: by what the record says of the case."""
    if at.record is None or at.record.state == "working":
        return Start()
    if at.record.state in {"waiting", "parked"}:
        return _of_lost(at.record, at.verdict)
    if at.fresh is None:
        return Refresh()
    return _of_ended(at, at.record, erasure.redact_if_erased(at.record, at.fresh))


def _of_lost(record: CaseRecord, verdict: Verdict | None) -> Move:
    """Decide on an open case without a run; a draft that a person ruled on is rebuilt, not written anew."""
    if record.case is None or (verdict and not _rules(verdict)) or (record.state == "parked" and not verdict):
        return Start()
    return Restore()


def _of_ended(at: Situation, record: CaseRecord, fresh: Dispute) -> Move:
    """Follow a dispute after its run: a new stage or a call for a new draft starts over, an end is settled."""
    verdict = at.verdict.version if at.verdict else None
    if _is_reopened(record, fresh) or (_is_unanswered(at, fresh) and _asks_for_a_run(at, record, fresh)):
        return Start()
    return _settled(at, record, fresh) or (Rest() if verdict is None else Expire(version=verdict))


def _is_reopened(record: CaseRecord, fresh: Dispute) -> bool:
    escalated = record.state == "accepted" and record.case is not None and record.case.dispute.stage != fresh.stage
    return fresh.status not in FINAL and (record.outcome in FINAL or escalated)


def _is_unanswered(at: Situation, fresh: Dispute) -> bool:
    filed = {filing.stage for filing in at.filings if arrival.settle(filing, fresh).state == "done"}
    return fresh.is_open and fresh.stage not in filed


def _asks_for_a_run(at: Situation, record: CaseRecord, fresh: Dispute) -> bool:
    """Return whether a person calls for a draft, or the dispute became answerable or moved to another stage."""
    left = record.outcome == SMART_DISPUTES and is_left_to_stripe(fresh)
    answerable_now = record.state == "recorded" and not left and handling(fresh, at.now).way != "nothing"
    case = record.case
    moved = case is None or case.dispute.stage != fresh.stage or not case.dispute.is_open
    asked = at.verdict is not None and at.verdict.decision == "redraft"
    return asked or answerable_now or moved


def _settled(at: Situation, record: CaseRecord, fresh: Dispute) -> Settle | None:
    if record.case is None:
        return None
    known = at.siblings if at.held is not None else record.case.siblings
    case, now = record.case.model_copy(update={"dispute": fresh, "siblings": known}), at.now
    if fresh.status in FINAL and fresh.status != record.outcome:
        state: CaseState = record.state if record.state in {"recorded", "accepted", "rejected"} else "closed"
        step = HistoryStep(step="settle", at=now, note=fresh.status)
        ended = {"state": state, "outcome": fresh.status, "case": case, "history": (*record.history, step)}
        return Settle(record=record.model_copy(update=ended), outcome=fresh.status)
    if record.case == case:
        return None
    outcome = handling(fresh, now).outcome if record.state == "recorded" else record.outcome
    return Settle(record=record.model_copy(update={"case": case, "outcome": outcome or record.outcome}))


def _is_live(verdict: Verdict, record: CaseRecord | None) -> bool:
    """Return whether a verdict is about the case as it is now, parked or not."""
    return record is not None and verdict.version == record.version


def _is_outdated(drafted: Dispute, fresh: Dispute, now: datetime) -> bool:
    """Return whether what a reviewer decides on changed, or nothing is left to decide."""
    stands = handling(fresh, now)
    moved = (fresh.due_by, fresh.eligible) != (drafted.due_by, drafted.eligible)
    return stands.way == "nothing" or stands != handling(drafted, now) or moved or bool(terms.change(drafted, fresh))
