"""The command `rebut demo`: plays the demo and draws it in the terminal."""

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live

from jobs.cli import demo_tables
from jobs.cli.demo import PATIENCE, TOKEN, Demo, DemoOptions, check, open_demo, play, summarize
from jobs.cli.terminal import INTERRUPTED, run

REDRAW_SECONDS = 0.4


def demo(
    disputes: Annotated[int, typer.Option(min=1, max=500, help="How many disputes happen.")] = 30,
    world: Annotated[Path | None, typer.Option(help='A JSON file {"objects": [...]} to play instead.')] = None,
    policy: Annotated[str, typer.Option(help="default, autopilot, or a TOML file.")] = "default",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,  # noqa: FBT002 - a flag on the command line
    keep: Annotated[bool, typer.Option("--keep", help="Stay up to explore.")] = False,  # noqa: FBT002 - the same
) -> None:
    """Play disputes against the simulator and show what becomes of each; needs no key and no server."""
    home = Path(os.environ.get("REBUT_HOME") or ".rebut") / "demo"
    options = DemoOptions(disputes=disputes, world=world, policy=policy, home=home)
    sys.exit(run(_demo(options, as_json=as_json, keep=keep), log="error"))  # its notes have no target


async def _demo(options: DemoOptions, *, as_json: bool, keep: bool) -> int:
    """Play the demo and return the exit status: 1 when a dispute did not come to rest."""
    stderr = Console(stderr=True)
    check(options)
    stderr.print("Starting PostgreSQL, Redis, the simulator, the API and a worker ...", style="dim")
    async with open_demo(options) as running:
        playing = asyncio.create_task(play(running, options))
        await _watch(running, playing, stderr)
        if running.server.work.done():
            return INTERRUPTED
        await _print_results(running, stderr, as_json=as_json)
        if keep:
            await _stay_up(running, stderr)
        return 1 if running.unsettled else 0


async def _watch(running: Demo, playing: asyncio.Task[None], console: Console) -> None:
    """Draw the live table until every case rests, none moved for `PATIENCE`, or the user ends it."""
    left, deadline = 0, time.monotonic() + PATIENCE
    with Live(console=console, refresh_per_second=8, transient=True) as live:
        while running.pending or not playing.done():
            await asyncio.sleep(REDRAW_SECONDS)
            await running.refresh()
            live.update(demo_tables.build_progress(running.expected, running.records))
            if len(running.pending) != left:
                left, deadline = len(running.pending), time.monotonic() + PATIENCE
            if time.monotonic() > deadline or running.server.work.done():
                playing.cancel()
                break
    await asyncio.wait([playing])
    if not playing.cancelled():
        playing.result()
    for dispute_id in running.unsettled:
        sentence = f"{dispute_id} has not come to rest. {running.explain(dispute_id)}"
        console.print(sentence, style="red", soft_wrap=True, highlight=False, markup=False)


async def _print_results(running: Demo, stderr: Console, *, as_json: bool) -> None:
    records = [running.records[dispute_id] for dispute_id in running.expected if dispute_id in running.records]
    if as_json:
        sys.stdout.write(json.dumps(await summarize(running)) + "\n")
        demo_tables.print_times(stderr, records)
        return
    stdout = Console()
    demo_tables.print_outcomes(stdout, records)
    demo_tables.print_letter(stdout, records)
    demo_tables.print_times(stdout, records)
    demo_tables.print_submissions(stdout, await running.submissions())


async def _stay_up(running: Demo, console: Console) -> None:
    addresses = f"\nAPI {running.server.url}/docs  token {TOKEN}  simulator {running.url}"
    console.print(addresses, markup=False, soft_wrap=True)
    console.print("Ctrl+C ends it.")
    await running.server.work
