"""What doctor says of Redis, PostgreSQL and the storage of files: each is really tried where it is the user's own."""

import asyncio
from collections.abc import AsyncIterator

from disputes.errors import Invalid
from graph.wiring import doctor_events
from graph.wiring.doctor.finding import DoctorFinding, tell
from graph.wiring.files import open_storage
from graph.wiring.settings import Settings
from tools.embedded import servers
from tools.fitness import postgres_server, redis_server, storage_place, worst
from tools.postgres.database import open_engine


async def look(chosen: Settings) -> AsyncIterator[DoctorFinding]:
    """Try each server and the storage; what is embedded is looked at and not started."""
    if chosen.redis_url:
        for finding in await _redis(chosen.redis_url.get_secret_value()):
            yield finding
    if chosen.database_url:
        for finding in await _postgres(chosen.database_url.get_secret_value()):
            yield finding
    wanted = {"Redis": chosen.redis_url is None, "PostgreSQL": chosen.database_url is None}
    for part in await servers.describe(chosen.home):
        if wanted[part.title]:
            yield _embedded(part)
    for finding in await _storage(chosen):
        yield finding


async def _redis(url: str) -> list[DoctorFinding]:
    report = await redis_server.examine(url)
    fine = f"yours, version {report.version}, does every command that is needed; it never evicts."
    return tell("Redis", report.shortcomings, otherwise=fine, setting="REDIS_URL")


async def _postgres(url: str) -> list[DoctorFinding]:
    try:
        async with open_engine(url, size=1) as engine:
            found = await postgres_server.examine(engine)
    except Invalid as wrong:
        return [DoctorFinding(title="PostgreSQL", text=f"DATABASE_URL does not work: {wrong}", fine=False)]
    findings = tell("PostgreSQL", found, otherwise="yours, takes what is written.", setting="DATABASE_URL")
    if worst(found) is None and (seen := await doctor_events.look(url)):
        findings.append(DoctorFinding(**dict(seen)))
    return findings


def _embedded(part: servers.ServerDescription) -> DoctorFinding:
    missing = part.version == "missing"
    state = "running" if part.running else "not running now; it starts with Rebut"
    text = "its package is not installed." if missing else f"embedded, {part.version}, {state}, {part.size:,} bytes."
    return DoctorFinding(title=part.title, text=text, fine=not missing)


async def _storage(chosen: Settings) -> list[DoctorFinding]:
    if chosen.storage is None:
        found = await asyncio.to_thread(storage_place.examine_folder, chosen.home / "files")
        return tell("Files", found, otherwise="kept in a folder of REBUT_HOME, which can be written.")
    try:
        kept = open_storage(chosen)
    except Invalid as wrong:
        return [DoctorFinding(title="Files", text=str(wrong), fine=False)]
    found = await storage_place.examine(kept)
    return tell("Files", found, otherwise="a file was written, read and removed.", setting="REBUT_STORAGE")
