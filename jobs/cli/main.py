"""The command line."""

import asyncio
import hashlib
import json
import os
import secrets
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live

from disputes.errors import DisputeError
from disputes.repositories.users import User
from graph.wiring import doctor as health
from graph.wiring import settings
from graph.wiring import source_list as evidence_sources
from graph.wiring.runtime import Runtime, open_runtime
from graph.wiring.settings import Settings
from jobs.cli import demo as stage
from jobs.cli import erase as erasing
from jobs.cli import evaluation, tables
from jobs.cli import packet as packets
from jobs.cli import parked as parked_cases
from jobs.cli import sources as shelf
from jobs.cli.serve import listening
from jobs.cli.terminal import INTERRUPTED, read_settings, run, tell
from jobs.worker.sweep import sweep as sweep_once
from jobs.worker.sync import sync as sync_once
from jobs.worker.worker import toil

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Answers Stripe chargebacks."
)

app.command(name="eval")(evaluation.evaluate)
app.command()(evaluation.attack)


def main() -> None:
    """Run a command; an error is one sentence and exit status 1."""
    try:
        app()
    except (DisputeError, RuntimeError) as failed:
        tell(str(failed), style="red")
        sys.exit(1)


@app.command()
def demo(
    disputes: Annotated[int, typer.Option(min=1, max=500, help="How many disputes happen.")] = 30,
    world: Annotated[Path | None, typer.Option(help='A JSON file {"objects": [...]} to play instead.')] = None,
    policy: Annotated[str, typer.Option(help="default, autopilot, or a TOML file.")] = "default",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,  # noqa: FBT002 - a flag on the command line
    keep: Annotated[bool, typer.Option("--keep", help="Stay up to explore.")] = False,  # noqa: FBT002 - the same
) -> None:
    """Play disputes against the simulator and show what becomes of each; needs no key and no server."""
    home = Path(os.environ.get("REBUT_HOME") or ".rebut") / "demo"
    wish = stage.DemoOptions(disputes=disputes, world=world, policy=policy, home=home)
    sys.exit(run(_demo(wish, as_json=as_json, keep=keep)))


async def _demo(wish: stage.DemoOptions, *, as_json: bool, keep: bool) -> int:
    err, out = Console(stderr=True), Console()
    stage.check(wish)
    err.print("Starting PostgreSQL, Redis, the simulator, the API and a worker ...", style="dim")
    async with stage.open_scene(wish) as scene:
        begun = asyncio.create_task(stage.begin(scene, wish))
        await _watch(scene, begun, err)
        if scene.listening.work.done():
            return INTERRUPTED
        records = [scene.records[d] for d in scene.expected if d in scene.records]
        if as_json:
            sys.stdout.write(json.dumps(await stage.summary(scene)) + "\n")
            tables.times(err, records)
        else:
            tables.endings(out, records)
            tables.letter(out, records)
            tables.times(out, records)
            tables.submissions(out, await scene.submissions())
        if keep:
            await _stay(scene, err)
        return 1 if scene.unsettled else 0


async def _watch(scene: stage.Demo, begun: asyncio.Task[None], console: Console) -> None:
    """Draw the live table until everything rests, nothing moved for the patience, or the visitor ends it."""
    left, deadline = 0, time.monotonic() + stage.PATIENCE
    with Live(console=console, refresh_per_second=8, transient=True) as live:
        while scene.pending or not begun.done():
            await asyncio.sleep(0.4)
            await scene.look()
            live.update(tables.table(scene.expected, scene.records))
            if len(scene.pending) != left:
                left, deadline = len(scene.pending), time.monotonic() + stage.PATIENCE
            if time.monotonic() > deadline or scene.listening.work.done():
                begun.cancel()
                break
    await asyncio.wait([begun])
    if not begun.cancelled():
        begun.result()
    for dispute_id in scene.unsettled:
        why = f"{dispute_id} has not come to rest. {scene.why(dispute_id)}"
        console.print(why, style="red", soft_wrap=True, highlight=False, markup=False)


async def _stay(scene: stage.Demo, console: Console) -> None:
    places = f"\nAPI {scene.listening.url}/docs  token {stage.TOKEN}  simulator {scene.url}"
    console.print(places, markup=False, soft_wrap=True)
    console.print("Ctrl+C ends it.")
    await scene.listening.work


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
) -> None:
    """Run the API and a worker in one process."""
    run(_serve(read_settings(), host, port), log="info")


async def _serve(chosen: Settings, host: str, port: int) -> None:
    settings.require_stripe(chosen)
    async with open_runtime(chosen) as runtime, listening(runtime, host=host, port=port) as served:
        embedded = ", ".join(runtime.servers.embedded) or "nothing"
        tell(f"Rebut listens on {served.url}, embedded: {embedded}")
        await served.work


@app.command()
def worker() -> None:
    """Run one more worker on the same Redis and PostgreSQL."""
    run(_worker(read_settings()), log="info")


async def _worker(chosen: Settings) -> None:
    settings.require_stripe(chosen)
    async with open_runtime(chosen) as runtime:
        tell("A worker is up.")
        await toil(runtime)


