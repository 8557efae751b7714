"""The tables of `rebut demo`: the live progress, the outcomes, the times, the submissions, and one letter in full."""

import statistics
from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from disputes import money
from disputes.packet import LETTER
from disputes.repositories.cases import AT_REST, CaseRecord

_COLOURS = {"filed": "green", "waiting": "yellow", "recorded": "blue", "parked": "red", "working": "dim"}
MAX_ROWS = 24


def build_progress(expected: Sequence[str], records: dict[str, CaseRecord]) -> RenderableType:
    """Build the live table of the newest cases, with the count of those at rest."""
    table = Table(box=None, pad_edge=False)
    for title in ("dispute", "reason", "amount", "state", "queue", "seconds"):
        table.add_column(title, justify="right" if title in {"amount", "seconds"} else "left")
    for dispute_id in [d for d in expected if d in records][-MAX_ROWS:]:
        table.add_row(*_cells(records[dispute_id]))
    rested = sum(record.state in AT_REST for record in records.values())
    return Group(table, Text(f"{rested} of {len(expected)} at rest", style="bold"))


def print_outcomes(console: Console, records: Sequence[CaseRecord]) -> None:
    """Print the cases by state, each with the reason or error of its state."""
    for state, title in (
        ("filed", "Filed"),
        ("closed", "Filed and decided"),
        ("waiting", "Waiting for a person"),
        ("accepted", "Accepted"),
        ("recorded", "Nothing to answer"),
        ("parked", "Stopped by an error"),
    ):
        rows = [record for record in records if record.state == state]
        if rows:
            console.print(f"\n[bold]{title}: {len(rows)}[/bold]")
        for record in rows:
            console.print(
                Text(f"  {_build_title(record)}"),
                Text(f"    {_explain(record)}", style="dim"),
                sep="\n",
                soft_wrap=True,
            )


def print_times(console: Console, records: Sequence[CaseRecord]) -> None:
    """Print the median and 95th percentile of the seconds from webhook to rest."""
    seconds = sorted((r.rested_at - r.received_at).total_seconds() for r in records if r.rested_at)
    if len(seconds) > 1:
        cuts = statistics.quantiles(seconds, n=20, method="inclusive")
        console.print(f"\nWebhook to rest: p50 {cuts[9]:.2f} s, p95 {cuts[18]:.2f} s, {len(seconds)} disputes")


def print_submissions(console: Console, counts: dict[str, int]) -> None:
    """Print how often evidence reached the bank, as the simulator counted."""
    twice = sum(count > 1 for count in counts.values())
    verdict = f"{twice} DISPUTES WERE SUBMITTED TWICE" if twice else "no dispute twice"
    console.print(f"Submissions the bank received: {sum(counts.values())}, {verdict}")


def print_letter(console: Console, records: Sequence[CaseRecord]) -> None:
    """Print the filed letter with the most claims, in full, with its packet."""
    filed = [r for r in records if r.state in {"filed", "closed"} and r.case and r.case.rebuttal and r.case.packet]
    if not filed:
        return
    record = max(filed, key=lambda r: len(r.case.rebuttal.claims) if r.case and r.case.rebuttal else 0)
    if record.case is None or record.case.packet is None:
        return
    files = [f"{f.field}: {f.name}, {f.pages} p., {f.bytes:,} bytes" for f in record.case.packet.files]
    body = "\n".join([record.case.packet.fields.get(LETTER, ""), "", *files])
    console.print(Panel(Text(body), title=f"The letter filed for {record.dispute_id}", padding=(1, 2)))


def _cells(record: CaseRecord) -> list[str]:
    case = record.case
    seconds = f"{(record.rested_at - record.received_at).total_seconds():.2f}" if record.rested_at else ""
    colour = _COLOURS.get(record.state, "white")
    return [
        record.dispute_id,
        case.dispute.reason if case else "",
        money.write(case.dispute.money) if case else "",
        f"[{colour}]{record.state}[/{colour}]",
        case.route.queue if case and case.route else "",
        seconds,
    ]


def _build_title(record: CaseRecord) -> str:
    if record.case is None:
        return record.dispute_id
    dispute, route = record.case.dispute, record.case.route
    queue = f" -> {route.queue}" if route and route.queue else ""
    return f"{record.dispute_id}  {dispute.reason}  {money.write(dispute.money)}{queue}"


def _explain(record: CaseRecord) -> str:
    if record.error:
        return record.error
    return record.case.route.reasons[0] if record.case and record.case.route and record.case.route.reasons else ""
