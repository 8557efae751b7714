"""The reports: `rebut report write-offs`."""

import asyncio
import csv
import io
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from disputes import money, text
from disputes.errors import Invalid
from disputes.policy.deadlines import in_zone
from graph.wiring.runtime import open_runtime
from graph.wiring.settings import Settings
from jobs.cli import write_offs as finding
from jobs.cli.terminal import read_settings, run
from jobs.cli.write_offs import WriteOff

COLUMNS = ("date", "dispute", "account", "kind", "amount", "currency", "code", "reason", "arrived", "due", "why")
# A cell that begins so is a formula to a spreadsheet; the wide forms are what an Asian keyboard types.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - the wide forms are meant

report = typer.Typer(no_args_is_help=True)


@report.callback(help="Reports for people who keep the books.")
def reports() -> None:
    """Group the reports, which a single one would not do by itself."""


@report.command(name="write-offs")
def write_offs(
    month: Annotated[str, typer.Option(help="The month in the merchant's time zone, as 2026-11.")],
    csv_file: Annotated[Path | None, typer.Option("--csv", help="Write a CSV file, too.")] = None,
) -> None:
    """List every loss of a month that was written off without a fight, why, and what it comes to."""
    for line in run(_report(read_settings(), month, csv_file)):
        sys.stdout.write(f"{line}\n")


async def _report(settings: Settings, month: str, csv_file: Path | None) -> list[str]:
    chosen = finding.read_month(month)
    async with open_runtime(settings) as runtime:
        offs = await finding.find(runtime.deps, chosen)
    if csv_file is not None:
        await asyncio.to_thread(save, csv_file, write_csv(offs))
    return describe(offs, month)


def describe(offs: Sequence[WriteOff], month: str) -> list[str]:
    """Return a line for each write-off with its reasons below it, then the totals."""
    lines = []
    for off in offs:
        about = " ".join(filter(None, (off.code, off.reason)))
        dates = f"arrived {_moment(off.received_at, off) or '?'}, due {_moment(off.due_by, off) or 'no date known'}"
        owner = f" of {off.account}" if off.account else ""
        lines.append(f"{_day(off)}  {off.dispute_id}{owner}  {off.kind}  {money.write(off.money)}  {about}  ({dates})")
        lines += [f"    {text.line(why)}" for why in off.why]
    totals = ", ".join(map(money.write, finding.add_up(offs))) or "nothing"
    return [*lines, f"Written off without a fight in {month}: {len(offs)}, together {totals}."]


def write_csv(offs: Sequence[WriteOff]) -> str:
    """Return the write-offs as CSV, amounts in major units; no cell is a formula in a spreadsheet."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(COLUMNS)
    for off in offs:
        rows.writerow(map(plain_cell, _cells(off)))
    return written.getvalue()


def plain_cell(value: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: one that would be begins with an apostrophe."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def save(path: Path, written: str) -> None:
    """Write a CSV file with the mark by which Excel knows UTF-8. Raises `Invalid`."""
    try:
        path.write_text(written, "utf-8-sig", newline="")
    except OSError as failed:
        raise Invalid(f"{path} cannot be written: {failed.strerror}.") from failed


def _cells(off: WriteOff) -> list[str]:
    amount = f"{money.to_major_units(off.money)}"
    return [
        *(_day(off), off.dispute_id, off.account or "", off.kind, amount, off.money.currency.upper()),
        *(off.code, off.reason, _moment(off.received_at, off), _moment(off.due_by, off)),
        text.line(" ".join(off.why), limit=1_000),
    ]


def _day(off: WriteOff) -> str:
    return f"{in_zone(off.at, off.zone):%Y-%m-%d}"


def _moment(at: datetime | None, off: WriteOff) -> str:
    return f"{in_zone(at, off.zone):%Y-%m-%d %H:%M %Z}" if at else ""
