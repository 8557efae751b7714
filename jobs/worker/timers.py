"""Fires the timers of plans: calls people, and starts the runs that decide at the last chance."""

import structlog

from disputes.lifecycle import plan as planning
from disputes.lifecycle.plan import Plan
from disputes.messages import notes, targets
from disputes.messages.note import Note
from disputes.repositories.cases import CaseRecord
from disputes.repositories.events import WebhookEvent
from disputes.repositories.plans import DueTimers
from graph import messages
from graph.wiring.deps import Deps

log = structlog.get_logger()

PROVIDER, TYPE = "rebut", "rebut.timer"
MOST = 500
"""How many cases at most are looked at each time; the rest is due again a moment later."""
_SEVERITY = (planning.CLAIMED, planning.REMINDER, planning.ESCALATION, planning.URGENT, planning.CALL)


async def fire(deps: Deps) -> dict[str, int]:
    """Fire each timer that is due, once at any number of workers, and return how many calls and runs that made."""
    called = started = 0
    for due in await deps.plans.due(deps.now(), limit=MOST):
        record, plan = await deps.cases.find(due.dispute_id), await deps.plans.find(due.dispute_id)
        if record is None:
            continue
        told = _call(deps, record, plan, due)
        # What people chose since for a lane is taken up with the next call.
        runs = not due.names or any(planning.kind_of(name) in (*planning.RUNS, planning.CALL) for name in due.names)
        event = _run(deps, due) if runs else None
        sent = (*targets.address(told, deps.targets), *await messages.write_card(deps, record, plan))
        if not await deps.plans.fire(due, messages=sent, event=event):
            continue
        log.info("timers.fired", dispute_id=due.dispute_id, timers=due.names)
        called, started = called + len(told), started + (event is not None)
        if event:
            await deps.queue.try_enqueue(due.dispute_id, account=due.account)
    return {"called": called, "started": started}


def _call(deps: Deps, record: CaseRecord, plan: Plan | None, due: DueTimers) -> tuple[Note, ...]:
    """Return the notes of due timers: the missed service level, and the gravest of the rest.

    After an outage several are due together; what is graver says all that the others would. A run that starts tells
    people itself what came of it.
    """
    if plan is None or plan.round != due.round:
        return ()
    kinds = {planning.kind_of(name): name for name in due.names}
    chosen = [kinds[planning.CONTACT]] if planning.CONTACT in kinds and plan.contacted_at is None else []
    if not kinds.keys() & set(planning.RUNS):
        chosen += [kinds[kind] for kind in _SEVERITY if kind in kinds and not _is_met(plan, kind)][-1:]
    at = messages.frame(deps, record.account)
    return tuple(notes.timer(record, plan, name, frame=at) for name in chosen)


def _is_met(plan: Plan, kind: str) -> bool:
    return kind == planning.CLAIMED and bool(plan.claimed_by)


def _run(deps: Deps, due: DueTimers) -> WebhookEvent:
    """Return the event that has a run look at the case; its id is the timers', so that it is stored once."""
    return WebhookEvent(
        provider=PROVIDER,
        id=f"timer_{due.dispute_id}_{due.round}_{'_'.join(due.names)}",
        type=TYPE,
        dispute_id=due.dispute_id,
        account=due.account,
        livemode=deps.stripe.livemode,
        created=deps.now(),
    )
