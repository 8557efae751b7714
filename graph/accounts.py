"""Whose dispute it is: an event whose account does not fit its dispute changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from disputes.errors import NotFound
from disputes.repositories.events import WebhookEvent
from graph.wiring.deps import Deps

log = structlog.get_logger()


@dataclass(frozen=True)
class Ownership:
    """The connected account of a dispute (None is the own one), whether there is one, and the events that fit it."""

    account: str | None
    known: bool
    events: tuple[WebhookEvent, ...]


async def sort_out(deps: Deps, dispute_id: str, account: str | None, events: Sequence[WebhookEvent]) -> Ownership:
    """Return whose dispute it is, by its case or else by Stripe, and refuse every event that names another account.

    Until a case holds the dispute, each connected account that is named is asked for it; the own one alone is not.
    """
    record = await deps.cases.find(dispute_id)
    if record is not None and record.case is not None:
        return await _keep(deps, record.account, events)
    known = [record.account] if record else []
    named = dict.fromkeys([*([account] if account else []), *(event.account for event in events), *known])
    alone = list(named) in ([], [None])
    for name in named or {None: None}:
        if alone or await _has(deps, dispute_id, name):
            return await _keep(deps, name, events)
    if None in named:
        return await _keep(deps, None, events)  # a key of another account shows itself so: the case is parked, seen
    await _refuse(deps, events, "the account that it names has no such dispute")
    return Ownership(account=account, known=not events, events=())


async def _has(deps: Deps, dispute_id: str, account: str | None) -> bool:
    try:
        await deps.stripe.dispute(dispute_id, account=account)
    except NotFound:
        return False
    return True


async def _keep(deps: Deps, account: str | None, events: Sequence[WebhookEvent]) -> Ownership:
    strange = [event for event in events if event.account != account]
    await _refuse(deps, strange, f"its dispute belongs to {account or 'the own account'}")
    fitting = tuple(event for event in events if event not in strange)
    return Ownership(account=account, known=bool(fitting) or not events, events=fitting)


async def _refuse(deps: Deps, events: Sequence[WebhookEvent], why: str) -> None:
    if not events:
        return
    for event in events:
        log.warning("event.refused", event_id=event.id, dispute_id=event.dispute_id, account=event.account, why=why)
    await deps.events.refuse([event.id for event in events], why=f"Nothing follows from this event: {why}.")
