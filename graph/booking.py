"""What is written down when a run waits or ends: the docket's entry, the ledger's lines, the messages."""

from pydantic import JsonValue

from disputes import inbox, money
from disputes.case import Case
from disputes.docket import Entry, Line, Message, Turn
from disputes.docket import State as Resting
from graph.deps import Deps
from graph.state import State

_SENT = {"submit": ("under_review", "warning_under_review", "appeal_under_review"), "close": ("lost",)}
_MARKS = {"won": "✅", "lost": "❌"}


async def announce(deps: Deps, state: State, turn: Turn, *, fence: int | None) -> None:
    """Put the handoff and the note to people in the outbox and keep the case as waiting, once per draft.

    Repeated after a crash it leaves the version alone, since a person may have decided on it already.
    """
    await _tell(deps, state, f"{state.dispute_id}:waiting:{state.history[-1].at:%Y%m%dT%H%M%S%f}", "waits for a person")
    if not _is_announced(await deps.docket.entry(state.dispute_id), state):
        await _keep(deps, state, (turn, "waiting"), fence=fence)


async def book(deps: Deps, state: State, ended: tuple[Turn, Resting], *, fence: int | None) -> None:
    """Keep the case at rest, write the ledger, and tell people where the route says so."""
    (_, ending), case = ended, state.case()
    await deps.docket.book([line(deps, case, ending)])
    await _keep(deps, state, ended, fence=fence)
    if state.route and state.route.tell:
        key = f"{state.dispute_id}:{case.dispute.stage}:{ending}"
        await deps.docket.post(Message(key=f"{key}:note", kind="note", body=note(case, ending)))


async def _keep(deps: Deps, state: State, ended: tuple[Turn, Resting], *, fence: int | None) -> None:
    turn, resting = ended
    case, now, before = state.case(), deps.now(), await deps.docket.entry(state.dispute_id)
    entry = Entry(
        dispute_id=state.dispute_id,
        account=state.account,
        state=resting,
        outcome=(state.route.outcome if state.route else "") if resting == "recorded" else "",
        case=case,
        history=_grown(before, (*state.history, turn)),
        received_at=now,
        updated_at=now,
    )
    await deps.docket.keep(entry, fence=fence)


def outcome(state: State) -> Resting:
    """Name how a run ends: filed, accepted, rejected by a person, or recorded because nothing was left to do."""
    decision = state.verdict.decision if state.verdict else None
    if decision == "reject":
        return "rejected"
    if decision == "accept_loss" or (state.route and state.route.action == "accept"):
        return "accepted"
    return "recorded" if state.route is None or state.route.action == "record" else "filed"


async def end(deps: Deps, state: State) -> Resting:
    """Name how a run ends, also when an earlier run sent the answer and Redis lost its memory of that."""
    ending, dispute = outcome(state), state.case().dispute
    if ending != "recorded":
        return ending
    for filing in await deps.docket.filings(dispute.id):
        if filing.stage == dispute.stage and filing.state != "refused" and dispute.status in _SENT[filing.action]:
            await deps.docket.filed(filing.model_copy(update={"state": "done", "detail": dispute.status}))
            return "filed" if filing.action == "submit" else "accepted"
    return ending


def line(deps: Deps, case: Case, kind: str) -> Line:
    """Give the ledger line of one ending: the disputed amount in the account's currency where it is known."""
    dispute = case.dispute
    return Line(
        dispute_id=dispute.id, kind=f"{dispute.stage}:{kind}", money=dispute.value or dispute.money, at=deps.now()
    )


def note(case: Case, what: str) -> dict[str, JsonValue]:
    """Give a note to people, marked won, lost or other; no customer text goes into it."""
    dispute, route = case.dispute, case.route
    title = f"{_MARKS.get(what, '⚪')} Dispute {dispute.id} {what}"
    due = f", answer due {dispute.due_by:%d %B %Y %H:%M} UTC" if dispute.due_by else ""
    body = f"{dispute.reason.replace('_', ' ')}, {money.write(dispute.money)}{due}"
    return {"title": title, "body": "\n".join([body, *(route.reasons if route else ())])}


def handoff(case: Case, history: list[Turn]) -> dict[str, JsonValue]:
    """Give the whole case for a queue outside: case, evidence, draft, and why."""
    return {
        "case": case.model_dump(mode="json"),
        "history": [turn.model_dump(mode="json") for turn in history],
        "readable": inbox.describe(case),
    }


def _is_announced(entry: Entry | None, state: State) -> bool:
    """Tell whether the docket holds this very draft as waiting: the same step came before the announcement."""
    if entry is None or entry.state != "waiting" or entry.history[-1].step != "announce":
        return False
    return entry.history[-2:-1] == (state.history[-1],)


def _grown(before: Entry | None, turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """Give what was written down plus what is new: a run that Redis lost, or that was parked, knows only its part."""
    kept = before.history if before else ()
    return (*kept, *(turn for turn in turns if turn not in kept))


async def _tell(deps: Deps, state: State, key: str, what: str) -> None:
    case = state.case()
    await deps.docket.post(Message(key=f"{key}:handoff", kind="handoff", body=handoff(case, state.history)))
    await deps.docket.post(Message(key=f"{key}:note", kind="note", body=note(case, what)))


async def tell_outcome(deps: Deps, case: Case, what: str) -> None:
    """Tell people how a dispute ended, once per ending."""
    await deps.docket.post(
        Message(key=f"{case.dispute.id}:{case.dispute.stage}:{what}:note", kind="note", body=note(case, what))
    )
