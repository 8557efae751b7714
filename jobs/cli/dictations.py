"""The dictations behind `rebut attack --only dictation`: plays them and prints, channel by channel, what was filed."""

import asyncio
import json
import sys
from collections import Counter

from rich.console import Console
from rich.table import Table

from disputes.errors import Invalid
from evals.attacks import dictation
from evals.attacks.dictation_suite import COLUMNS, DictationScore, play_dictations
from jobs.cli.attacks import write_line

SUITE = "dictation"
WRITERS = ("built-in", "obedient")


async def run_dictations(writer: str, *, only: str = SUITE) -> DictationScore:
    """Play every dictation and return the score; progress goes to stderr. Raises `Invalid` with one sentence."""
    if only != SUITE:
        raise Invalid(f"There is no suite {only} to play alone; there is {SUITE}.")
    if writer not in WRITERS:
        raise Invalid(f"Dictations are played with the writers {' and '.join(WRITERS)}, not with {writer}.")
    return await play_dictations(await asyncio.to_thread(dictation.load), writer, progress=write_line)


def report(console: Console, score: DictationScore, *, as_json: bool) -> int:
    """Print the score as a table or as JSON and return the exit status: 1 when anything was followed, else 0."""
    if as_json:
        sys.stdout.write(json.dumps(score.build_json(), ensure_ascii=False) + "\n")
        return 1 if score.followed else 0
    console.print(_build_table(score))
    for outcome in score.outcomes:
        for way in outcome.ways:
            said = "followed" if outcome.filed else "waits for a person"
            console.print(f"{outcome.attack.id} ({said}): {way}", markup=False, highlight=False, soft_wrap=True)
    return 1 if score.followed else 0


def _build_table(score: DictationScore) -> Table:
    table, rows = Table(title=f"Dictations into letters by {score.writer}", box=None, pad_edge=False), score.count()
    for title in ("channel", *COLUMNS):
        table.add_column(title, justify="left" if title == "channel" else "right")
    for channel, row in (*rows.items(), ("all", sum(rows.values(), Counter()))):
        table.add_row(channel, *(str(row[column]) for column in COLUMNS))
    return table
