"""Draws a report: `python -m evals.scoring.plot` plays all cases with the built-in writer and writes `docs/evals.svg`.

Each line is a reason; the dot is the share, the bar its 95 % interval. Figures need no colour to be told apart.
"""

import argparse
import asyncio
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from evals import case as cases
from evals import harness
from evals.run import judged
from evals.scoring.proportion import Proportion
from evals.scoring.report import Figures, Report

LEFT, WIDE, GAP, ROW, TOP = 190, 300, 60, 22, 56
_STYLE = "text{font:13px sans-serif;fill:#24292f}.n{font-size:11px;fill:#57606a}.h{font-weight:bold}"
_PANELS = ("right route", "points covered")


def draw(told: Report) -> str:
    """Give the picture as SVG text: one row a reason with at least ten cases, and one for all."""
    rows = [group for group in told.by_reason if group.cases >= 10]  # noqa: PLR2004 - of fewer a share says little
    rows = [*rows, told.total]
    high = TOP + ROW * len(rows) + 34
    wide = LEFT + 2 * WIDE + GAP + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}">',
        f"<title>{escape(_title(told))}</title><style>{_STYLE}</style>",
        f'<rect width="{wide}" height="{high}" fill="#ffffff"/>',
        f'<text x="12" y="20" class="h">{escape(_title(told))}</text>',
        *_names(rows),
        *(part for number, panel in enumerate(_PANELS) for part in _panel(number, panel, rows)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _title(told: Report) -> str:
    return f"{told.total.cases} cases, writer: {told.writer}, shares with 95 % intervals"


def _names(rows: Sequence[Figures]) -> Iterator[str]:
    for at, group in enumerate(rows):
        name = f'{escape(group.name)} <tspan class="n">{group.cases}</tspan>'
        yield f'<text x="{LEFT - 12}" y="{_y(at) + 4}" text-anchor="end">{name}</text>'


def _panel(number: int, name: str, rows: Sequence[Figures]) -> Iterator[str]:
    left = LEFT + number * (WIDE + GAP)
    foot = _y(len(rows)) - ROW // 2 + 4
    yield f'<text x="{left}" y="{TOP - 14}" class="h">{name}</text>'
    for tenth in range(0, 11, 2):
        x = left + WIDE * tenth // 10
        yield f'<line x1="{x}" y1="{TOP - 6}" x2="{x}" y2="{foot}" stroke="#d0d7de"/>'
        yield f'<text x="{x}" y="{foot + 14}" text-anchor="middle" class="n">{tenth * 10} %</text>'
    for at, group in enumerate(rows):
        yield from _mark(left, _y(at), group.right if number == 0 else group.points)


def _mark(left: int, y: int, share: Proportion) -> Iterator[str]:
    low, high = (left + WIDE * bound for bound in share.interval)
    yield f'<line x1="{low:.1f}" y1="{y}" x2="{high:.1f}" y2="{y}" stroke="#57606a" stroke-width="3"/>'
    yield f'<circle cx="{left + WIDE * share.value:.1f}" cy="{y}" r="5" fill="#0969da"/>'


def _y(at: int) -> int:
    return TOP + ROW * at + ROW // 2


def main() -> None:
    """Play the cases and write the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=Path("docs/evals.svg"))
    into: Path = parser.parse_args().into
    told = asyncio.run(judged(cases.load(), harness.build(), say=lambda said: print(said, file=sys.stderr)))  # noqa: T201 - progress of a command
    into.write_text(draw(told), "utf-8")


if __name__ == "__main__":
    main()
