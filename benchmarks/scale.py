"""Whether waking a suspended dispute and listing cases stay as quick when there are very many of them.

A few real disputes are played to their suspension and copied; those that are woken and timed are real ones each time.
"""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.scale_ground import Ground, Size, standing
from benchmarks.scale_seed import WAITING_IN
from benchmarks.table import say, share, show
from jobs import logs

WAKE = "wake a suspended dispute"
PAGES = {
    "list: first page": "",
    "list: waiting": "status=waiting",
    "list: by queue": "queue=manual-review",
    "list: by reason": "reason=fraudulent",
    "list: parked, of which there are none": "status=parked",
}
DEEP = "list: page in the middle"
FLAT = 1.5
SMALL, LARGE = Size(1_000, 1_000), Size(100_000, 1_000_000)
QUICK = (Size(40, 400), Size(80, 800))


@dataclass(frozen=True)
class Seen:
    """What was measured at one size: p95 in milliseconds by what was asked, and bytes for one more case."""

    size: Size
    waits: dict[str, float]
    redis: float
    postgres: float


async def measure(sizes: Sequence[Size], *, times: int) -> list[Seen]:
    """Fill to each size in turn and time the same work at each."""
    async with standing() as ground:
        return [await _at(ground, size, times) for size in sizes]


async def _at(ground: Ground, size: Size, times: int) -> Seen:
    redis, postgres = await ground.fill(size)
    say(f"filled to {size.suspended} suspended, {size.cases} cases")
    await ground.wake(5)
    waits = {WAKE: await ground.wake(times)}
    say(f"woke {times}")
    for what, query in {**PAGES, DEEP: await ground.deep()}.items():
        await ground.look(query, 5)
        waits[what] = await ground.look(query, times)
    say(f"listed {times} times each")
    return Seen(size, {what: share(found, 0.95) * 1_000 for what, found in waits.items()}, redis, postgres)


def table(small: Seen, large: Seen) -> Iterator[tuple[str, ...]]:
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
    sizes = QUICK if asked.quick else (SMALL, Size(asked.suspended, asked.cases))
    times = 6 if asked.quick else asked.times
    logs.configure("warning")
    small, large = asyncio.run(measure(sizes, times=times))
    columns = ("p95 ms", *(f"{s.size.suspended} suspended, {s.size.cases} cases" for s in (small, large)), "growth")
    note = f"Each asked {times} times, one after another; one case in {WAITING_IN} waits, the others are settled."
    show("Very many cases", columns, table(small, large), note)


if __name__ == "__main__":
    main()
