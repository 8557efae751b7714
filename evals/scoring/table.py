"""Reports as Markdown tables, for the terminal and the documentation."""

from collections.abc import Iterable, Sequence

from evals.scoring.proportion import Proportion
from evals.scoring.report import MICRO, Report, ScoreSummary

HEADER = ("", "cases", "right route", "filed wrongly", "points covered", "unsupported", "followed")

LETTERS = (
    "",
    "letters",
    "words",
    "exhibits named",
    "criteria answered",
    "heaviest first",
    "first 100 words",
    "told twice",
)


def write_report(report: Report) -> str:
    """Write a whole report: tables by reason and by sort of case, then each wrong route and violation."""
    parts = [
        f"{report.total.cases} cases, writer: {report.writer}. Shares with their 95 % interval.",
        write_table(HEADER, (build_row(group) for group in (*report.by_reason, report.total))),
        write_table(("sort of case", *HEADER[1:]), (build_row(group) for group in report.by_sort)),
        write_table(
            LETTERS, (build_letters_row(group) for group in (*report.by_reason, report.total) if group.letters.letters)
        ),
        _write_costs(report),
        _write_failures(report),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def write_comparison(first: Report, second: Report) -> str:
    """Write two reports side by side, row by row."""
    rows = [build_row(report.total, name=report.writer) for report in (first, second)]
    spent = [(report.writer, *_costs(report.total)) for report in (first, second)]
    money = write_table(("writer", "tokens", "cost", "seconds a case"), spent)
    return "\n\n".join((write_table(("writer", *HEADER[1:]), rows), money)) + "\n"


def build_letters_row(group: ScoreSummary, *, name: str = "") -> tuple[str, ...]:
    """Return how the letters of a group persuade as the cells of one row."""
    letters = group.letters
    shares = (letters.exhibits, letters.criteria, letters.heaviest, letters.found)
    words = "-".join(map(str, (letters.words[0], letters.words[2])))
    return (
        name or group.name,
        str(letters.letters),
        f"{letters.words[1]} ({words})",
        *(write_proportion(share) for share in shares),
        str(letters.twice),
    )


def build_row(group: ScoreSummary, *, name: str = "") -> tuple[str, ...]:
    """Return the summary of a group of cases as the cells of one row."""
    unsupported = f"{group.unsupported.hits} of {group.unsupported.of:,}"
    followed = f"{group.followed.hits} of {group.followed.of}"
    right, points = write_proportion(group.right), write_proportion(group.points)
    return (name or group.name, str(group.cases), right, str(group.filed_wrongly), points, unsupported, followed)


def write_proportion(proportion: Proportion) -> str:
    """Write a share with its interval, as in `96.5 % (93.0-98.3)`; a dash where there is nothing to count."""
    low, high = proportion.interval
    return f"{proportion.value:.1%} ({low * 100:.1f}-{high * 100:.1f})".replace("%", " %") if proportion.of else "-"


def write_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a Markdown table with aligned columns."""
    lines = [tuple(head), *(tuple(line) for line in rows)]
    widths = [max(3, *(len(line[column]) for line in lines)) for column in range(len(head))]
    all_lines = [lines[0], tuple("-" * width for width in widths), *lines[1:]]
    cells = ([cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in all_lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def _write_costs(report: Report) -> str:
    tokens, cost, seconds = _costs(report.total)
    cut, replaced = sum(score.cut for score in report.scores), sum(score.replaced for score in report.scores)
    spent = f"Tokens {tokens}, cost {cost}, {seconds} s a case."
    return f"{spent} Claims that code cut: {cut}. Letters the built-in writer had to write instead: {replaced}."


def _costs(total: ScoreSummary) -> tuple[str, str, str]:
    """Return the tokens, the cost in minor units of the policy's currency, and the mean seconds of a case."""
    return f"{total.tokens:,}", f"{total.cost / MICRO:.2f}", f"{total.seconds / max(1, total.cases):.3f}"


def _write_failures(report: Report) -> str:
    wrong_routes = [f"- {score.id}: {score.wrong_route}" for score in report.wrong_routes]
    violations = [f"- {score.id}: {what}" for score in report.scores for what in (*score.unsupported, *score.followed)]
    parts = [("Routes that are not the right one:", wrong_routes), ("Unsupported or followed:", violations)]
    return "\n\n".join("\n".join((title, *lines)) for title, lines in parts if lines)
