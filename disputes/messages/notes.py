"""The notes on one dispute: what happened, how much, why, until when, and where to look. Pure.

No customer's words go into a note: chats and mailboxes keep them for ever, and nobody erases them there.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from disputes import money
from disputes.case import Case
from disputes.lifecycle import plan as plans
from disputes.lifecycle.plan import Plan
from disputes.messages import countdown, links
from disputes.messages.frame import Frame
from disputes.messages.note import Note
from disputes.model import Value
from disputes.repositories.cases import CaseRecord
from disputes.repositories.outbox import NoteEvent

REINSTATED = "reinstated"
"""The outcome of money that came back while a dispute stays lost: `reinstated:<minor units>`."""
OTHER, CALLING, LATE = "⚪", "🔔", "⏰"
_MARKS = {"won": "✅", "lost": "❌"}
_WORDS = {REINSTATED: "is lost, and money came back", "past_due": "passed its deadline unanswered"}
_EVENTS: dict[str, NoteEvent] = {"won": "won", "lost": "lost", "warning_closed": "warning_closed"}
_LONGEST_ERROR = 300
_UNREAD = "; it may be soon: look at Stripe"


class _Call(Value):
    event: NoteEvent
    words: str
    urgent: bool = False


_CALLS = {
    plans.CLAIMED: _Call(event="reminder", words="is claimed by nobody yet"),
    plans.REMINDER: _Call(event="reminder", words="still waits for a decision"),
    plans.ESCALATION: _Call(event="escalation", words="needs a decision: nobody took one after the reminder"),
    plans.CONTACT: _Call(event="escalation", words="was touched by nobody within the time promised", urgent=True),
    plans.URGENT: _Call(event="deadline", words="is due soon and waits for a decision", urgent=True),
    plans.CALL: _Call(event="deadline", words="must be decided now", urgent=True),
    plans.PASSED: _Call(event="deadline", words="passed its deadline", urgent=True),
}


def waits(case: Case, moment: datetime, *, frame: Frame) -> Note:
    """Return the note that a case waits for a person, unique by the moment it began to; it stands until decided."""
    return _build(
        case,
        f"{OTHER} Dispute {case.dispute.id} waits for a person",
        frame=frame,
        key=waiting(case.dispute.id, moment),
        event="waits",
        standing=True,
        urgent=bool(case.route and case.route.urgent),
    )


def last_chance(case: Case, moment: datetime, *, frame: Frame) -> Note:
    """Return the note that a case could not be ended by itself at its last chance, and people have to decide now."""
    title = f"{LATE} Dispute {case.dispute.id} is at its last chance and waits for you"
    # Under the calls, since the drafts of further attempts must not take it back.
    key = f"{of_calls(case.dispute.id)}last_chance:{moment:%Y%m%dT%H%M%S%f}"
    return _build(case, title, frame=frame, key=key, event="deadline", standing=True, urgent=True)


def outcome(case: Case, what: str, *, frame: Frame) -> Note:
    """Return the note on how a dispute ended, marked won, lost or other, once per stage and ending.

    `what` is the ending as the ledger names it: `won`, `lost`, `warning_closed`, `reinstated:<minor units>`, or any.
    """
    dispute, plain = case.dispute, what.partition(":")[0]
    words = _WORDS.get(plain, plain.replace("_", " "))
    title = f"{_MARKS.get(plain, OTHER)} Dispute {dispute.id} {words}"
    key = f"{dispute.id}:{dispute.stage}:{what}"
    note = _build(case, title, frame=frame, key=key, event=_EVENTS.get(plain, "other"))
    if plain != REINSTATED or dispute.reinstated is None:
        return note
    back = f"Money that came back: {money.write(dispute.reinstated)}"
    return note.model_copy(update={"body": f"{back}\n{note.body}"})


def timer(record: CaseRecord, plan: Plan, name: str, *, frame: Frame) -> Note:
    """Return the note with which a timer of a plan calls people: a reminder, an escalation or the deadline.

    It is unique by the plan's round, the timer's name and the moment, and stands until the case is decided. Raises
    `KeyError` for a name that no timer which calls people has.
    """
    call, queue = _CALLS[plans.kind_of(name)], plan.queue
    mark = LATE if call.event == "deadline" else CALLING
    claimed = f"Claimed by {plan.claimed_by}" if plan.claimed_by else "Claimed by nobody"
    if record.case and record.case.route:
        queue = record.case.route.queue or queue
    # What an error stopped before anything was drafted has a deadline too.
    lines = _lines(record.case, frame) if record.case else _lines_of_plan(record, plan, frame)
    error = [f"An error stopped it: {_shorten(record.error)}"] if record.state == "parked" else []
    return Note(
        key=f"{of_calls(record.dispute_id)}{plan.round}:{name}:{frame.now:%Y%m%dT%H%M%S}",
        event=call.event,
        title=f"{mark} Dispute {record.dispute_id} {call.words}",
        body="\n".join([*error, *lines, claimed]),
        queue=queue,
        dispute_id=record.dispute_id,
        standing=True,
        urgent=call.urgent,
    )


def parked(record: CaseRecord, plan: Plan | None = None, *, frame: Frame) -> Note:
    """Return the note on a case that an error stopped: people have to look. It stands until the case is decided.

    It is unique by error and day: one that fails again in the same way is told of once a day.
    """
    note = Note(
        key=f"{of_calls(record.dispute_id)}parked:{_hash(record.error)}:{frame.now:%Y%m%d}",
        event="parked",
        title=f"🛑 Dispute {record.dispute_id} is parked: an error stopped it",
        body="\n".join(_lines_of_plan(record, plan, frame)),
        dispute_id=record.dispute_id,
        standing=True,
    )
    if record.case:
        queue = record.case.route.queue if record.case.route else ""
        note = note.model_copy(update={"body": "\n".join(_lines(record.case, frame)), "queue": queue})
    return note.model_copy(update={"body": "\n".join(filter(None, (_shorten(record.error), note.body)))})


def waiting(dispute_id: str, moment: datetime) -> str:
    """Return how the keys of what is said of a case that began to wait at a moment begin."""
    return f"{of_waiting(dispute_id)}{moment:%Y%m%dT%H%M%S%f}"


def of_waiting(dispute_id: str) -> str:
    """Return how the keys of all that is said of a draft that waits begin; a newer draft takes it back."""
    return f"{dispute_id}:waiting:"


def of_calls(dispute_id: str) -> str:
    """Return how the keys of all calls for an undecided case begin; only its decision takes them back."""
    return f"{dispute_id}:called:"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _build(case: Case, title: str, *, frame: Frame, **fields: object) -> Note:
    plain = {
        "title": title,
        "body": "\n".join(_lines(case, frame)),
        "queue": case.route.queue if case.route else "",
        "dispute_id": case.dispute.id,
    }
    return Note.model_validate({**plain, **fields})


def _shorten(error: str) -> str:
    return " ".join(error.split())[:_LONGEST_ERROR]


def _lines_of_plan(record: CaseRecord, plan: Plan | None, frame: Frame) -> Iterator[str]:
    due = plan.due_by if plan else None
    yield f"Answer due: {countdown.write_due(due, frame.now, frame.zone)}{'' if due else _UNREAD}"
    for link in links.case(record.dispute_id, frame):
        yield f"{link.title}: {link.url}"


def _lines(case: Case, frame: Frame) -> Iterator[str]:
    dispute, route = case.dispute, case.route
    yield f"{dispute.reason.replace('_', ' ')}, {money.write(dispute.money)}"
    if dispute.is_open:
        yield f"Answer due: {countdown.write_due(plans.deadline(dispute, frame.now), frame.now, frame.zone)}"
    if route and route.queue:
        yield f"Queue: {route.queue}"
    yield from route.reasons if route else ()
    for link in links.of(dispute, frame):
        yield f"{link.title}: {link.url}"
