"""Runs all parked cases again, after what stopped them was repaired."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import structlog

from disputes.errors import DisputeError, TryAgain
from disputes.repositories.cases import CaseRecord
from graph.permission.guard import LeaseHeld
from graph.wiring.runtime import Runtime

log = structlog.get_logger()

PAGE = 100
PARALLEL = 6
WAITS, WAIT_SECONDS = 120, 0.5


async def drive_all(runtime: Runtime) -> AsyncIterator[tuple[str, str]]:
    """Run every case that is parked now, `PARALLEL` at a time; yield each one's id and, if it is parked still, why.

    One that fails holds back no other and stays parked.
    """
    records = await _find_parked(runtime)
    for start in range(0, len(records), PARALLEL):
        batch = records[start : start + PARALLEL]
        errors = await asyncio.gather(*(_drive(runtime, record) for record in batch))
        for record, error in zip(batch, errors, strict=True):
            yield record.dispute_id, error


async def drive_when_free(runtime: Runtime, dispute_id: str, account: str | None) -> None:
    """Run a dispute, after the worker that holds it now; raises `LeaseHeld` when that takes longer than a minute."""
    for _ in range(WAITS):
        with suppress(LeaseHeld):
            return await runtime.runner.drive(dispute_id, account=account)
        await asyncio.sleep(WAIT_SECONDS)
    return await runtime.runner.drive(dispute_id, account=account)


async def _drive(runtime: Runtime, record: CaseRecord) -> str:
    try:
        await drive_when_free(runtime, record.dispute_id, record.account)
    except DisputeError as failed:
        return await _park(runtime, record, str(failed))
    except Exception as bug:
        log.exception("drive.failed", dispute_id=record.dispute_id)
        return await _park(runtime, record, f"A fault in Rebut stopped this case: {type(bug).__name__}.")
    after = await runtime.deps.cases.find(record.dispute_id)
    return after.error if after and after.state == "parked" else ""


async def _park(runtime: Runtime, record: CaseRecord, why: str) -> str:
    """Park a case again whose new run has begun and failed; a database that is away keeps it from that."""
    with suppress(TryAgain):
        await runtime.runner.park(record.dispute_id, why, account=record.account)
    return why


async def _find_parked(runtime: Runtime) -> list[CaseRecord]:
    """Read the list to its end first: running cases takes them out of it."""
    records, cursor = list[CaseRecord](), None
    while True:
        page = await runtime.deps.cases.page(status="parked", cursor=cursor, limit=PAGE)
        records += [record for record in page.records if record.state == "parked"]
        if (cursor := page.cursor) is None:
            return records
