"""Fires the timers of plans: calls people, and starts the runs that decide at the last chance."""

from collections.abc import Collection
from datetime import timedelta

import structlog

from disputes.errors import TryAgain
from disputes.lifecycle import plan as planning
from disputes.lifecycle.plan import Plan
from disputes.messages import notes, targets
from disputes.messages.note import Note
from disputes.repositories.cases import CaseRecord
from disputes.repositories.events import WebhookEvent
from disputes.repositories.plans import DueTimers
from graph import messages, own_events
from graph.wiring.deps import Deps

log = structlog.get_logger()

AGAIN = timedelta(hours=1)
MOST = 500
"""How many cases at most are looked at each time; the rest is due again a moment later."""
_NEVER_OVER = frozenset(("appeal",))
_SEVERITY = (planning.CLAIMED, planning.REMINDER, planning.ESCALATION, planning.URGENT, planning.CALL)


async def fire(deps: Deps) -> dict[str, int]:
    """Fire each timer that is due, once at any number of workers, and return how many calls and runs that made.

    A case for which that fails by a fault of ours holds back no other. Raises `TryAgain` without a database.
    """
    fired = [await _try(deps, due) for due in await deps.plans.due(deps.now(), limit=MOST)]
    return {"called": sum(called for called, _ in fired), "started": sum(started for _, started in fired)}


async def _try(deps: Deps, due: DueTimers) -> tuple[int, bool]:
    try:
        return await _fire(deps, due)
    except TryAgain:
        raise
    except Exception:
        log.exception("timers.failed", dispute_id=due.dispute_id, timers=due.names)
        return 0, False


async def _fire(deps: Deps, due: DueTimers) -> tuple[int, bool]:
    record, plan = await deps.cases.find(due.dispute_id), await deps.plans.find(due.dispute_id)
    if record is None:
        return 0, False
    told = _call(deps, record, plan, due)
    kinds = {planning.kind_of(name) for name in due.names}
    event = _run(deps, due) if not kinds or kinds & {*planning.RUNS, planning.CALL} else None
    sent = (*targets.address(told, deps.targets), *await messages.write_card(deps, record, plan))
    if not await deps.plans.fire(due, messages=sent, event=event):
        return 0, False
    log.info("timers.fired", dispute_id=due.dispute_id, timers=due.names)
    if planning.PASSED in kinds:
        # A worker whose clock is behind finds the deadline still to come.
        await deps.plans.retry(due.dispute_id, deps.now() + AGAIN)
    if event:
        await deps.queue.try_enqueue(due.dispute_id, account=due.account)
    return len(told), event is not None


def _call(deps: Deps, record: CaseRecord, plan: Plan | None, due: DueTimers) -> tuple[Note, ...]:
    """Return the notes of due timers: the missed service level, and the gravest of the rest.

    After an outage several are due together; what is graver says all that the others would.
    """
    if plan is None or plan.round != due.round:
        return ()
    kinds = {planning.kind_of(name): name for name in due.names}
    chosen = [kinds[planning.CONTACT]] if planning.CONTACT in kinds and plan.contacted_at is None else []
    if planning.PASSED in kinds and plan.stage in _NEVER_OVER:
        chosen.append(planning.PASSED)
    elif not _is_told_by_run(plan, kinds):
        chosen += [kinds[kind] for kind in _SEVERITY if kind in kinds and not _is_met(plan, kind)][-1:]
    at = messages.frame(deps, record.account)
    return tuple(notes.timer(record, plan, name, frame=at) for name in chosen)


def _is_told_by_run(plan: Plan, kinds: Collection[str]) -> bool:
    """Return whether the run that due timers start tells people what came of it: the end, or the first last chance.

    A call beside a last chance makes the run a further attempt, which tells nobody. Its date ends no inquiry.
    """
    if planning.CALL in kinds:
        return planning.PASSED in kinds and plan.stage != "inquiry"
    return bool({planning.LAST_CHANCE, planning.PASSED} & set(kinds))


def _is_met(plan: Plan, kind: str) -> bool:
    return kind == planning.CLAIMED and bool(plan.claimed_by)


def is_retry(event: WebhookEvent) -> bool:
    """Return whether an event runs a case again that an outage stopped."""
    return event.provider == own_events.PROVIDER and f"_{planning.RETRY}:" in event.id


def _run(deps: Deps, due: DueTimers) -> WebhookEvent:
    """Return the event that has a run look at the case. Timers fire once, so its id may hold the moment."""
    names = "_".join(due.names) or "early"
    fired = f"timer_{due.dispute_id}_{names}_{deps.now():%Y%m%dT%H%M%S%f}"
    return own_events.build(deps, fired, dispute_id=due.dispute_id, account=due.account)
