"""What a benchmark shows: progress on stderr, and one table on stdout that can be pasted into the documentation."""

import statistics
import sys
from collections.abc import Iterable, Sequence


def say(text: str) -> None:
    """Tell how far the work is."""
    sys.stderr.write(f"  {text}\n")
    sys.stderr.flush()


def show(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *notes: str) -> None:
    """Print one Markdown table under its title, with a line for each note."""
    lines = [tuple(columns), *(tuple(row) for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(columns))]
    ruled = [lines[0], tuple("-" * width for width in widths), *lines[1:]]
    body = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in ruled
    ]
    sys.stdout.write("\n".join([f"\n{title}\n", *body, "", *notes]) + "\n")


def middle(values: Iterable[float]) -> float:
    """Give the median."""
    return statistics.median(values)


def share(values: Iterable[float], part: float) -> float:
    """Give the value that `part` (0 to 1) of the values do not exceed, by the nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(part * 1_000) * len(ordered) // 1_000) - 1)]


def verdict(value: float, bar: float, *, over: bool = True) -> str:
    """Say whether a value is on the right side of its bar."""
    met = value >= bar if over else value < bar
    return f"{'met' if met else 'MISSED'} ({'>=' if over else '<'} {bar:g})"
