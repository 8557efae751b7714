"""Parked cases, driven again all at once after what stopped them was mended."""

import asyncio
from collections.abc import AsyncIterator

import structlog

from disputes.errors import DisputeError
from disputes.repositories.cases import CaseRecord
from graph.wiring.runtime import Runtime

log = structlog.get_logger()

PAGE = 100
ABREAST = 6


async def drive(runtime: Runtime) -> AsyncIterator[tuple[str, str]]:
    """Drive every case that is parked now, a few at a time; give each one's id and, if it is parked still, why.

    One that fails holds back no other and stays parked.
    """
    records = await _parked(runtime)
    for start in range(0, len(records), ABREAST):
        abreast = records[start : start + ABREAST]
        errors = await asyncio.gather(*(_drive(runtime, record) for record in abreast))
        for record, error in zip(abreast, errors, strict=True):
            yield record.dispute_id, error


async def _drive(runtime: Runtime, record: CaseRecord) -> str:
    try:
        await runtime.runner.drive(record.dispute_id, account=record.account)
    except DisputeError as failed:
        return str(failed)
    except Exception as bug:
        log.exception("drive.failed", dispute_id=record.dispute_id)
        return f"A fault in Rebut stopped this case: {type(bug).__name__}."
    after = await runtime.deps.cases.find(record.dispute_id)
    return after.error if after and after.state == "parked" else ""


async def _parked(runtime: Runtime) -> list[CaseRecord]:
    """Read the list to its end first: driving takes cases out of it."""
    records, cursor = list[CaseRecord](), None
    while True:
        page = await runtime.deps.cases.page(status="parked", cursor=cursor, limit=PAGE)
        records += [record for record in page.records if record.state == "parked"]
        if (cursor := page.cursor) is None:
            return records
