"""The commands about cases: `rebut drive`, `packet`, `reconcile`, `erase`."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from disputes.errors import DisputeError
from graph.wiring.runtime import Runtime, open_runtime
from graph.wiring.settings import Settings
from jobs.cli.erasure import report
from jobs.cli.packet import WrittenPacket, write
from jobs.cli.parked_cases import drive_all, drive_when_free
from jobs.cli.terminal import read_settings, run, write_line
from jobs.worker.reconciliation import find_differences


def drive(
    dispute_id: Annotated[str | None, typer.Argument()] = None,
    account: Annotated[str | None, typer.Option(help="A Connect account.")] = None,
    parked: Annotated[bool, typer.Option("--parked", help="Every case that an error stopped.")] = False,  # noqa: FBT002 - a flag on the command line
) -> None:
    """Bring one dispute to rest by hand: starts it, wakes it, or takes up a parked one; or all parked ones."""
    if parked == bool(dispute_id) or (parked and account):
        raise typer.BadParameter("name one dispute, or say --parked alone for every case that an error stopped")
    sys.exit(run(_drive(read_settings(), dispute_id, account)))


async def _drive(settings: Settings, dispute_id: str | None, account: str | None) -> int:
    async with open_runtime(settings) as runtime:
        if not dispute_id:
            return await _drive_parked(runtime)
        try:
            await drive_when_free(runtime, dispute_id, account)
        except DisputeError as failed:
            await runtime.runner.park(dispute_id, str(failed), account=account)
            raise
        await _write_state(runtime, dispute_id)
        return 0


async def _drive_parked(runtime: Runtime) -> int:
    failed = 0
    async for dispute_id, error in drive_all(runtime):
        failed += bool(error)
        if error:
            sys.stdout.write(f"{dispute_id} stays parked: {error}\n")
        else:
            await _write_state(runtime, dispute_id)
    return 1 if failed else 0


async def _write_state(runtime: Runtime, dispute_id: str) -> None:
    record = await runtime.deps.cases.find(dispute_id)
    sys.stdout.write(f"{dispute_id} is {record.state if record else 'unknown'}.\n")


def packet(
    dispute_id: str,
    out: Annotated[Path | None, typer.Option(help="Where to write it; packet-ID by default.")] = None,
    account: Annotated[
        str | None, typer.Option(help="A Connect account, for a dispute not in the database yet.")
    ] = None,
) -> None:
    """Write the exact packet that was or would be filed: packet.json and the PDFs. Files nothing."""
    written = run(_packet(read_settings(), dispute_id, out, account))
    sys.stdout.write("".join(f"{path}\n" for path in written.paths))
    for sentence in written.notes:
        write_line(sentence)
    sys.exit(0 if written.exact else 1)


async def _packet(settings: Settings, dispute_id: str, out: Path | None, account: str | None) -> WrittenPacket:
    async with open_runtime(settings) as runtime:
        folder = out or Path(f"packet-{dispute_id}")
        return await write(runtime.deps, dispute_id, folder, account=account)


def reconcile() -> None:
    """Compare every case with Stripe and print what differs. Changes nothing; the workers do so each night."""
    sys.exit(run(_reconcile(read_settings())))


async def _reconcile(settings: Settings) -> int:
    found = 0
    async with open_runtime(settings) as runtime:
        async for difference in find_differences(runtime.deps):
            found += 1
            sys.stdout.write(f"{difference.dispute_id}: {difference.sentence}\n")
    write_line(f"Differences between Rebut and Stripe: {found}.")
    return 1 if found else 0


def erase(
    person: Annotated[str, typer.Argument(help="A Stripe customer (cus_...) or an e-mail address.")],
    by: Annotated[str, typer.Option(help="Who erases, for the record.")] = os.environ.get("USER", "rebut"),
) -> None:
    """Erase a person's evidence; ledger, filings and verdicts stay verifiable, undecided cases wait."""
    sentences, status = run(_erase(read_settings(), person, by))
    sys.stdout.write("".join(f"{sentence}\n" for sentence in sentences))
    sys.exit(status)


async def _erase(settings: Settings, person: str, by: str) -> tuple[list[str], int]:
    async with open_runtime(settings) as runtime:
        return await report(runtime, person, by=by)
