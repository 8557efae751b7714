"""Whether everything that work needs does its part now: really tried, and cheap to ask for."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncEngine

from disputes.ports.storage import Storage
from tools.fitness import Shortcoming, postgres_server, redis_server, storage_place, worst

FRESH = 5.0  # seconds
PATIENCE = 4.0  # seconds

Part = Callable[[], Awaitable[tuple[Shortcoming, ...]]]


class Readiness:
    """Tries each part at most once in `fresh` seconds, however many ask; those who come meanwhile share the answer."""

    def __init__(
        self, parts: Mapping[str, Part], *, fresh: float = FRESH, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._parts, self._fresh, self._clock = parts, fresh, clock
        self._lock = asyncio.Lock()
        self._known: tuple[float, tuple[str, ...]] | None = None

    async def failures(self) -> tuple[str, ...]:
        """Return a sentence for each part that does not work, led by its name, without an address or a secret."""
        async with self._lock:
            if self._known is None or self._clock() - self._known[0] >= self._fresh:
                found = await asyncio.gather(*(self._try(name, part) for name, part in self._parts.items()))
                self._known = (self._clock(), tuple(filter(None, found)))
            return self._known[1]

    async def _try(self, name: str, part: Part) -> str:
        try:
            async with asyncio.timeout(PATIENCE):
                bad = worst(await part())
        except TimeoutError:
            return f"{name}: no answer in {PATIENCE:.0f} s."
        return f"{name}: {bad.text}" if bad else ""


def parts(redis_url: str, engine: AsyncEngine, storage: Storage) -> dict[str, Part]:
    """Return the parts of a running Rebut: the job queue and the suspended runs, the records, the files."""

    async def redis() -> tuple[Shortcoming, ...]:
        return (await redis_server.examine(redis_url, patience=PATIENCE)).shortcomings

    async def postgres() -> tuple[Shortcoming, ...]:
        return await postgres_server.examine(engine, patience=PATIENCE)

    async def files() -> tuple[Shortcoming, ...]:
        return await storage_place.examine(storage)

    return {"Redis": redis, "PostgreSQL": postgres, "Files": files}
