"""Whether waking a suspended dispute and listing cases stay as quick when there are very many of them.

A few real disputes are played to their rest and copied; those that are woken and timed are real ones each time.
A small Rebut and a large one stand side by side and are asked in turn, so that a busy machine slows both alike.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial

from benchmarks.scale.environment import WOKEN, ScaleEnvironment, ScaleSize, standing
from benchmarks.scale.seed import FILED_IN, WAITING_IN
from benchmarks.table import say, share, show
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
DEEP = "list: page in the middle"
FLAT = 1.5
WARM = 5
SMALL, LARGE = ScaleSize(1_000, 1_000), ScaleSize(100_000, 1_000_000)
QUICK = (ScaleSize(40, 400), ScaleSize(80, 800))


@dataclass
class ScaleResult:
    """What was measured at one size: p95 in milliseconds by what was asked, and bytes for one more case."""

    ground: ScaleEnvironment
    size: ScaleSize
    redis: float
    postgres: float
    waits: dict[str, float] = field(default_factory=dict)


async def measure(sizes: Sequence[ScaleSize], *, times: int) -> list[ScaleResult]:
    """Raise and fill a Rebut of each size, and time the same work on all of them in turn."""
    async with AsyncExitStack() as stack:
        seen = [await _filled(await stack.enter_async_context(standing()), size) for size in sizes]
        await _wakes(seen, times)
        for what, query in PAGES.items():
            await _time(seen, what, times, partial(ScaleEnvironment.look, query=query))
        middles = {one.ground: await one.ground.deep() for one in seen}
        await _time(seen, DEEP, times, lambda ground: ground.look(middles[ground]))
    return seen


async def _filled(ground: ScaleEnvironment, size: ScaleSize) -> ScaleResult:
    redis, postgres = await ground.fill(size)
    say(f"filled to {size.suspended} suspended, {size.cases} cases")
    return ScaleResult(ground, size, redis, postgres)


async def _wakes(seen: Sequence[ScaleResult], times: int) -> None:
    asleep = {one.ground: await one.ground.play(WOKEN, WARM + times) for one in seen}
    await _time(seen, WAKE, times, lambda ground: ground.wake(asleep[ground].pop()))


async def _time(
    seen: Sequence[ScaleResult], what: str, times: int, ask: Callable[[ScaleEnvironment], Awaitable[float]]
) -> None:
    """Ask every size once a round, after a few rounds to warm up."""
    rounds = [[await ask(one.ground) for one in seen] for _ in range(WARM + times)]
    for one, found in zip(seen, zip(*rounds[WARM:], strict=True), strict=True):
        one.waits[what] = share(found, 0.95) * 1_000
    say(f"{what}: {times} times at each size")


def table(small: ScaleResult, large: ScaleResult) -> Iterator[tuple[str, ...]]:
    """Give a row for each thing asked; it is flat when the large size takes less than 1.5 times as long."""
    for what, before in small.waits.items():
        after = large.waits[what]
        flat = "flat" if after < FLAT * before else "NOT FLAT"
        yield what, f"{before:.1f}", f"{after:.1f}", f"{after / before:.2f} {flat}"
    yield "Redis bytes for a suspended case", f"{small.redis:.0f}", f"{large.redis:.0f}", ""
    yield "PostgreSQL bytes for a case, indexes included", f"{small.postgres:.0f}", f"{large.postgres:.0f}", ""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.scale", description=__doc__)
    parser.add_argument("--suspended", type=int, default=LARGE.suspended)
    parser.add_argument("--cases", type=int, default=LARGE.cases)
    parser.add_argument("--times", type=int, default=200, help="each thing is asked")
    parser.add_argument("--quick", action="store_true", help="some hundred cases: measures nothing")
    asked = parser.parse_args()
    sizes = QUICK if asked.quick else (SMALL, ScaleSize(asked.suspended, asked.cases))
    times = 6 if asked.quick else asked.times
    logs.configure("warning")
    small, large = asyncio.run(measure(sizes, times=times))
    columns = ("p95 ms", *(f"{s.size.suspended} suspended, {s.size.cases} cases" for s in (small, large)), "growth")
    note = (
        f"Each asked {times} times at both sizes in turn; one case in {WAITING_IN} waits, one in {FILED_IN} is filed."
    )
    show("Very many cases", columns, table(small, large), note)


if __name__ == "__main__":
    main()
