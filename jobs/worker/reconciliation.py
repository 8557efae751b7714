"""The reconciliation: compares every case that may still matter with Stripe, and says what differs."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import structlog

from disputes.errors import Refused, TryAgain
from disputes.lifecycle.reconciliation import differences
from disputes.repositories.cases import CaseRecord
from disputes.repositories.outbox import OutboxMessage
from graph.wiring.deps import Deps

log = structlog.get_logger()

OPEN = frozenset(("working", "waiting", "filed", "parked"))
RECENT = timedelta(days=120)
"""How long a case is compared after it changed last: a bank decides within 75 days or so, and may be appealed to."""
PAGE = 100
LONGEST_NOTE = 20


@dataclass(frozen=True)
class Difference:
    """One difference of one case, as a whole sentence."""

    dispute_id: str
    sentence: str


async def reconcile(deps: Deps) -> list[Difference]:
    """Compare all cases, log each difference, store one note to people a day when there are any, and return them.

    Raises `TryAgain` when the database does not answer.
    """
    found = [difference async for difference in find_differences(deps)]
    for difference in found:
        log.warning("reconciliation.differs", dispute_id=difference.dispute_id, means=difference.sentence)
    if found:
        await deps.outbox.put(_note(f"reconciliation:{deps.now():%Y-%m-%d}:note", found))
    log.info("reconciliation.done", differences=len(found))
    return found


async def find_differences(deps: Deps) -> AsyncIterator[Difference]:
    """Yield each difference between our rows and Stripe, of every open case and of those that changed lately.

    Changes nothing. A dispute that Stripe does not give now is logged and left to the next night.
    """
    for record in await _compared(deps):
        for sentence in await _compare(deps, record):
            yield Difference(record.dispute_id, sentence)


async def _compared(deps: Deps) -> list[CaseRecord]:
    """Read the list to its end first: cases that come meanwhile would move its pages."""
    since, records, cursor = deps.now() - RECENT, list[CaseRecord](), None
    while True:
        page = await deps.cases.page(cursor=cursor, limit=PAGE)
        records += [record for record in page.records if record.state in OPEN or record.updated_at >= since]
        if (cursor := page.cursor) is None:
            return records


async def _compare(deps: Deps, listed: CaseRecord) -> tuple[str, ...]:
    try:
        fresh = await deps.stripe.dispute(listed.dispute_id, account=listed.account)
    except Refused as refused:
        return (f"Stripe does not show the dispute: {refused}",)
    except TryAgain as failed:
        log.warning("reconciliation.skipped", dispute_id=listed.dispute_id, why=str(failed))
        return ()
    # The rows are read after Stripe was: what a run saved meanwhile is newer, and what it has to handle is under way.
    record, filings = await deps.cases.find(listed.dispute_id), await deps.filings.of(listed.dispute_id)
    if record is None or await deps.events.is_pending(listed.dispute_id):
        return ()
    return differences(record, filings, fresh)


def _note(key: str, found: list[Difference]) -> OutboxMessage:
    lines = [f"{difference.dispute_id}: {difference.sentence}" for difference in found[:LONGEST_NOTE]]
    more = len(found) - len(lines)
    lines += [f"And {more} more."] if more else []
    title = f"⚪ Rebut and Stripe differ in {len(found)} {'place' if len(found) == 1 else 'places'}"
    body = "\n".join([*lines, "`rebut reconcile` lists all that differs now."])
    return OutboxMessage(key=key, kind="note", body={"title": title, "body": body})
