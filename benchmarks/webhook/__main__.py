"""How fast Rebut acknowledges a webhook, against a bare route that only verifies the signature.

Server, load and PostgreSQL are processes of their own; an acknowledgement counts once its row is committed.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.processes import report, settings, started
from benchmarks.table import middle, say, show, verdict
from tools.embedded.servers import open_servers
from tools.postgres.database import open_engine

SUBJECTS = ("bare", "rebut")
RATIO, P99 = 0.5, 25.0
Seen = dict[str, list[dict[str, Any]]]


async def measure(*, rounds: int, seconds: float, connections: int) -> Seen:
    """Knock at both doors in turn. Raises when PostgreSQL does not hold a row for each acknowledgement."""
    with tempfile.TemporaryDirectory(prefix="rebut-bench-", ignore_cleanup_errors=True) as home:
        env, server = settings(home, "http://127.0.0.1:9"), ("-m", "benchmarks.webhook.server")
        async with (
            open_servers(Path(home)) as servers,
            started(*server, "bare", env=env) as bare,
            started(*server, "rebut", env=env) as rebut,
        ):
            seen = await _rounds({"bare": bare, "rebut": rebut}, rounds, (str(connections), str(seconds)))
            await check(servers.database_url, sum(one["sent"] for one in seen["rebut"]))
    return seen


async def _rounds(ports: dict[str, str], rounds: int, load: tuple[str, str]) -> Seen:
    seen: Seen = {subject: [] for subject in SUBJECTS}
    for number in range(rounds):
        for subject in SUBJECTS:
            words = ("-m", "benchmarks.webhook.client", ports[subject], *load)
            seen[subject].append(await report(*words, seconds=float(load[1]) + 120))
        say(f"round {number + 1} of {rounds}: " + ", ".join(f"{s} {seen[s][-1]['rate']:.0f}/s" for s in SUBJECTS))
    return seen


async def check(database_url: str, acknowledged: int) -> None:
    """Raise unless PostgreSQL holds as many events as were acknowledged."""
    async with open_engine(database_url, size=1) as engine, engine.connect() as connection:
        rows = (await connection.execute(text("select count(*) from events"))).scalar_one()
    if rows != acknowledged:
        raise RuntimeError(f"{acknowledged} events were acknowledged and {rows} rows committed.")


def table(seen: Seen) -> Iterator[tuple[str, ...]]:
    """Give a row for each door: medians over the rounds, and the ratio within each round."""
    ratio = middle(ours["rate"] / bare["rate"] for bare, ours in zip(seen["bare"], seen["rebut"], strict=True))
    told = {"bare": "bare FastAPI, signature only", "rebut": "Rebut, row committed"}
    for subject in SUBJECTS:
        rate, p50, p99 = (middle(one[name] for one in seen[subject]) for name in ("rate", "p50", "p99"))
        ours = subject == "rebut"
        bars = (f"{ratio:.2f} {verdict(ratio, RATIO)}", verdict(p99, P99, over=False)) if ours else ("1.00", "")
        yield told[subject], f"{rate:.0f}", bars[0], f"{p50:.1f}", f"{p99:.1f} {bars[1]}".strip()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.webhook", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=4.0, help="of load, for each door and round")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--quick", action="store_true", help="one short round: shows that it works, measures nothing")
    asked = parser.parse_args()
    rounds, seconds = (1, 0.3) if asked.quick else (asked.rounds, asked.seconds)
    seen = asyncio.run(measure(rounds=rounds, seconds=seconds, connections=asked.connections))
    columns = ("front door", "answers/s", "ratio", "p50 ms", "p99 ms")
    note = (
        f"{asked.connections} connections, median of {rounds} rounds of {seconds:g} s; each answered event has its row."
    )
    show("Webhook acknowledgement", columns, table(seen), note)


if __name__ == "__main__":
    main()
