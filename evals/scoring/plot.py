"""The chart of a report: `python -m evals.scoring.plot` plays all cases and writes `docs/evals.svg`.

The built-in writer writes. Each line is a reason; the dot is the share, the bar its 95 % interval. No colour is needed
to read it.
"""

import argparse
import asyncio
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from evals import case as cases
from evals.harness import build_harness
from evals.run import score_cases
from evals.scoring.proportion import Proportion
from evals.scoring.report import Report, ScoreSummary

LEFT, WIDE, GAP, ROW, TOP = 190, 300, 60, 22, 56
_STYLE = "text{font:13px sans-serif;fill:#24292f}.n{font-size:11px;fill:#57606a}.h{font-weight:bold}"
_PANELS = ("right route", "points covered")


def draw(report: Report) -> str:
    """Return the chart as SVG text: one row for each reason with at least ten cases, and one for all."""
    rows = [group for group in report.by_reason if group.cases >= 10]  # noqa: PLR2004 - a share of fewer says little
    rows = [*rows, report.total]
    height = TOP + ROW * len(rows) + 34
    width = LEFT + 2 * WIDE + GAP + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        f"<title>{escape(_title(report))}</title><style>{_STYLE}</style>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="12" y="20" class="h">{escape(_title(report))}</text>',
        *_draw_names(rows),
        *(part for number, panel in enumerate(_PANELS) for part in _draw_panel(number, panel, rows)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _title(report: Report) -> str:
    return f"{report.total.cases} cases, writer: {report.writer}, shares with 95 % intervals"


def _draw_names(rows: Sequence[ScoreSummary]) -> Iterator[str]:
    for position, group in enumerate(rows):
        name = f'{escape(group.name)} <tspan class="n">{group.cases}</tspan>'
        yield f'<text x="{LEFT - 12}" y="{_row_y(position) + 4}" text-anchor="end">{name}</text>'


def _draw_panel(number: int, name: str, rows: Sequence[ScoreSummary]) -> Iterator[str]:
    left = LEFT + number * (WIDE + GAP)
    foot = _row_y(len(rows)) - ROW // 2 + 4
    yield f'<text x="{left}" y="{TOP - 14}" class="h">{name}</text>'
    for tenth in range(0, 11, 2):
        x = left + WIDE * tenth // 10
        yield f'<line x1="{x}" y1="{TOP - 6}" x2="{x}" y2="{foot}" stroke="#d0d7de"/>'
        yield f'<text x="{x}" y="{foot + 14}" text-anchor="middle" class="n">{tenth * 10} %</text>'
    for position, group in enumerate(rows):
        yield from _draw_interval(left, _row_y(position), group.right if number == 0 else group.points)


def _draw_interval(left: int, y: int, proportion: Proportion) -> Iterator[str]:
    low, high = (left + WIDE * bound for bound in proportion.interval)
    yield f'<line x1="{low:.1f}" y1="{y}" x2="{high:.1f}" y2="{y}" stroke="#57606a" stroke-width="3"/>'
    yield f'<circle cx="{left + WIDE * proportion.value:.1f}" cy="{y}" r="5" fill="#0969da"/>'


def _row_y(position: int) -> int:
    return TOP + ROW * position + ROW // 2


def main() -> None:
    """Play the cases and write the chart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=Path("docs/evals.svg"))
    into: Path = parser.parse_args().into
    report = asyncio.run(score_cases(cases.load(), build_harness(), progress=lambda line: print(line, file=sys.stderr)))  # noqa: T201 - progress of a command
    into.write_text(draw(report), "utf-8")


if __name__ == "__main__":
    main()
