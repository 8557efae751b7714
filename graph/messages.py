"""What goes out with a case: its notes and handoff by the targets that want them, and its card."""

from collections.abc import Iterable

from disputes.case import Case
from disputes.lifecycle.plan import Plan
from disputes.messages import cards, handoff, notes, targets
from disputes.messages.frame import Frame
from disputes.messages.note import Note
from disputes.repositories.cases import CaseRecord
from disputes.repositories.outbox import OutboxMessage, Outgoing
from graph.wiring.deps import Deps


def frame(deps: Deps, account: str | None) -> Frame:
    """Return from where a message about an account's dispute is written: now, in its merchant's zone."""
    return Frame(now=deps.now(), zone=deps.account(account).policy.merchant.timezone, url=deps.url)


async def of_waiting(deps: Deps, record: CaseRecord) -> Outgoing:
    """Return what goes out when a case begins to wait; what was said of an earlier draft is taken back."""
    if record.case is None:
        return Outgoing()
    at, since = frame(deps, record.account), record.history[-1].at if record.history else record.updated_at
    case, told = record.case, notes.waits
    if case.route and case.route.last_chance:
        told = notes.last_chance
    # With each further attempt the timer of its call told people, beside the last chance after an outage too.
    first = not (case.route and case.route.last_chance and case.route.last_chance.attempt > 1)
    addressed = targets.address([told(case, since, frame=at)] if first else [], deps.targets)
    handed = handoff.address(case, record.history, since, frame=at)
    sent = (handed, *addressed, *await write_card(deps, record))
    # Calls by timers stay: each is made once, and the case still waits.
    return Outgoing(messages=sent, withdraw=(notes.of_waiting(record.dispute_id),))


async def of_rest(deps: Deps, record: CaseRecord, *told: Note) -> Outgoing:
    """Return what goes out when a case is decided: these notes and its card; that it waits is taken back."""
    addressed = targets.address(told, deps.targets)
    over = (notes.of_waiting(record.dispute_id), notes.of_calls(record.dispute_id))
    return Outgoing(messages=(*addressed, *await write_card(deps, record)), withdraw=over)


async def of_parked(deps: Deps, record: CaseRecord) -> Outgoing:
    """Return what goes out when an error stopped a case."""
    told = notes.parked(record, await deps.plans.find(record.dispute_id), frame=frame(deps, record.account))
    return Outgoing(messages=(*targets.address([told], deps.targets), *await write_card(deps, record)))


def of_outcomes(deps: Deps, case: Case, endings: Iterable[str]) -> tuple[Note, ...]:
    """Return the notes on how a dispute ended."""
    at = frame(deps, case.dispute.account)
    return tuple(notes.outcome(case, ending, frame=at) for ending in endings)


async def write_card(deps: Deps, record: CaseRecord, plan: Plan | None = None) -> tuple[OutboxMessage, ...]:
    """Return the card of a case for each board that holds its queue."""
    if not deps.boards:
        return ()
    known = plan or await deps.plans.find(record.dispute_id)
    return cards.address_card(cards.build(record, known, frame(deps, record.account)), deps.boards)
