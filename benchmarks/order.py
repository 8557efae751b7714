"""Plays disputes through random orders of events, verdicts, crashes and lost leases, and counts what was done.

`python -m benchmarks.order --examples 500`; a failed assertion is printed with the shortest example of it, exit 1.
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
from tests.order.machine import hypothesis_settings, run_examples

PROMISES = (
    "None was lost, filed twice in one stage, closed twice or filed without permission, and no verdict was lost: "
    "tests/order/dispute.py asserts it after each step, and the first failure ends the run."
)
COUNT_NAMES = {
    "examples": "examples",
    "steps": "steps",
    "disputes": "disputes",
    "events": "events delivered",
    "moves": "changes at Stripe",
    "verdicts": "verdicts taken",
    "submissions": "submissions",
    "closes": "closes",
    "dies": "workers that died during a run",
    "halts": "workers that lost their lease during a run",
    "loses": "answers lost during a run",
    "cancelled": "runs cancelled",
    "dashboard": "writes in the dashboard",
    "busy": "workers turned away by another",
    "flushes": "times Redis was emptied",
}


async def main(examples: int) -> None:
    """Run the examples, then print the counts; the assertions ran after each step."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="rebut-order-", ignore_cleanup_errors=True) as home:
        async with processes.simulated() as address, httpx.AsyncClient(base_url=address, timeout=30) as simulator:
            people = ",".join(f"{name}:reviewer:a-token-of-{name}-here" for name in ("ada", "bob"))
            chosen = settings.read(processes.settings(home, address) | {"REBUT_API_TOKENS": people})
            async with open_runtime(chosen) as runtime:
                counts = await run_examples(runtime, simulator, hypothesis_settings(examples, stable=False))
    rows = [(name, str(counts[key])) for key, name in COUNT_NAMES.items()]
    table.show("Order and concurrency", ("what", "count"), rows, f"{PROMISES} {time.monotonic() - began:.0f} s in all.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=500)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    asyncio.run(main(parser.parse_args().examples))
