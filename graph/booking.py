"""What is written down when a run waits or ends: the case, its ledger entry, its messages."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import JsonValue

from disputes import money
from disputes.case import Case, Verdict
from disputes.dispute import Dispute
from disputes.errors import Invalid
from disputes.lifecycle import SMART_DISPUTES, arrival, handling, is_left_to_stripe
from disputes.money import Money
from disputes.repositories.cases import CaseRecord, HistoryStep
from disputes.repositories.cases import CaseState as Resting
from disputes.repositories.events import WebhookEvent
from disputes.repositories.filings import FilingAction
from disputes.repositories.ledger import LedgerEntry
from disputes.repositories.outbox import OutboxMessage
from disputes.review import agent_inbox
from disputes.siblings import Sibling
from graph.state import State
from graph.wiring.deps import Deps

_ENDINGS: dict[FilingAction, Resting] = {"submit": "filed", "close": "accepted", "smart_disputes": "recorded"}
REINSTATED = "reinstated"
_WORDS = {REINSTATED: "is lost, and money came back"}
_MARKS = {"won": "✅", "lost": "❌"}


async def begin(deps: Deps, state: State, steps: Sequence[HistoryStep], *, fence: int) -> tuple[CaseRecord, int]:
    """Save a case as being worked on, and return it with its version, before anything of a new draft is done.

    So no verdict on the draft before can be stored any more; one that waits lapses, but for a call for this very draft.
    """
    now, pending = deps.now(), await deps.verdicts.pending(state.dispute_id)
    record = await deps.cases.find(state.dispute_id) or CaseRecord(
        dispute_id=state.dispute_id, account=state.account, state="working", received_at=now, updated_at=now
    )
    called = [step_of(pending, now)] if pending and pending.decision == "redraft" else []
    # Until a case holds a dispute, nobody has confirmed at Stripe whose it is.
    owner = record.account if record.case else state.account
    grown = {
        "account": owner,
        "state": "working",
        "error": "",
        "history": (*record.history, *called, *steps),
        "updated_at": now,
    }
    begun = record.model_copy(update=grown)
    version = await deps.cases.save(begun, fence=fence, carried=pending.version if pending and called else None)
    return begun, version


async def settle_filings(deps: Deps, fresh: Dispute) -> None:
    """Write how each filing of unknown result ended, as far as Stripe shows it now."""
    for filing in await deps.filings.of(fresh.id):
        if (settled := arrival.settle(filing, fresh)) != filing:
            await deps.filings.finish(settled)


async def tell_siblings(deps: Deps, dispute: Dispute, siblings: Sequence[Sibling]) -> None:
    """Have the cases of other disputes of the same payment looked at again, once for each, where they know of none."""
    for sibling in siblings:
        record = await deps.cases.find(sibling.id)
        known = record.case.siblings if record and record.case else ()
        if record is None or dispute.id in {one.id for one in known}:
            continue
        told = WebhookEvent(
            provider="rebut",
            id=f"sibling_{dispute.id}_{sibling.id}",
            type="charge.dispute.updated",
            dispute_id=sibling.id,
            account=dispute.account,
            livemode=dispute.livemode,
            created=deps.now(),
        )
        if await deps.events.store(told):
            await deps.queue.try_enqueue(sibling.id, account=dispute.account)


async def announce(deps: Deps, state: State, step: HistoryStep, *, fence: int) -> int:
    """Store the handoff and the note to people in the outbox, save the case as waiting, and return its version."""
    await _tell(deps, state, f"{state.dispute_id}:waiting:{state.history[-1].at:%Y%m%dT%H%M%S%f}", "waits for a person")
    return await _keep(deps, state, (step, "waiting"), fence=fence)


async def record_outcome(deps: Deps, state: State, ended: tuple[HistoryStep, Resting], *, fence: int) -> int:
    """Save the case at rest, write the ledger and return the version.

    People get a note where the route says so, or where they were told that the case waits and Stripe decided it.
    """
    (_, ending), case = ended, state.case()
    await deps.ledger.add([line(deps, case, ending)])
    # Told first: once the case is saved at rest, a crash would leave nothing that asks for the message.
    await settle(deps, case, "")
    waited = any(step.step == "announce" for step in state.history)
    if waited:
        await deps.outbox.withdraw(f"{state.dispute_id}:waiting:")
    if ending == "recorded" and waited:
        await _tell_outcome(deps, case, _outcome(state) or ending)
    elif state.route and state.route.tell:
        await _tell_outcome(deps, case, ending)
    return await _keep(deps, state, ended, fence=fence)


def step_of(verdict: Verdict, now: datetime) -> HistoryStep:
    """Return the step of a verdict that is carried out."""
    said = f": {verdict.note}" if verdict.note else ""
    return HistoryStep(step="review", at=now, note=f"{verdict.decision} by {verdict.by}{said}")


async def _keep(deps: Deps, state: State, ended: tuple[HistoryStep, Resting], *, fence: int) -> int:
    step, resting = ended
    case, now, before = state.case(), deps.now(), await deps.cases.find(state.dispute_id)
    record = CaseRecord(
        dispute_id=state.dispute_id,
        account=state.account,
        state=resting,
        outcome=_outcome(state) if resting == "recorded" else "",
        case=case,
        history=_grown(before, (*state.history, step)),
        received_at=now,
        updated_at=now,
    )
    return await deps.cases.save(record, fence=fence, carried=state.decided, expected=state.version)


def _outcome(state: State) -> str:
    if is_left_to_stripe(state.case().dispute):
        return SMART_DISPUTES
    return state.route.outcome if state.route else ""


async def end(deps: Deps, state: State) -> Resting:
    """Return how a run ends, by the records: what was sent, what a person decided, or that nothing was to be done.

    Raises `Invalid` when none of these is so, as where somebody sent a thread to its end.
    """
    dispute, stored = state.case().dispute, await deps.verdicts.pending(state.dispute_id)
    for filing in await deps.filings.of(dispute.id):
        if filing.stage == dispute.stage and filing.state == "done" and not dispute.is_open:
            return _ENDINGS[filing.action]
    decided = stored.decision if stored and stored.version == state.decided else None
    if decided == "reject":
        return "rejected"
    if decided == "smart_disputes" and is_left_to_stripe(dispute):
        return "recorded"
    if decided == "accept_loss" and dispute.stage == "inquiry":
        return "accepted"
    if handling(dispute, deps.now()).way == "nothing":
        return "recorded"
    raise Invalid(f"Nothing on record ends the case {dispute.id}; it was left as it is.")


def line(deps: Deps, case: Case, kind: str, *, before: Money | None = None) -> LedgerEntry:
    """Return the ledger line of one ending, in the account's currency where known: the amount disputed or come back."""
    dispute = case.dispute
    withdrawn = dispute.value or dispute.money
    moved = dispute.reinstated or withdrawn if kind.startswith(REINSTATED) else withdrawn
    if before and before.currency == moved.currency and (kind == "won" or kind.startswith(REINSTATED)):
        moved = moved.model_copy(update={"amount": moved.amount - before.amount})
    return LedgerEntry(dispute_id=dispute.id, kind=f"{dispute.stage}:{kind}", money=moved, at=deps.now())


