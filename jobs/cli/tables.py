"""What people look at in a terminal: the live table, the summary, the letter."""

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
SHOWN = 24


def table(expected: Sequence[str], records: dict[str, CaseRecord]) -> RenderableType:
    """Draw the newest cases and how many have come to rest."""
    grid = Table(box=None, pad_edge=False)
    for title in ("dispute", "reason", "amount", "state", "queue", "seconds"):
        grid.add_column(title, justify="right" if title in {"amount", "seconds"} else "left")
    for dispute_id in [d for d in expected if d in records][-SHOWN:]:
        grid.add_row(*_cells(records[dispute_id]))
    rested = sum(record.state in AT_REST for record in records.values())
    return Group(grid, Text(f"{rested} of {len(expected)} at rest", style="bold"))


def endings(console: Console, records: Sequence[CaseRecord]) -> None:
    """Print what was filed, what waits and why, and what needed nothing."""
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
                Text(f"  {_title(record)}"), Text(f"    {_why(record)}", style="dim"), sep="\n", soft_wrap=True
            )


def times(console: Console, records: Sequence[CaseRecord]) -> None:
    """Print how long it took from webhook to rest."""
    took = sorted((e.rested_at - e.received_at).total_seconds() for e in records if e.rested_at)
    if len(took) > 1:
        cuts = statistics.quantiles(took, n=20, method="inclusive")
        console.print(f"\nWebhook to rest: p50 {cuts[9]:.2f} s, p95 {cuts[18]:.2f} s, {len(took)} disputes")


def submissions(console: Console, counts: dict[str, int]) -> None:
    """Print how often evidence reached the bank, as the simulator counted."""
    twice = sum(count > 1 for count in counts.values())
    told = f"{twice} DISPUTES WERE SUBMITTED TWICE" if twice else "no dispute twice"
    console.print(f"Submissions the bank received: {sum(counts.values())}, {told}")


def letter(console: Console, records: Sequence[CaseRecord]) -> None:
    """Print the filed letter with the most claims, in full, with its packet."""
    filed = [e for e in records if e.state in {"filed", "closed"} and e.case and e.case.rebuttal and e.case.packet]
    if not filed:
        return
    record = max(filed, key=lambda e: len(e.case.rebuttal.claims) if e.case and e.case.rebuttal else 0)
    if record.case is None or record.case.packet is None:
        return
    files = [f"{f.field}: {f.name}, {f.pages} p., {f.bytes:,} bytes" for f in record.case.packet.files]
    body = "\n".join([record.case.packet.fields.get(LETTER, ""), "", *files])
    console.print(Panel(Text(body), title=f"The letter filed for {record.dispute_id}", padding=(1, 2)))


def _cells(record: CaseRecord) -> list[str]:
    case = record.case
    took = f"{(record.rested_at - record.received_at).total_seconds():.2f}" if record.rested_at else ""
    colour = _COLOURS.get(record.state, "white")
    return [
        record.dispute_id,
        case.dispute.reason if case else "",
        money.write(case.dispute.money) if case else "",
        f"[{colour}]{record.state}[/{colour}]",
        case.route.queue if case and case.route else "",
        took,
    ]


def _title(record: CaseRecord) -> str:
    if record.case is None:
        return record.dispute_id
    dispute, route = record.case.dispute, record.case.route
    queue = f" -> {route.queue}" if route and route.queue else ""
    return f"{record.dispute_id}  {dispute.reason}  {money.write(dispute.money)}{queue}"


def _why(record: CaseRecord) -> str:
    if record.error:
        return record.error
    return record.case.route.reasons[0] if record.case and record.case.route and record.case.route.reasons else ""
