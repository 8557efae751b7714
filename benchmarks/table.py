"""What a benchmark prints: progress on stderr, and one table on stdout that can be pasted into the documentation."""

import statistics
import sys
from collections.abc import Iterable, Sequence


def log_progress(text: str) -> None:
    """Print one line of progress on stderr."""
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


def median(values: Iterable[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def percentile(values: Iterable[float], part: float) -> float:
    """Return the value that `part` (0 to 1) of the values do not exceed, by the nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(part * 1_000) * len(ordered) // 1_000) - 1)]


def compare_to_bar(value: float, bar: float, *, higher_is_better: bool = True) -> str:
    """Return `met` or `MISSED` with the bar, depending on the side of the bar the value is on."""
    met = value >= bar if higher_is_better else value < bar
    return f"{'met' if met else 'MISSED'} ({'>=' if higher_is_better else '<'} {bar:g})"
