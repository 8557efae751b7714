"""What is written down when a run waits or ends: the case, its ledger entry, its messages."""

from pydantic import JsonValue

from disputes import money
from disputes.case import Case
from disputes.repositories.cases import CaseRecord, HistoryStep
from disputes.repositories.cases import CaseState as Resting
from disputes.repositories.ledger import LedgerEntry
from disputes.repositories.outbox import OutboxMessage
from disputes.review import agent_inbox
from graph.state import State
from graph.wiring.deps import Deps

_SENT = {"submit": ("under_review", "warning_under_review", "appeal_under_review"), "close": ("lost",)}
_MARKS = {"won": "✅", "lost": "❌"}


async def announce(deps: Deps, state: State, step: HistoryStep, *, fence: int | None) -> None:
    """Store the handoff and the note to people in the outbox and save the case as waiting, once per draft.

    Repeated after a crash it leaves the version alone, since a person may have decided on it already.
    """
    await _tell(deps, state, f"{state.dispute_id}:waiting:{state.history[-1].at:%Y%m%dT%H%M%S%f}", "waits for a person")
    if not _is_announced(await deps.cases.find(state.dispute_id), state):
        await _keep(deps, state, (step, "waiting"), fence=fence)


async def record_outcome(deps: Deps, state: State, ended: tuple[HistoryStep, Resting], *, fence: int | None) -> None:
    """Save the case at rest, write the ledger, and store a note to people where the route says so."""
    (_, ending), case = ended, state.case()
    await deps.ledger.add([line(deps, case, ending)])
    await _keep(deps, state, ended, fence=fence)
    if state.route and state.route.tell:
        key = f"{state.dispute_id}:{case.dispute.stage}:{ending}"
        await deps.outbox.put(OutboxMessage(key=f"{key}:note", kind="note", body=note(case, ending)))


async def _keep(deps: Deps, state: State, ended: tuple[HistoryStep, Resting], *, fence: int | None) -> None:
    step, resting = ended
    case, now, before = state.case(), deps.now(), await deps.cases.find(state.dispute_id)
    record = CaseRecord(
        dispute_id=state.dispute_id,
        account=state.account,
        state=resting,
        outcome=(state.route.outcome if state.route else "") if resting == "recorded" else "",
        case=case,
        history=_grown(before, (*state.history, step)),
        received_at=now,
        updated_at=now,
    )
    await deps.cases.save(record, fence=fence)


def outcome(state: State) -> Resting:
    """Return how a run ends: filed, accepted, rejected by a person, or recorded because nothing was left to do."""
    decision = state.verdict.decision if state.verdict else None
    if decision == "reject":
        return "rejected"
    if decision == "accept_loss" or (state.route and state.route.action == "accept"):
        return "accepted"
    return "recorded" if state.route is None or state.route.action == "record" else "filed"


async def end(deps: Deps, state: State) -> Resting:
    """Return how a run ends, also when an earlier run sent the answer and Redis lost its memory of that."""
    ending, dispute = outcome(state), state.case().dispute
    if ending != "recorded":
        return ending
    for filing in await deps.filings.of(dispute.id):
        if filing.stage == dispute.stage and filing.state != "refused" and dispute.status in _SENT[filing.action]:
            await deps.filings.finish(filing.model_copy(update={"state": "done", "detail": dispute.status}))
            return "filed" if filing.action == "submit" else "accepted"
    return ending


def line(deps: Deps, case: Case, kind: str) -> LedgerEntry:
    """Return the ledger line of one ending: the disputed amount in the account's currency where it is known."""
    dispute = case.dispute
    return LedgerEntry(
        dispute_id=dispute.id, kind=f"{dispute.stage}:{kind}", money=dispute.value or dispute.money, at=deps.now()
    )


def note(case: Case, what: str) -> dict[str, JsonValue]:
    """Return a note to people, marked won, lost or other; no customer text goes into it."""
    dispute, route = case.dispute, case.route
    title = f"{_MARKS.get(what, '⚪')} Dispute {dispute.id} {what}"
    due = f", answer due {dispute.due_by:%d %B %Y %H:%M} UTC" if dispute.due_by else ""
    body = f"{dispute.reason.replace('_', ' ')}, {money.write(dispute.money)}{due}"
    return {"title": title, "body": "\n".join([body, *(route.reasons if route else ())])}


def handoff(case: Case, history: list[HistoryStep]) -> dict[str, JsonValue]:
    """Return the whole case for a queue outside: case, evidence, draft, and why."""
    return {
        "case": case.model_dump(mode="json"),
        "history": [step.model_dump(mode="json") for step in history],
        "readable": agent_inbox.describe(case),
    }


def _is_announced(record: CaseRecord | None, state: State) -> bool:
    """Return whether the record holds this very draft as waiting: the same step came before the announcement."""
    if record is None or record.state != "waiting" or record.history[-1].step != "announce":
        return False
    return record.history[-2:-1] == (state.history[-1],)


def _grown(before: CaseRecord | None, steps: tuple[HistoryStep, ...]) -> tuple[HistoryStep, ...]:
    """Return what was written down plus what is new: a run that Redis lost, or that was parked, knows only its part."""
    kept = before.history if before else ()
    return (*kept, *(step for step in steps if step not in kept))


async def _tell(deps: Deps, state: State, key: str, what: str) -> None:
    case = state.case()
    await deps.outbox.put(OutboxMessage(key=f"{key}:handoff", kind="handoff", body=handoff(case, state.history)))
    await deps.outbox.put(OutboxMessage(key=f"{key}:note", kind="note", body=note(case, what)))


async def tell_outcome(deps: Deps, case: Case, what: str) -> None:
    """Store a note to people on how a dispute ended, once per ending."""
    await deps.outbox.put(
        OutboxMessage(key=f"{case.dispute.id}:{case.dispute.stage}:{what}:note", kind="note", body=note(case, what))
    )