def note(case: Case, what: str) -> dict[str, JsonValue]:
    """Return a note to people, marked won, lost or other; no customer text goes into it."""
    dispute, route = case.dispute, case.route
    plain = what.partition(":")[0]
    title = f"{_MARKS.get(plain, '⚪')} Dispute {dispute.id} {_WORDS.get(plain, plain)}"
    due = f", answer due {dispute.due_by:%d %B %Y %H:%M} UTC" if dispute.due_by else ""
    moved = dispute.reinstated if plain == REINSTATED and dispute.reinstated else dispute.money
    body = f"{dispute.reason.replace('_', ' ')}, {money.write(moved)}{due}"
    return {"title": title, "body": "\n".join([body, *(route.reasons if route else ())])}


def handoff(case: Case, history: list[HistoryStep]) -> dict[str, JsonValue]:
    """Return the whole case for a queue outside: case, evidence, draft, and why."""
    return {
        "case": case.model_dump(mode="json"),
        "history": [step.model_dump(mode="json") for step in history],
        "readable": agent_inbox.describe(case),
    }


def _grown(before: CaseRecord | None, steps: tuple[HistoryStep, ...]) -> tuple[HistoryStep, ...]:
    """Return what was written down plus what is new: a run that Redis lost, or that was parked, knows only its part."""
    kept = before.history if before else ()
    return (*kept, *(step for step in steps if step not in kept))


async def _tell(deps: Deps, state: State, key: str, what: str) -> None:
    case = state.case()
    await deps.outbox.withdraw(f"{state.dispute_id}:waiting:", but=f"{key}:")
    await deps.outbox.put(OutboxMessage(key=f"{key}:handoff", kind="handoff", body=handoff(case, state.history)))
    await deps.outbox.put(OutboxMessage(key=f"{key}:note", kind="note", body=note(case, what)))


async def settle(deps: Deps, case: Case, outcome: str, *, before: Money | None = None) -> None:
    """Book and tell what Stripe decided after the run, if anything, and money that came back while it is lost; once.

    `before` is what had come back already when the case was last saved.
    """
    if outcome:
        await deps.ledger.add([line(deps, case, outcome, before=before)])
        await _tell_outcome(deps, case, outcome)
    back = case.dispute.reinstated
    if case.dispute.status == "lost" and back is not None and back != before:
        kind = f"{REINSTATED}:{back.amount}"
        await deps.ledger.add([line(deps, case, kind, before=before)])
        await _tell_outcome(deps, case, kind)


async def _tell_outcome(deps: Deps, case: Case, what: str) -> None:
    """Store a note to people on how a dispute ended, once per ending, and take back that it waits."""
    await deps.outbox.withdraw(f"{case.dispute.id}:waiting:")
    await deps.outbox.put(
        OutboxMessage(key=f"{case.dispute.id}:{case.dispute.stage}:{what}:note", kind="note", body=note(case, what))
    )
