"""A running Rebut in this process, over embedded servers and a simulator, that can be filled, woken and listed."""

import base64
import json
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.app import create
from api.middleware.rate_limit import RateLimits
from benchmarks.processes import TOKEN, settings, simulated
from benchmarks.saver.server import used_memory
from benchmarks.scale import seed
from disputes.case import Verdict
from graph.wiring import settings as environment
from graph.wiring.deps import Deps
from graph.wiring.runtime import Runtime, open_runtime
from tools.postgres.database import open_engine

WAKE_SCENARIO = "fraud_mid"
# Scenarios to copy, so that queues, reasons and statuses are as mixed as a shop's; settled ones have little evidence.
KINDS = {
    "waiting": ("fraud_mid", "fraud_high", "not_received_high", "subscription_active", "credit_unrefunded"),
    "filed": ("not_received_delivered", "duplicate_two_orders", "credit_refunded", "inquiry_delivered"),
    "settled": ("past_due", "already_won", "bank_return", "prevented", "already_answered"),
}


@dataclass(frozen=True)
class ScaleSize:
    """The number of suspended threads in Redis and of cases in PostgreSQL, and of real disputes a scenario to copy."""

    suspended: int
    cases: int
    sources: int = 4


class ScaleEnvironment:
    """A running Rebut in this process, its simulator, and the size it is filled to."""

    def __init__(self, runtime: Runtime, simulator: httpx.AsyncClient, api: httpx.AsyncClient) -> None:
        self.runtime, self._simulator, self._api_client = runtime, simulator, api
        self._filled = ScaleSize(0, 0)
        self._sources: seed.Sources | None = None

    async def drive_disputes(self, scenario: str, count: int) -> list[str]:
        """Open disputes of a scenario and drive each to rest; return their ids."""
        ask = {"name": scenario, "count": count}
        answer = (await self._simulator.post("/_sim/scenarios", json=ask)).raise_for_status().json()
        ids = [row["id"] for row in answer["disputes"]]
        for dispute_id in ids:
            await self.runtime.runner.drive(dispute_id)
        return ids

    async def fill(self, size: ScaleSize) -> tuple[float, float]:
        """Fill up to a size; return the bytes that one more suspended thread and one more row took."""
        sources = self._sources = self._sources or await self._kinds(size.sources)
        servers = self.runtime.servers
        before = await used_memory(servers.redis_url), await self._table()
        await seed.threads(servers.redis_url, sources.waiting, range(self._filled.suspended, size.suspended))
        async with open_engine(servers.database_url, size=1) as engine, _autocommit(engine).connect() as connection:
            await seed.rows(connection, sources, range(self._filled.cases, size.cases))
        added = size.suspended - self._filled.suspended, size.cases - self._filled.cases
        self._filled = size
        await self._check_filled(size)
        return (await used_memory(servers.redis_url) - before[0]) / added[0], (await self._table() - before[1]) / added[
            1
        ]

    async def _kinds(self, count: int) -> seed.Sources:
        played = {
            kind: [result for scenario in scenarios for result in await self.drive_disputes(scenario, count)]
            for kind, scenarios in KINDS.items()
        }
        return seed.Sources(**played)

    async def _check_filled(self, size: ScaleSize) -> None:
        """Raise unless the last copied thread is one that waits for a person."""
        config: Any = {"configurable": {"thread_id": seed.seeded(size.suspended - 1)}}
        if not (await self.runtime.runner.graph.aget_state(config)).interrupts:
            raise RuntimeError("A copied thread does not wait.")

    async def _table(self) -> int:
        async with open_engine(self.runtime.servers.database_url, size=1) as engine, engine.connect() as connection:
            return int((await connection.execute(text("select pg_total_relation_size('cases')"))).scalar_one())

    async def wake(self, dispute_id: str) -> float:
        """Wake a real waiting dispute with a person's rejection; return the seconds until it rests."""
        await self._decide(dispute_id)
        began = time.perf_counter()
        await self.runtime.runner.drive(dispute_id)
        took = time.perf_counter() - began
        record = await self.runtime.deps.cases.find(dispute_id)
        if record is None or record.state != "rejected":
            raise RuntimeError(f"{dispute_id} was woken and does not rest.")
        return took

    async def _decide(self, dispute_id: str) -> None:
        repositories = self.runtime.deps
        record = await repositories.cases.find(dispute_id)
        version = record.version if record else 0
        verdict = Verdict(decision="reject", by="bench", at=self.runtime.deps.now(), version=version)
        await repositories.verdicts.store(dispute_id, verdict)

    async def list_cases(self, query: str) -> float:
        """Request a page of fifty cases from the API; return the seconds until its answer."""
        began = time.perf_counter()
        answer = await self._api_client.get(f"/disputes?limit=50&{query}")
        took = time.perf_counter() - began
        answer.raise_for_status()
        return took

    async def middle_page_query(self) -> str:
        """Return the query of a page in the middle of the list."""
        dispute_id = seed.seeded(self._filled.cases // 2)
        record = await self.runtime.deps.cases.find(dispute_id)
        if record is None:
            raise RuntimeError("There is no case in the middle of the list.")
        place = json.dumps([record.received_at.isoformat(), dispute_id])
        return f"cursor={base64.urlsafe_b64encode(place.encode()).decode()}"


@asynccontextmanager
async def open_environment() -> AsyncIterator[ScaleEnvironment]:
    """Open an empty Rebut; its simulator sends no events, since no worker runs."""
    async with AsyncExitStack() as stack:
        folder = tempfile.TemporaryDirectory(prefix="rebut-bench-", ignore_cleanup_errors=True)
        home = stack.enter_context(folder)
        url = await stack.enter_async_context(simulated())
        simulator = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=60))
        (await simulator.patch("/_sim/knobs", json={"drop": 1.0})).raise_for_status()
        runtime = await stack.enter_async_context(open_runtime(environment.read(settings(str(Path(home)), url))))
        yield ScaleEnvironment(runtime, simulator, await stack.enter_async_context(_api_client(runtime)))


@asynccontextmanager
async def _api_client(runtime: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    """Open the API on the runtime's ports and yield a client that calls it in this process, without a network."""

    @asynccontextmanager
    async def shared() -> AsyncIterator[Deps]:
        yield runtime.deps

    app = create(shared, now=runtime.deps.now, rates=RateLimits(peer=1e6, token=1e6))
    head = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://rebut", headers=head) as client,
    ):
        yield client


def _autocommit(engine: AsyncEngine) -> AsyncEngine:
    return engine.execution_options(isolation_level="AUTOCOMMIT")
