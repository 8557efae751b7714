"""A report as Markdown, which can be pasted into the documentation."""

from collections.abc import Iterable, Sequence

from evals.scoring.proportion import Proportion
from evals.scoring.report import MICRO, Figures, Report

HEAD = ("", "cases", "right route", "filed wrongly", "points covered", "unsupported", "followed")


def lay(told: Report) -> str:
    """Write a whole report: by reason, by sort of case, and what went wrong."""
    parts = [
        f"{told.total.cases} cases, writer: {told.writer}. Shares with their 95 % interval.",
        markdown(HEAD, (row(group) for group in (*told.by_reason, told.total))),
        markdown(("sort of case", *HEAD[1:]), (row(group) for group in told.by_sort)),
        _spent(told),
        _wrong(told),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def beside(one: Report, other: Report) -> str:
    """Write two reports side by side, row by row."""
    rows = [row(report.total, name=report.writer) for report in (one, other)]
    spent = [(report.writer, *_costs(report.total)) for report in (one, other)]
    money = markdown(("writer", "tokens", "cost", "seconds a case"), spent)
    return "\n\n".join((markdown(("writer", *HEAD[1:]), rows), money)) + "\n"


def row(group: Figures, *, name: str = "") -> tuple[str, ...]:
    """Write the figures of some cases as one row."""
    unsupported = f"{group.unsupported.hits} of {group.unsupported.of:,}"
    followed = f"{group.followed.hits} of {group.followed.of}"
    right, points = percent(group.right), percent(group.points)
    return (name or group.name, str(group.cases), right, str(group.rash), points, unsupported, followed)


def percent(share: Proportion) -> str:
    """Write a share and its interval: `96.5 % (93.0-98.3)`; a dash where there is nothing to count."""
    low, high = share.interval
    return f"{share.value:.1%} ({low * 100:.1f}-{high * 100:.1f})".replace("%", " %") if share.of else "-"


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table with its columns aligned."""
    lines = [tuple(head), *(tuple(line) for line in rows)]
    widths = [max(3, *(len(line[at]) for line in lines)) for at in range(len(head))]
    ruled = [lines[0], tuple("-" * width for width in widths), *lines[1:]]
    cells = ([cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in ruled)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def _spent(told: Report) -> str:
    tokens, cost, seconds = _costs(told.total)
    cut, replaced = sum(mark.cut for mark in told.marks), sum(mark.replaced for mark in told.marks)
    spent = f"Tokens {tokens}, cost {cost}, {seconds} s a case."
    return f"{spent} Claims that code cut: {cut}. Letters the built-in writer had to write instead: {replaced}."


def _costs(total: Figures) -> tuple[str, str, str]:
    """Write tokens, the cost in minor units of the policy's currency, and the seconds a case took."""
    return f"{total.tokens:,}", f"{total.cost / MICRO:.2f}", f"{total.seconds / max(1, total.cases):.3f}"


def _wrong(told: Report) -> str:
    ill = [f"- {mark.id}: {mark.wrong}" for mark in told.wrong]
    bad = [f"- {mark.id}: {what}" for mark in told.marks for what in (*mark.unsupported, *mark.followed)]
    parts = [("Routes that are not the right one:", ill), ("Unsupported or followed:", bad)]
    return "\n\n".join("\n".join((title, *lines)) for title, lines in parts if lines)
