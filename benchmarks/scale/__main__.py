"""Whether waking a suspended dispute and listing cases stay as quick when there are very many of them.

A few real disputes are driven to rest and copied; those that are woken and timed are always real ones.
A small and a large Rebut run side by side and are asked in turn, so that a busy machine slows both alike.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial

from benchmarks.scale.environment import WAKE_SCENARIO, ScaleEnvironment, ScaleSize, open_environment
from benchmarks.scale.seed import FILED_IN, WAITING_IN
from benchmarks.table import log_progress, percentile, show
from jobs import logs

WAKE = "wake a suspended dispute"
PAGES = {
    "list: first page": "",
    "list: waiting": "status=waiting",
    "list: by queue": "queue=manual-review",
    "list: by reason": "reason=fraudulent",
    "list: parked, of which there are none": "status=parked",
    "list: by status and queue": "status=under_review&queue=auto-evidence",
    "list: by queue and reason, with no case": "queue=auto-evidence&reason=fraudulent",
}
MIDDLE_PAGE = "list: page in the middle"
MAX_GROWTH = 1.5
WARM_UP_ROUNDS = 5
SMALL, LARGE = ScaleSize(1_000, 1_000), ScaleSize(100_000, 1_000_000)
QUICK = (ScaleSize(10, 100, sources=1), ScaleSize(20, 200, sources=1))


@dataclass
class ScaleResult:
    """The measurements at one size: p95 in milliseconds by operation, and bytes for one more case."""

    environment: ScaleEnvironment
    size: ScaleSize
    redis: float
    postgres: float
    waits: dict[str, float] = field(default_factory=dict)


async def measure(sizes: Sequence[ScaleSize], *, times: int) -> list[ScaleResult]:
    """Open and fill a Rebut of each size, and time the same operations on all of them in turn."""
    async with AsyncExitStack() as stack:
        results = [await _filled(await stack.enter_async_context(open_environment()), size) for size in sizes]
        await _wakes(results, times)
        for name, query in PAGES.items():
            await _time(results, name, times, partial(ScaleEnvironment.list_cases, query=query))
        middles = {result.environment: await result.environment.middle_page_query() for result in results}
        await _time(results, MIDDLE_PAGE, times, lambda environment: environment.list_cases(middles[environment]))
    return results


async def _filled(environment: ScaleEnvironment, size: ScaleSize) -> ScaleResult:
    redis, postgres = await environment.fill(size)
    log_progress(f"filled to {size.suspended} suspended, {size.cases} cases")
    return ScaleResult(environment, size, redis, postgres)


async def _wakes(results: Sequence[ScaleResult], times: int) -> None:
    count = _warm_up(times) + times
    waiting = {result.environment: await result.environment.drive_disputes(WAKE_SCENARIO, count) for result in results}
    await _time(results, WAKE, times, lambda environment: environment.wake(waiting[environment].pop()))


async def _time(
    results: Sequence[ScaleResult], name: str, times: int, ask: Callable[[ScaleEnvironment], Awaitable[float]]
) -> None:
    """Time one operation at every size once a round, after a few warm-up rounds."""
    warm_up = _warm_up(times)
    rounds = [[await ask(result.environment) for result in results] for _ in range(warm_up + times)]
    for result, waits in zip(results, zip(*rounds[warm_up:], strict=True), strict=True):
        result.waits[name] = percentile(waits, 0.95) * 1_000
    log_progress(f"{name}: {times} times at each size")


def _warm_up(times: int) -> int:
    """Return the rounds before those that count; a run that measures nothing needs as few."""
    return min(WARM_UP_ROUNDS, times)


def table(small: ScaleResult, large: ScaleResult) -> Iterator[tuple[str, ...]]:
    """Yield a row for each operation; it is flat when the large size takes less than 1.5 times as long."""
    for name, before in small.waits.items():
        after = large.waits[name]
        flat = "flat" if after < MAX_GROWTH * before else "NOT FLAT"
        yield name, f"{before:.1f}", f"{after:.1f}", f"{after / before:.2f} {flat}"
    yield "Redis bytes for a suspended case", f"{small.redis:.0f}", f"{large.redis:.0f}", ""
    yield "PostgreSQL bytes for a case, indexes included", f"{small.postgres:.0f}", f"{large.postgres:.0f}", ""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.scale", description=__doc__)
    parser.add_argument("--suspended", type=int, default=LARGE.suspended)
    parser.add_argument("--cases", type=int, default=LARGE.cases)
    parser.add_argument("--times", type=int, default=200, help="each operation is timed")
    parser.add_argument("--quick", action="store_true", help="a few cases: measures nothing")
    options = parser.parse_args()
    sizes = QUICK if options.quick else (SMALL, ScaleSize(options.suspended, options.cases))
    times = 2 if options.quick else options.times
    logs.configure("warning")
    small, large = asyncio.run(measure(sizes, times=times))
    columns = ("p95 ms", *(f"{s.size.suspended} suspended, {s.size.cases} cases" for s in (small, large)), "growth")
    note = (
        f"Each asked {times} times at both sizes in turn; one case in {WAITING_IN} waits, one in {FILED_IN} is filed."
    )
    show("Very many cases", columns, table(small, large), note)


if __name__ == "__main__":
    main()
