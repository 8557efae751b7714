"""What `rebut try` shows: the letter, the fields, the exhibits, and where the case would go and why."""

from collections.abc import Iterator

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from disputes import money
from disputes.case import Case, Packet
from disputes.packet import LETTER
from disputes.repositories.cases import CaseRecord
from jobs.cli.setup.rehearsal import Rehearsal

_ENDS = {
    "filed": ("Rebut would file this answer by itself", "green"),
    "closed": ("Rebut would file this answer by itself", "green"),
    "waiting": ("A person would decide", "yellow"),
    "accepted": ("Rebut would accept the loss", "yellow"),
    "recorded": ("There is nothing to answer", "blue"),
}


def print_rehearsal(console: Console, played: Rehearsal, *, sources: bool = False) -> None:
    """Print the sample's packet and its route in words; with `sources` also what they could not say."""
    record, case = played.record, played.record.case
    if case is not None:
        console.print(f"\nA sample dispute: {case.dispute.reason}, {money.write(case.dispute.money)}", style="bold")
    if case is not None and case.packet is not None:
        _print_packet(console, case.packet)
    if case is not None and sources:
        for gap in case.evidence.gaps:
            _print_line(console, f"Not known: {gap.why}", "dim")
    for sentence in describe_route(record):
        _print_line(console, sentence)
    for path in played.saved:
        _print_line(console, f"Saved: {path}", "dim")
    _print_line(console, "This was a simulated Stripe: nothing left this machine for Stripe or a bank.", "dim")


def describe_route(record: CaseRecord) -> Iterator[str]:
    """Yield what becomes of the case and why, as sentences."""
    case = record.case
    words = _ENDS.get(record.state, ("The case was stopped by an error", "red"))[0]
    queue = f" in the queue {case.route.queue}" if case and case.route and record.state == "waiting" else ""
    yield f"{words}{queue}."
    if record.error:
        yield record.error
    yield from _reasons(case)


def _reasons(case: Case | None) -> Iterator[str]:
    if case and case.route:
        yield from (f"  {reason}" for reason in case.route.reasons)
    if case and case.assessment:
        yield f"  Confidence {case.assessment.confidence:.2f}, which is a rule's opinion and no chance of winning."


def _print_packet(console: Console, packet: Packet) -> None:
    console.print(Panel(Text(packet.fields.get(LETTER, "")), title="The letter", padding=(1, 2)))
    console.print("The other fields", style="bold")
    for name, value in packet.fields.items():
        if name != LETTER:
            _print_line(console, f"  {name}: {' / '.join(value.splitlines())}")
    console.print("The exhibits", style="bold")
    for file in packet.files:
        pages = "1 page" if file.pages == 1 else f"{file.pages} pages"
        _print_line(console, f"  {file.field}: {file.name}, {pages}, {file.bytes:,} bytes")


def _print_line(console: Console, sentence: str, style: str = "") -> None:
    console.print(Text(sentence, style=style), soft_wrap=True, highlight=False)
