"""How many whole disputes a second one, two and four workers bring to rest, and what each kind of way asks of Stripe.

Everything is real and a process of its own: simulator, API, PostgreSQL, Redis and each worker share the machine.
"""

import argparse
import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.processes import settings, simulated, started
from benchmarks.table import middle, say, show
from disputes.repositories.cases import AT_REST
from simulator.scenarios import SCENARIOS
from tools.embedded.servers import open_servers
from tools.postgres.database import open_engine

WORKERS = (1, 2, 4)
PAUSES = (0.0, 0.2)  # seconds Stripe takes to answer
WAYS = ("submit", "review", "record")
PATIENCE = 300.0
WORKER = ("-m", "benchmarks.throughput.worker")
RESTED = text(
    "select count(*) filter (where state in :rest), max(rested_at) - min(received_at)"
    " from cases where dispute_id in :ids"
).bindparams(bindparam("rest", expanding=True), bindparam("ids", expanding=True))
OWED = text("select count(*) from events where handled_at is null")


@dataclass
class ThroughputEnvironment:
    """A whole Rebut without workers, and the simulator it answers."""

    simulator: httpx.AsyncClient
    engine: AsyncEngine
    env: Mapping[str, str]
    rates: dict[tuple[float, int], list[float]] = field(default_factory=dict)

    async def happen(self, names: Sequence[str | None], disputes: int) -> list[str]:
        """Let disputes happen at once, by scenario name in turn; None is every scenario in turn. Gives their ids."""
        found: list[str] = []
        for name in names:
            ask = {"name": name, "count": max(1, disputes // len(names))}
            answer = (await self.simulator.post("/_sim/scenarios", json=ask)).raise_for_status().json()
            found += [row["id"] for row in answer["disputes"]]
        return found

    async def rest(self, ids: Sequence[str]) -> float:
        """Wait until all rest and nothing is unhandled; give seconds from the first webhook to the last rest."""
        async with asyncio.timeout(PATIENCE):
            while True:
                async with self.engine.connect() as connection:
                    given = {"rest": sorted(AT_REST), "ids": list(ids)}
                    count, took = (await connection.execute(RESTED, given)).one()
                    owed = (await connection.execute(OWED)).scalar_one()
                if count == len(ids) and not owed:
                    return float(took.total_seconds())
                await asyncio.sleep(0.2)

    async def turn(self, **knobs: object) -> None:
        """Turn the simulator's knobs."""
        (await self.simulator.patch("/_sim/knobs", json=knobs)).raise_for_status()

    async def requests(self) -> int:
        """Count what Stripe was asked so far."""
        return int((await self.simulator.get("/_sim/counts")).raise_for_status().json()["requests"])


@asynccontextmanager
async def yard() -> AsyncIterator[ThroughputEnvironment]:
    """Raise everything but the workers; verdicts of banks never come, so that a filed dispute stays at rest."""
    async with AsyncExitStack() as stack:
        folder = tempfile.TemporaryDirectory(prefix="rebut-bench-", ignore_cleanup_errors=True)
        home = Path(stack.enter_context(folder))
        servers = await stack.enter_async_context(open_servers(home))
        url = await stack.enter_async_context(simulated())
        env = settings(str(home), url)
        port = await stack.enter_async_context(started("-m", "benchmarks.webhook.server", "rebut", env=env))
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=60))
        hook = {"webhook": f"http://127.0.0.1:{port}/webhooks/stripe"}
        (await client.post("/_sim/settings", json=hook)).raise_for_status()
        engine = await stack.enter_async_context(open_engine(servers.database_url, size=2))
        found = ThroughputEnvironment(client, engine, env)
        await found.turn(outcome_delay=86_400.0)
        yield found


@asynccontextmanager
async def workers(ground: ThroughputEnvironment, number: int) -> AsyncIterator[None]:
    """Keep so many worker processes at work."""
    async with AsyncExitStack() as stack:
        for _ in range(number):
            await stack.enter_async_context(started(*WORKER, env=ground.env))
        await ground.rest(await ground.happen(["fraud_mid"], 2 * number))
        yield


async def grow(ground: ThroughputEnvironment, *, rounds: int, disputes: int, most: int) -> None:
    """Bring disputes of every kind to rest with more and more workers, with a quick and a distant Stripe."""
    for number in (n for n in WORKERS if n <= most):
        async with workers(ground, number):
            for turn in range(rounds):
                for pause in PAUSES:
                    await ground.turn(latency=pause)
                    took = await ground.rest(await ground.happen([None], disputes))
                    ground.rates.setdefault((pause, number), []).append(disputes / took)
                    say(f"{number} workers, Stripe at {pause:g} s, round {turn + 1}: {disputes / took:.1f} disputes/s")
    await ground.turn(latency=0.0)


async def calls(ground: ThroughputEnvironment, *, kinds: int, each: int) -> dict[str, tuple[float, int]]:
    """Count what Stripe is asked for a dispute of each way, over its first kinds, all its events included."""
    asked: dict[str, tuple[float, int]] = {}
    async with workers(ground, 1):
        for way in WAYS:
            names = [scenario.name for scenario in SCENARIOS.values() if scenario.route == way][:kinds]
            before = await ground.requests()
            ids = await ground.happen(names, each * len(names))
            await ground.rest(ids)
            asked[way] = ((await ground.requests() - before) / len(ids), len(ids))
            say(f"{way}: {asked[way][0]:.1f} calls for each of {len(ids)}")
    return asked


def growth(ground: ThroughputEnvironment) -> Iterator[tuple[str, ...]]:
    """Give a row for each number of workers."""
    for number in sorted({number for _, number in ground.rates}):
        cells = [(middle(ground.rates[p, number]), middle(ground.rates[p, 1])) for p in PAUSES]
        yield str(number), *(cell for rate, one in cells for cell in (f"{rate:.1f}", f"{rate / one:.2f}"))


async def _run(asked: argparse.Namespace) -> None:
    rounds, disputes, most = (1, 4, 1) if asked.quick else (asked.rounds, asked.disputes, max(WORKERS))
    async with yard() as ground:
        told = await calls(ground, kinds=1 if asked.quick else len(SCENARIOS), each=1 if asked.quick else 3)
        await grow(ground, rounds=rounds, disputes=disputes, most=most)
    heads = [head for p in PAUSES for head in (f"disputes/s, Stripe at {p * 1_000:.0f} ms", "growth")]
    note = f"Median of {rounds} rounds of {disputes} disputes of every kind; all processes share the machine."
    show("Whole disputes, webhook to rest", ("workers", *heads), growth(ground), note)
    rows = [(way, f"{number:.1f}", str(count)) for way, (number, count) in told.items()]
    show("Stripe calls for a dispute", ("way", "calls", "disputes"), rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.throughput", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--disputes", type=int, default=60, help="in each round")
    parser.add_argument("--quick", action="store_true", help="one worker, few disputes: measures nothing")
    asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
