"""Plays six months of disputes and says whether any deadline or message was silent.

`python -m benchmarks.deadlines --disputes 10000 --days 182 --seed 1`; what does not hold is printed, exit 1.
"""

import argparse
import asyncio
import sys
import time

import structlog

from benchmarks import table as tables
from benchmarks.deadlines import table
from benchmarks.deadlines.evidence import Evidence
from benchmarks.deadlines.simulation import prepare

SHOWN = 5


async def main(disputes: int, days: int, seed: int, zone: str) -> bool:
    """Play, print, and return whether all holds."""
    began = time.monotonic()
    played = prepare(disputes=disputes, days=days, seed=seed, zone=zone)
    await played.play(lambda line: print(line, file=sys.stderr, flush=True))
    at = Evidence(played)
    title = f"Deadlines: {disputes} disputes, {days} days, seed {seed}, {zone}"
    tables.show(title, ("what", "count"), table.rows(at), f"{time.monotonic() - began:.0f} s in all.")
    failed = table.failures(at)
    for name, bad in failed.items():
        print("\n".join([f"\n{name}: {len(bad)}", *(f"  {line}" for line in bad[:SHOWN])]))
    return not failed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--disputes", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=182)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--zone", default="Europe/Berlin")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    sys.exit(0 if asyncio.run(main(**vars(parser.parse_args()))) else 1)
