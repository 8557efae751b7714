"""What is written down when a run waits or ends: the case with its messages, its ledger entry, its plan."""

from collections.abc import Sequence
from datetime import datetime

from disputes.case import Case, Verdict
from disputes.dispute import Dispute
from disputes.errors import Invalid
from disputes.lifecycle import SMART_DISPUTES, arrival, handling, is_left_to_stripe
from disputes.messages.notes import REINSTATED
from disputes.money import Money
from disputes.repositories.cases import CaseRecord, HistoryStep
from disputes.repositories.cases import CaseState as Resting
from disputes.repositories.filings import FilingAction
from disputes.repositories.ledger import LedgerEntry
from disputes.repositories.outbox import NOTHING, Outgoing
from disputes.siblings import Sibling
from graph import messages, own_events, plans
from graph.state import State
from graph.wiring.deps import Deps

_ENDINGS: dict[FilingAction, Resting] = {"submit": "filed", "close": "accepted", "smart_disputes": "recorded"}


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
    if begun == record.model_copy(update={"updated_at": now}) and record.version and not pending:
        return record, record.version  # begun before, by a run that failed: nobody saw anything of it
    version = await deps.cases.save(begun, fence=fence, carried=pending.version if pending and called else None)
    stored = await deps.cases.find(state.dispute_id)
    # When its first event came is known to the records alone.
    return begun.model_copy(update={"received_at": stored.received_at if stored else now}), version


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
        known_once = f"sibling_{dispute.id}_{sibling.id}"
        told = own_events.build(deps, known_once, dispute_id=sibling.id, account=dispute.account)
        await own_events.store(deps, told)


async def announce(deps: Deps, state: State, step: HistoryStep, *, fence: int) -> int:
    """Save the case as waiting, with its plan, and with its handoff and the note to people; return its version."""
    record = await _record(deps, state, (step, "waiting"))
    queue = state.route.queue if state.route else ""
    await plans.renew(deps, state.case().dispute, record, queue=queue, fence=fence)
    return await _save(deps, state, record, await messages.of_waiting(deps, record), fence=fence)


async def record_outcome(deps: Deps, state: State, ended: tuple[HistoryStep, Resting], *, fence: int) -> int:
    """Save the case at rest, write the ledger and return the version.

    People get a note where the route says so, or where they were told that the case waits and Stripe decided it.
    """
    (_, ending), case = ended, state.case()
    booked = _outcome(state) if ending == "recorded" else ""
    await deps.ledger.add([line(deps, case, booked or ending), *([back] if (back := _back(deps, case, None)) else [])])
    record = await _record(deps, state, ended)
    waited = any(step.step == "announce" for step in state.history)
    told = [booked or ending] if ending == "recorded" and (waited or booked == "past_due") else []
    told += [ending] if not told and state.route and state.route.tell else []
    told += [back.kind.partition(":")[2]] if back else []
    outgoing = await messages.of_rest(deps, record, *messages.of_outcomes(deps, case, told))
    return await _save(deps, state, record, outgoing, fence=fence)


def step_of(verdict: Verdict, now: datetime) -> HistoryStep:
    """Return the step of a verdict that is carried out."""
    said = f": {verdict.note}" if verdict.note else ""
    return HistoryStep(step="review", at=now, note=f"{verdict.decision} by {verdict.by}{said}")


async def _record(deps: Deps, state: State, ended: tuple[HistoryStep, Resting]) -> CaseRecord:
    (step, resting), now = ended, deps.now()
    before = await deps.cases.find(state.dispute_id)
    return CaseRecord(
        dispute_id=state.dispute_id,
        account=state.account,
        state=resting,
        outcome=_outcome(state) if resting == "recorded" else "",
        case=state.case(),
        history=_grown(before, (*state.history, step)),
        received_at=before.received_at if before else now,
        updated_at=now,
    )


async def _save(deps: Deps, state: State, record: CaseRecord, outgoing: Outgoing, *, fence: int) -> int:
    return await deps.cases.save(record, fence=fence, carried=state.decided, expected=state.version, outgoing=outgoing)


def _outcome(state: State) -> str:
    if is_left_to_stripe(state.case().dispute):
        return SMART_DISPUTES
    return state.route.outcome if state.route else ""


async def end(deps: Deps, state: State) -> Resting:
    """Return how a run ends, by the records: what was sent, what a person decided, or that nothing was to be done.

    Raises `Invalid` when none of these is so, as where somebody sent a thread to its end.
    """
    dispute, stored = state.case().dispute, await deps.verdicts.pending(state.dispute_id)
    for filing in reversed(await deps.filings.of(dispute.id)):
        over = not dispute.is_open or (filing.action == SMART_DISPUTES and is_left_to_stripe(dispute))
        if filing.stage == dispute.stage and filing.state == "done" and over:
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


def _grown(before: CaseRecord | None, steps: tuple[HistoryStep, ...]) -> tuple[HistoryStep, ...]:
    """Return what was written down plus what is new: a run that Redis lost, or that was parked, knows only its part."""
    kept = before.history if before else ()
    return (*kept, *(step for step in steps if step not in kept))


async def settle(deps: Deps, record: CaseRecord, outcome: str, *, before: Money | None = None, fence: int) -> None:
    """Book, save and tell what Stripe decided after the run, if anything, and money back while it is lost; once.

    `before` is what had come back already when the case was last saved.
    """
    told: list[str] = []
    outgoing = NOTHING
    if (case := record.case) is not None:
        back = _back(deps, case, before)
        told = [*([outcome] if outcome else []), *([back.kind.partition(":")[2]] if back else [])]
        await deps.ledger.add([line(deps, case, ending, before=before) for ending in told])
        outgoing = await messages.of_rest(deps, record, *messages.of_outcomes(deps, case, told))
    await deps.cases.save(record, fence=fence, outgoing=outgoing)


def _back(deps: Deps, case: Case, before: Money | None) -> LedgerEntry | None:
    """Return the ledger line of money that came back while the dispute is lost, if more did than before."""
    back = case.dispute.reinstated
    if case.dispute.status != "lost" or back is None or back == before:
        return None
    return line(deps, case, f"{REINSTATED}:{back.amount}", before=before)
