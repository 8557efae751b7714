"""Parked cases, driven again all at once after what stopped them was mended."""

import asyncio
from collections.abc import AsyncIterator

import structlog

from disputes.docket import Entry
from disputes.errors import DisputeError
from graph.runtime import Runtime

log = structlog.get_logger()

PAGE = 100
ABREAST = 6


async def drive(runtime: Runtime) -> AsyncIterator[tuple[str, str]]:
    """Drive every case that is parked now, a few at a time; give each one's id and, if it is parked still, why.

    One that fails holds back no other and stays parked.
    """
    entries = await _parked(runtime)
    for start in range(0, len(entries), ABREAST):
        abreast = entries[start : start + ABREAST]
        errors = await asyncio.gather(*(_drive(runtime, entry) for entry in abreast))
        for entry, error in zip(abreast, errors, strict=True):
            yield entry.dispute_id, error


async def _drive(runtime: Runtime, entry: Entry) -> str:
    try:
        await runtime.runs.drive(entry.dispute_id, account=entry.account)
    except DisputeError as failed:
        return str(failed)
    except Exception as bug:
        log.exception("drive.failed", dispute_id=entry.dispute_id)
        return f"A fault in Rebut stopped this case: {type(bug).__name__}."
    after = await runtime.deps.docket.entry(entry.dispute_id)
    return after.error if after and after.state == "parked" else ""


async def _parked(runtime: Runtime) -> list[Entry]:
    """Read the list to its end first: driving takes cases out of it."""
    entries, cursor = list[Entry](), None
    while True:
        page = await runtime.deps.docket.entries(status="parked", cursor=cursor, limit=PAGE)
        entries += [entry for entry in page.entries if entry.state == "parked"]
        if (cursor := page.cursor) is None:
            return entries