@app.command()
def sweep() -> None:
    """Hear what no webhook brought, ring for all that no run has handled, and deliver due messages, once."""
    sys.stdout.write(json.dumps(run(_sweep(read_settings()))) + "\n")


async def _sweep(chosen: Settings) -> dict[str, int]:
    async with open_runtime(chosen) as runtime:
        return await sync_once(runtime.deps) | await sweep_once(runtime.deps)


@app.command()
def drive(
    dispute_id: Annotated[str | None, typer.Argument()] = None,
    account: Annotated[str | None, typer.Option(help="A Connect account.")] = None,
    parked: Annotated[bool, typer.Option("--parked", help="Every case that an error stopped.")] = False,  # noqa: FBT002 - a flag on the command line
) -> None:
    """Bring one dispute to rest by hand: starts it, wakes it, or takes up a parked one; or all parked ones."""
    if parked == bool(dispute_id) or (parked and account):
        raise typer.BadParameter("name one dispute, or say --parked alone for every case that an error stopped")
    sys.exit(run(_drive(read_settings(), dispute_id, account)))


async def _drive(chosen: Settings, dispute_id: str | None, account: str | None) -> int:
    async with open_runtime(chosen) as runtime:
        if not dispute_id:
            return await _drive_parked(runtime)
        await runtime.runner.drive(dispute_id, account=account)
        await _say_state(runtime, dispute_id)
        return 0


async def _drive_parked(runtime: Runtime) -> int:
    failed = 0
    async for dispute_id, error in parked_cases.drive(runtime):
        failed += bool(error)
        if error:
            sys.stdout.write(f"{dispute_id} stays parked: {error}\n")
        else:
            await _say_state(runtime, dispute_id)
    return 1 if failed else 0


async def _say_state(runtime: Runtime, dispute_id: str) -> None:
    record = await runtime.deps.cases.find(dispute_id)
    sys.stdout.write(f"{dispute_id} is {record.state if record else 'unknown'}.\n")


@app.command()
def packet(
    dispute_id: str,
    out: Annotated[Path | None, typer.Option(help="Where to write it; packet-ID by default.")] = None,
    account: Annotated[str | None, typer.Option(help="A Connect account, for a dispute nobody heard of yet.")] = None,
) -> None:
    """Write the exact packet that was or would be filed: packet.json and the PDFs. Files nothing."""
    written = run(_packet(read_settings(), dispute_id, out, account))
    sys.stdout.write("".join(f"{path}\n" for path in written.paths))
    for sentence in written.told:
        tell(sentence)
    sys.exit(0 if written.exact else 1)


async def _packet(chosen: Settings, dispute_id: str, out: Path | None, account: str | None) -> packets.Written:
    async with open_runtime(chosen) as runtime:
        folder = out or Path(f"packet-{dispute_id}")
        return await packets.write(runtime.deps, dispute_id, folder, account=account)


@app.command()
def token(name: str, role: Annotated[str, typer.Option(help="viewer or reviewer")] = "viewer") -> None:
    """Let a person in: prints a new token once and keeps only its hash."""
    if role not in {"viewer", "reviewer"}:
        raise typer.BadParameter("the role is viewer or reviewer")
    fresh = secrets.token_urlsafe(32)
    run(_admit(read_settings(), User.model_validate({"name": name, "role": role}), fresh))
    sys.stdout.write(fresh + "\n")


async def _admit(chosen: Settings, person: User, fresh: str) -> None:
    async with open_runtime(chosen) as runtime:
        await runtime.deps.users.add(person, digest=hashlib.sha256(fresh.encode()).hexdigest())


@app.command()
def erase(
    person: Annotated[str, typer.Argument(help="A Stripe customer (cus_...) or an e-mail address.")],
    by: Annotated[str, typer.Option(help="Who erases, for the record.")] = os.environ.get("USER", "rebut"),
) -> None:
    """Erase a person's evidence; ledger, filings and verdicts stay verifiable, undecided cases wait."""
    said, status = run(_erase(read_settings(), person, by))
    sys.stdout.write("".join(f"{line}\n" for line in said))
    sys.exit(status)


async def _erase(chosen: Settings, person: str, by: str) -> tuple[list[str], int]:
    async with open_runtime(chosen) as runtime:
        return await erasing.report(runtime, person, by=by)


@app.command()
def doctor() -> None:
    """Say in plain words what is configured, reachable, embedded, missing."""
    findings = run(health.examine(os.environ, dotenv=Path(".env")))
    for finding in findings:
        sys.stdout.write(f"{finding.mark}  {finding.title}: {finding.text}\n")
    sys.exit(0 if all(finding.fine for finding in findings) else 1)


@app.command()
def sources(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,  # noqa: FBT002 - a flag on the command line
) -> None:
    """List every source of evidence: on or off, what to set, what it adds, where it is documented."""
    listed = evidence_sources.listed(read_settings())
    if as_json:
        sys.stdout.write("".join(source.model_dump_json() + "\n" for source in listed))
    else:
        shelf.show(Console(), listed)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def simulator(context: typer.Context) -> None:
    """Run the Stripe simulator: --port P --webhook URL --world FILE."""
    # In place of this process, so that a signal reaches the simulator itself.
    os.execv(sys.executable, [sys.executable, "-m", "simulator", *context.args])  # noqa: S606 - our own module
