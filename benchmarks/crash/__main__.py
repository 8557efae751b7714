"""The crash table: python -m benchmarks.crash --kills 1000 --seconds 1800.

Half of the kills go through every step boundary in turn, as often as they fit; the rest strike at random moments.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Column, Table

from benchmarks.crash.environment import CrashEnvironment, open_world
from benchmarks.crash.kills import Kills
from benchmarks.crash.outages import Outage, rage
from benchmarks.crash.plans import Verdicts, judge
from jobs import logs

SEED = 7


def main() -> int:
    """Run, print the table, and give 0 when every zero is a zero, 1 when one is not."""
    options = _options().parse_args()
    logs.configure("error")
    return asyncio.run(_run(options))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=1800.0, help="begin no new round of kills after this long")
    parser.add_argument("--storms", type=int, default=40, help="disputes that each storm passes over; 0 is none")
    parser.add_argument("--seed", type=int, default=SEED, help="of the random moments")
    return parser


async def _run(options: argparse.Namespace) -> int:
    console, began, dice = Console(stderr=True), time.monotonic(), random.Random(options.seed)  # noqa: S311 - chosen to repeat
    with tempfile.TemporaryDirectory(prefix="rebut-crash-", ignore_cleanup_errors=True) as folder:
        async with open_world(Path(folder)) as world:
            with console.status("Tracing the boundaries ...") as status:
                run = Kills(world, status.update)
                await _kill(run, options.kills, dice=dice, last=began + options.seconds)
            found, took = await judge(world, run.cases), time.monotonic() - began
            Console().print(show(world, run, found, took=took))
            _tell(console, found, run)
            storms = [storm async for storm in rage(world, options.storms, dice)] if options.storms else []
            if storms:
                Console().print(show_storms(storms))
    clean = found.clean and all(storm.found.clean for storm in storms)
    return 0 if clean and not run.missed and run.kills >= options.kills else 1


async def _kill(run: Kills, kills: int, *, dice: random.Random, last: float) -> None:
    boundaries = await run.trace()
    dice.shuffle(boundaries)
    whole_rounds = boundaries * max(1, round(kills / 2 / len(boundaries)))
    most = kills if kills > len(boundaries) else kills - kills // 2
    await run.at_boundaries(whole_rounds[:most], last=last)
    await run.at_random(kills - run.kills, dice, last=last)


def show(world: CrashEnvironment, run: Kills, found: Verdicts, *, took: float) -> Table:
    """Lay out what was counted."""
    table = Table(title="Workers killed with SIGKILL", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, value in (
        ("kills", run.kills),
        ("boundaries never reached", len(run.missed)),
        ("disputes", found.cases),
        ("disputes lost", len(found.lost)),
        ("filed twice", len(found.filed_twice)),
        ("closed twice", len(found.closed_twice)),
        ("verdicts", sum(case.decided for case in run.cases)),
        ("verdicts lost", len(found.verdicts_lost)),
        ("notifications repeated", world.repeated()),
        ("longest recovery, under further kills, seconds", f"{run.slowest:.1f}"),
        ("seconds per kill", f"{took / max(1, run.kills):.2f}"),
    ):
        table.add_row(name, str(value))
    return table


def show_storms(storms: list[Outage]) -> Table:
    """Lay out what each storm left."""
    columns = ("disputes", "lost", "filed twice", "closed twice", "verdicts lost", "seconds to rest")
    table = Table("", *(Column(name, justify="right") for name in columns), title="Storms")
    for storm in storms:
        found = storm.found
        counted = (found.lost, found.filed_twice, found.closed_twice, found.verdicts_lost)
        table.add_row(storm.name, str(found.cases), *(str(len(ids)) for ids in counted), f"{storm.seconds:.1f}")
    return table


def _tell(console: Console, found: Verdicts, run: Kills) -> None:
    for name in ("lost", "filed_twice", "closed_twice", "verdicts_lost"):
        for dispute_id in getattr(found, name):
            plan = next(case.plan.name for case in run.cases if case.id == dispute_id)
            console.print(f"{name.replace('_', ' ')}: {dispute_id} ({plan})", style="red", highlight=False)
    for boundary in run.missed:
        console.print(f"never reached: {boundary}", style="red", highlight=False)


if __name__ == "__main__":
    sys.exit(main())
