"""Plays disputes through random orders of events, verdicts, crashes and lost leases, and counts what broke: nothing.

`python -m benchmarks.order --examples 500`; a broken promise is printed as the shortest play that shows it, exit 1.
"""

import argparse
import asyncio
import tempfile
import time

import httpx
import structlog

from benchmarks import processes, table
from graph.wiring import settings
from graph.wiring.runtime import open_runtime
from tests.order.machine import chosen, explore

HELD = (
    "None was lost, filed twice in one stage, closed twice or filed without a right, and no verdict was lost: "
    "tests/order/dispute.py asserts it after each step, and the first breach ends the run."
)
TOLD = {
    "examples": "plays",
    "steps": "steps",
    "disputes": "disputes",
    "events": "events delivered",
    "moves": "changes at Stripe",
    "verdicts": "verdicts taken",
    "submissions": "submissions",
    "closes": "closes",
    "dies": "workers that died in the middle",
    "halts": "workers that lost their lease in the middle",
    "busy": "workers turned away by another",
    "flushes": "times Redis was emptied",
}


async def main(examples: int) -> None:
    """Play, then print the counts; every zero was asserted after each step."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="rebut-order-", ignore_cleanup_errors=True) as home:
        async with processes.simulated() as address, httpx.AsyncClient(base_url=address, timeout=30) as simulator:
            given = settings.read(processes.settings(home, address))
            async with open_runtime(given) as runtime:
                told = await explore(runtime, simulator, chosen(examples, stable=False))
    rows = [(name, str(told[key])) for key, name in TOLD.items()]
    table.show("Order and concurrency", ("what", "count"), rows, f"{HELD} {time.monotonic() - began:.0f} s in all.")


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--examples", type=int, default=500)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    asyncio.run(main(words.parse_args().examples))
