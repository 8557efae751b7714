"""How many disputes a second one, two and four workers bring to rest, and how many Stripe calls each route takes.

Simulator, API, PostgreSQL, Redis and each worker are processes of their own and share the machine.
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

from benchmarks.processes import running_python, settings, simulated
from benchmarks.table import log_progress, median, show
from disputes.repositories.cases import AT_REST
from simulator.scenarios import SCENARIOS
from tools.embedded.servers import open_servers
from tools.postgres.database import open_engine

WORKERS = (1, 2, 4)
STRIPE_DELAYS = (0.0, 0.2)  # seconds Stripe takes to answer
ROUTES = ("submit", "review", "record")
REST_SECONDS = 300.0
WORKER = ("-m", "benchmarks.throughput.worker")
RESTED = text(
    "select count(*) filter (where state in :rest), max(rested_at) - min(received_at)"
    " from cases where dispute_id in :ids"
).bindparams(bindparam("rest", expanding=True), bindparam("ids", expanding=True))
UNHANDLED = text("select count(*) from events where handled_at is null")


@dataclass
class ThroughputEnvironment:
    """A Rebut without workers, its simulator, and the measured disputes a second by Stripe's delay and worker count."""

    simulator: httpx.AsyncClient
    engine: AsyncEngine
    env: Mapping[str, str]
    rates: dict[tuple[float, int], list[float]] = field(default_factory=dict)

    async def open_disputes(self, names: Sequence[str | None], disputes: int) -> list[str]:
        """Open disputes at once, by scenario name in turn; None is every scenario in turn. Return their ids."""
        dispute_ids: list[str] = []
        for name in names:
            ask = {"name": name, "count": max(1, disputes // len(names))}
            answer = (await self.simulator.post("/_sim/scenarios", json=ask)).raise_for_status().json()
            dispute_ids += [row["id"] for row in answer["disputes"]]
        return dispute_ids

    async def wait_for_rest(self, ids: Sequence[str]) -> float:
        """Wait until all rest with no event unhandled; return the seconds from the first event to the last rest."""
        async with asyncio.timeout(REST_SECONDS):
            while True:
                async with self.engine.connect() as connection:
                    parameters = {"rest": sorted(AT_REST), "ids": list(ids)}
                    count, took = (await connection.execute(RESTED, parameters)).one()
                    unhandled = (await connection.execute(UNHANDLED)).scalar_one()
                if count == len(ids) and not unhandled:
                    return float(took.total_seconds())
                await asyncio.sleep(0.2)

    async def set_faults(self, **settings: object) -> None:
        """Change the simulator's fault settings."""
        (await self.simulator.patch("/_sim/knobs", json=settings)).raise_for_status()

    async def requests(self) -> int:
        """Return the number of requests to Stripe so far."""
        return int((await self.simulator.get("/_sim/counts")).raise_for_status().json()["requests"])


@asynccontextmanager
async def open_environment() -> AsyncIterator[ThroughputEnvironment]:
    """Start everything but the workers; the bank never decides, so that a filed dispute stays at rest."""
    async with AsyncExitStack() as stack:
        folder = tempfile.TemporaryDirectory(prefix="rebut-bench-", ignore_cleanup_errors=True)
        home = Path(stack.enter_context(folder))
        servers = await stack.enter_async_context(open_servers(home))
        url = await stack.enter_async_context(simulated())
        env = settings(str(home), url)
        port = await stack.enter_async_context(running_python("-m", "benchmarks.webhook.server", "rebut", env=env))
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=60))
        hook = {"webhook": f"http://127.0.0.1:{port}/webhooks/stripe"}
        (await client.post("/_sim/settings", json=hook)).raise_for_status()
        engine = await stack.enter_async_context(open_engine(servers.database_url, size=2))
        environment = ThroughputEnvironment(client, engine, env)
        await environment.set_faults(outcome_delay=86_400.0)
        yield environment


@asynccontextmanager
async def workers(environment: ThroughputEnvironment, number: int) -> AsyncIterator[None]:
    """Run this number of worker processes, warmed up with a few disputes."""
    async with AsyncExitStack() as stack:
        for _ in range(number):
            await stack.enter_async_context(running_python(*WORKER, env=environment.env))
        await environment.wait_for_rest(await environment.open_disputes(["fraud_mid"], 2 * number))
        yield


async def measure_growth(environment: ThroughputEnvironment, *, rounds: int, disputes: int, most: int) -> None:
    """Bring disputes of every kind to rest with more and more workers, with a fast and a slow Stripe."""
    for number in (n for n in WORKERS if n <= most):
        async with workers(environment, number):
            for round_number in range(rounds):
                for delay in STRIPE_DELAYS:
                    await environment.set_faults(latency=delay)
                    took = await environment.wait_for_rest(await environment.open_disputes([None], disputes))
                    environment.rates.setdefault((delay, number), []).append(disputes / took)
                    setting = f"{number} workers, Stripe at {delay:g} s, round {round_number + 1}"
                    log_progress(f"{setting}: {disputes / took:.1f} disputes/s")
    await environment.set_faults(latency=0.0)


async def count_calls(environment: ThroughputEnvironment, *, kinds: int, each: int) -> dict[str, tuple[float, int]]:
    """Count the Stripe calls for a dispute of each route, over its first `kinds` scenarios, all its events included."""
    calls: dict[str, tuple[float, int]] = {}
    async with workers(environment, 1):
        for route in ROUTES:
            names = [scenario.name for scenario in SCENARIOS.values() if scenario.route == route][:kinds]
            before = await environment.requests()
            ids = await environment.open_disputes(names, each * len(names))
            await environment.wait_for_rest(ids)
            calls[route] = ((await environment.requests() - before) / len(ids), len(ids))
            log_progress(f"{route}: {calls[route][0]:.1f} calls for each of {len(ids)}")
    return calls


def growth_rows(environment: ThroughputEnvironment) -> Iterator[tuple[str, ...]]:
    """Yield a row for each number of workers."""
    for number in sorted({number for _, number in environment.rates}):
        cells = [(median(environment.rates[p, number]), median(environment.rates[p, 1])) for p in STRIPE_DELAYS]
        yield str(number), *(cell for rate, single in cells for cell in (f"{rate:.1f}", f"{rate / single:.2f}"))


async def _run(options: argparse.Namespace) -> None:
    rounds, disputes, most = (1, 4, 1) if options.quick else (options.rounds, options.disputes, max(WORKERS))
    async with open_environment() as environment:
        calls_by_route = await count_calls(
            environment, kinds=1 if options.quick else len(SCENARIOS), each=1 if options.quick else 3
        )
        await measure_growth(environment, rounds=rounds, disputes=disputes, most=most)
    columns = [head for p in STRIPE_DELAYS for head in (f"disputes/s, Stripe at {p * 1_000:.0f} ms", "growth")]
    note = f"Median of {rounds} rounds of {disputes} disputes of every kind; all processes share the machine."
    show("Whole disputes, webhook to rest", ("workers", *columns), growth_rows(environment), note)
    rows = [(route, f"{number:.1f}", str(count)) for route, (number, count) in calls_by_route.items()]
    show("Stripe calls for a dispute", ("route", "calls", "disputes"), rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.throughput", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--disputes", type=int, default=60, help="in each round")
    parser.add_argument("--quick", action="store_true", help="one worker, few disputes: measures nothing")
    asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
