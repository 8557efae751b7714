"""How many webhook events a second Rebut acknowledges, next to a bare route that only verifies the signature.

Rebut answers once the event's row is committed to PostgreSQL and its job is in the queue on Redis. Server, load,
PostgreSQL and Redis are processes of their own; no worker runs.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.processes import run_for_json, running_python, settings
from benchmarks.table import compare_to_bar, log_progress, median, show
from tools.embedded.servers import open_servers
from tools.postgres.database import open_engine

ROUTE_NAMES = {"bare": "bare FastAPI, signature only", "rebut": "Rebut, row committed"}
EVENTS_PER_SECOND, P99_MILLISECONDS = 300.0, 50.0
Rounds = dict[str, list[dict[str, Any]]]


async def measure(*, rounds: int, seconds: float, connections: int) -> Rounds:
    """Load both routes in turn; return what each round measured, by route.

    Raises `RuntimeError` when PostgreSQL does not hold a row for each acknowledged event.
    """
    with tempfile.TemporaryDirectory(prefix="rebut-bench-", ignore_cleanup_errors=True) as home:
        env, server = settings(home, "http://127.0.0.1:9"), ("-m", "benchmarks.webhook.server")
        async with (
            open_servers(Path(home)) as servers,
            running_python(*server, "bare", env=env) as bare,
            running_python(*server, "rebut", env=env) as rebut,
        ):
            measured = await _rounds({"bare": bare, "rebut": rebut}, rounds, (str(connections), str(seconds)))
            await check(servers.database_url, sum(result["sent"] for result in measured["rebut"]))
    return measured


async def _rounds(ports: dict[str, str], rounds: int, load: tuple[str, str]) -> Rounds:
    measured: Rounds = {route: [] for route in ROUTE_NAMES}
    for number in range(rounds):
        for route in ROUTE_NAMES:
            arguments = ("-m", "benchmarks.webhook.client", ports[route], *load)
            measured[route].append(await run_for_json(*arguments, seconds=float(load[1]) + 120))
        rates = ", ".join(f"{route} {results[-1]['rate']:.0f}/s" for route, results in measured.items())
        log_progress(f"round {number + 1} of {rounds}: {rates}")
    return measured


async def check(database_url: str, acknowledged: int) -> None:
    """Raise `RuntimeError` unless PostgreSQL holds as many events as were acknowledged."""
    async with open_engine(database_url, size=1) as engine, engine.connect() as connection:
        rows = (await connection.execute(text("select count(*) from events"))).scalar_one()
    if rows != acknowledged:
        raise RuntimeError(f"{acknowledged} events were acknowledged and {rows} rows committed.")


def table(measured: Rounds) -> Iterator[tuple[str, ...]]:
    """Yield a row for each route: medians over the rounds, and the median ratio to the bare route of the same round."""
    for route, name in ROUTE_NAMES.items():
        rate, p50, p99 = (median(result[key] for result in measured[route]) for key in ("rate", "p50", "p99"))
        pairs = zip(measured[route], measured["bare"], strict=True)
        ratio = median(result["rate"] / bare["rate"] for result, bare in pairs)
        rate_bar = p99_bar = ""
        if route == "rebut":
            rate_bar = compare_to_bar(rate, EVENTS_PER_SECOND)
            p99_bar = compare_to_bar(p99, P99_MILLISECONDS, higher_is_better=False)
        yield name, f"{rate:.0f}", rate_bar, f"{ratio:.2f}", f"{p50:.1f}", f"{p99:.1f} {p99_bar}".strip()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.webhook", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=4.0, help="of load, for each route and round")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--quick", action="store_true", help="one short round: shows that it works, measures nothing")
    options = parser.parse_args()
    rounds, seconds = (1, 0.3) if options.quick else (options.rounds, options.seconds)
    measured = asyncio.run(measure(rounds=rounds, seconds=seconds, connections=options.connections))
    columns = ("route", "events/s", "bar", "ratio to bare", "p50 ms", "p99 ms")
    load = f"{options.connections} connections, median of {rounds} rounds of {seconds:g} s"
    show("Acknowledging webhook events", columns, table(measured), f"{load}; each acknowledged event has its row.")


if __name__ == "__main__":
    main()
