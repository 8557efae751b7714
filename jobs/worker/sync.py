"""The sync: finds at Stripe the events no webhook brought, so that a lost delivery costs minutes and no dispute."""

from datetime import UTC, datetime, timedelta

import structlog

from disputes.errors import DisputeError, Refused
from disputes.repositories.events import WebhookEvent
from graph.wiring.deps import Deps

log = structlog.get_logger()

WATERMARK = "stripe"
OVERLAP = timedelta(minutes=10)
"""How far before the watermark it looks again: an event may be listed later than it is dated."""
ACCOUNTS_AT_ONCE = 25
"""How many connected accounts are looked at each time: two calls each, well below Stripe's rate limit."""
LISTING = 15
"""How many times it looks before it asks Stripe again which accounts there are."""
TURNS = "sync"
"""A watermark that counts how often it looked, so that each account has its turn whichever worker looks."""
ANSWERED, AWAY = "stripe answered", timedelta(minutes=3)
"""When Stripe last answered a look, and after how long without an answer it counts as having been away."""
_FIRST, _STEP = datetime(2000, 1, 1, tzinfo=UTC), timedelta(seconds=1)


async def sync(deps: Deps) -> dict[str, int]:
    """Store and enqueue what Stripe lists since the watermark and no webhook brought, then move the watermark.

    It looks at the key's own account each time, and in turn at the connected ones: those with a policy, those that
    events and cases name, and those that Stripe lists. Returns the count as `missed`. An account's watermark is the
    newest time that Stripe gave an event: by the clock of a worker that is ahead it would skip events for good. The
    first time, and where the watermark is ahead of this clock, it looks back `OVERLAP` only, so that installing Rebut
    answers no older dispute by itself. A connected account that fails is logged and leaves its watermark; raises
    `TryAgain` or `Refused` when the own one does.
    """
    missed, refused = 0, None
    try:
        missed = await _look(deps, None)
    except Refused as failed:  # of this account; a Stripe that does not answer would not answer for another
        refused = failed
    for account in await _choose(deps):
        missed += await _try(deps, account)
    if refused:
        raise refused
    await _notice_return(deps)
    return {"missed": missed}


async def _notice_return(deps: Deps) -> None:
    """Have what an outage parked tried again as soon as Stripe answers after a while without an answer."""
    now, answered = deps.now(), await deps.watermarks.read(ANSWERED)
    if answered is None or now - answered > AWAY:
        await deps.plans.hasten()
    await deps.watermarks.advance(ANSWERED, now)


async def _try(deps: Deps, account: str) -> int:
    try:
        return await _look(deps, account)
    except DisputeError as failed:
        log.warning("sync.account_failed", account=account, why=str(failed))
        return 0


async def _look(deps: Deps, account: str | None) -> int:
    """Look at one account; None is the key's own."""
    now, name = deps.now(), _watermark(account)
    reached = min(await deps.watermarks.read(name) or now, now)
    events, opened = await deps.stripe.events_since(reached - OVERLAP, account=account)
    missed = [event for event in events if await deps.events.store(event) and not event.refused]
    missed += [event for event in opened if await _is_unknown(deps, event) and await deps.events.store(event)]
    for dispute_id, whose in {event.dispute_id: event.account for event in missed}.items():
        log.info("sync.missed", dispute_id=dispute_id)
        await deps.queue.enqueue(dispute_id, account=whose)
    await deps.watermarks.advance(name, max((event.created for event in (*events, *opened)), default=reached))
    return len(missed)


async def _is_unknown(deps: Deps, event: WebhookEvent) -> bool:
    """Return whether the event's dispute has neither a case nor a pending event."""
    return await deps.cases.find(event.dispute_id) is None and not await deps.events.is_pending(event.dispute_id)


async def _choose(deps: Deps) -> list[str]:
    """Return the connected accounts whose turn it is, and note the new ones."""
    turn = await _take_turn(deps)
    named = {*deps.accounts, *await deps.events.accounts(), *(await _list(deps) if turn % LISTING == 0 else ())}
    noted = set(await deps.watermarks.starting(_watermark("")))
    for account in named - noted:
        # From now on nothing of it is missed, however long its first turn takes to come.
        await deps.watermarks.advance(_watermark(account), deps.now())
    known = sorted(named | noted)
    first = turn * ACCOUNTS_AT_ONCE
    return [known[(first + place) % len(known)] for place in range(min(ACCOUNTS_AT_ONCE, len(known)))]


async def _list(deps: Deps) -> tuple[str, ...]:
    try:
        return await deps.stripe.connected_accounts()
    except DisputeError as failed:
        log.warning("sync.accounts_failed", why=str(failed))
        return ()


async def _take_turn(deps: Deps) -> int:
    reached = await deps.watermarks.read(TURNS) or _FIRST
    await deps.watermarks.advance(TURNS, reached + _STEP)
    return (reached - _FIRST) // _STEP


def _watermark(account: str | None) -> str:
    return WATERMARK if account is None else f"{WATERMARK}:{account}"
