"""The crash table: python -m benchmarks.crash --kills 1000 --seconds 1800.

Half of the kills go through every step boundary in turn, as often as they fit; the rest happen at random times.
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

from benchmarks.crash.environment import CrashEnvironment, open_environment
from benchmarks.crash.kills import Kills
from benchmarks.crash.outages import Outage, run_outages
from benchmarks.crash.plans import CrashReport, check_cases
from benchmarks.crash.restores import run_restore
from jobs import logs

SEED = 7


def main() -> int:
    """Run and print the tables; return 0 when nothing was lost, doubled or missed, else 1."""
    options = _options().parse_args()
    logs.configure("error")
    return asyncio.run(_run(options))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=1800.0, help="start no new round of kills after this time")
    parser.add_argument("--storms", type=int, default=40, help="disputes during each outage; 0 skips outages")
    parser.add_argument("--seed", type=int, default=SEED, help="of the random times")
    return parser


async def _run(options: argparse.Namespace) -> int:
    console, began, generator = Console(stderr=True), time.monotonic(), random.Random(options.seed)  # noqa: S311 - chosen to repeat
    with tempfile.TemporaryDirectory(prefix="rebut-crash-", ignore_cleanup_errors=True) as folder:
        async with open_environment(Path(folder)) as environment:
            with console.status("Tracing the boundaries ...") as status:
                run = Kills(environment, status.update)
                await _kill(run, options.kills, generator=generator, last=began + options.seconds)
            report, took = await check_cases(environment, run.cases), time.monotonic() - began
            Console().print(show(environment, run, report, took=took))
            _print_failures(console, report, run)
            outages = list[Outage]()
            if options.storms:
                outages = [outage async for outage in run_outages(environment, options.storms, generator)]
                outages.append(await run_restore(environment, options.storms, generator))
                Console().print(show_outages(outages))
                _print_unclean(console, outages)
    clean = report.clean and all(outage.report.clean for outage in outages)
    return 0 if clean and not run.missed and run.kills >= options.kills else 1


async def _kill(run: Kills, kills: int, *, generator: random.Random, last: float) -> None:
    boundaries = await run.trace()
    generator.shuffle(boundaries)
    whole_rounds = boundaries * max(1, round(kills / 2 / len(boundaries)))
    most = kills if kills > len(boundaries) else kills - kills // 2
    await run.at_boundaries(whole_rounds[:most], last=last)
    await run.at_random(kills - run.kills, generator, last=last)


def show(environment: CrashEnvironment, run: Kills, report: CrashReport, *, took: float) -> Table:
    """Build the table of counts."""
    table = Table(title="Workers killed with SIGKILL", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, value in (
        ("kills", run.kills),
        ("boundaries never reached", len(run.missed)),
        ("disputes", report.cases),
        ("disputes lost", len(report.lost)),
        ("filed twice", len(report.filed_twice)),
        ("closed twice", len(report.closed_twice)),
        ("verdicts", sum(case.decided for case in run.cases)),
        ("verdicts lost", len(report.verdicts_lost)),
        ("notifications repeated", environment.repeated_notifications()),
        ("longest recovery, under further kills, seconds", f"{run.slowest:.1f}"),
        ("seconds per kill", f"{took / max(1, run.kills):.2f}"),
    ):
        table.add_row(name, str(value))
    return table


def show_outages(outages: list[Outage]) -> Table:
    """Build the table of the outages."""
    columns = ("disputes", "lost", "filed twice", "closed twice", "verdicts lost", "seconds to rest")
    table = Table("", *(Column(name, justify="right") for name in columns), title="Outages")
    for outage in outages:
        report = outage.report
        counted = (report.lost, report.filed_twice, report.closed_twice, report.verdicts_lost)
        table.add_row(outage.name, str(report.cases), *(str(len(ids)) for ids in counted), f"{outage.seconds:.1f}")
    return table


def _print_failures(console: Console, report: CrashReport, run: Kills) -> None:
    for name in ("lost", "filed_twice", "closed_twice", "verdicts_lost"):
        for dispute_id in getattr(report, name):
            plan = next(case.plan.name for case in run.cases if case.id == dispute_id)
            console.print(f"{name.replace('_', ' ')}: {dispute_id} ({plan})", style="red", highlight=False)
    for boundary in run.missed:
        console.print(f"never reached: {boundary}", style="red", highlight=False)


def _print_unclean(console: Console, outages: list[Outage]) -> None:
    for outage in outages:
        for name in ("lost", "filed_twice", "closed_twice", "verdicts_lost"):
            for dispute_id in getattr(outage.report, name):
                sentence = f"{outage.name}: {name.replace('_', ' ')}: {dispute_id}"
                console.print(sentence, style="red", highlight=False)


if __name__ == "__main__":
    sys.exit(main())
