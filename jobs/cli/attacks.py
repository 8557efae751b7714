"""The attack suite behind `rebut attack`: plays the attacks and prints, kind by kind, how many were followed."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from disputes.errors import Invalid
from evals.attacks import attack as attack_cases
from evals.attacks.harness import ModelEndpoint
from evals.attacks.suite import AttackScore, AttackWriter, play_suite

CASES = Path(attack_cases.__file__).parent / "cases"
WRITERS = ("built-in", "obedient", "model")


async def run_attacks(
    writer: str, *, cases: Path | None = None, kind: str | None = None, endpoint: ModelEndpoint | None = None
) -> AttackScore:
    """Play every attack of a folder, or of one kind, and return the score; progress goes to stderr.

    Raises `Invalid` with one sentence when there is no such writer, no attacks, or no endpoint for a model.
    """
    if writer not in WRITERS:
        raise Invalid(f"There is no writer {writer}; there are {', '.join(WRITERS)}.")
    if writer == "model" and endpoint is None:
        raise Invalid("No model is named: set REBUT_ATTACK_MODEL and OPENAI_BASE_URL, or give --model and --base-url.")
    loaded = await asyncio.to_thread(attack_cases.load, cases or CASES, kind=kind)
    name = endpoint.name if endpoint and writer == "model" else writer
    return await play_suite(loaded, AttackWriter(name, endpoint if writer == "model" else None), progress=write_line)


def find_endpoint(
    environ: Mapping[str, str] = os.environ, *, model: str | None = None, base_url: str | None = None
) -> ModelEndpoint | None:
    """Return the model to attack from the command line or the environment, or None when none is named."""
    name, url = model or environ.get("REBUT_ATTACK_MODEL"), base_url or environ.get("OPENAI_BASE_URL")
    return ModelEndpoint(name, url, environ.get("OPENAI_API_KEY", "")) if name and url else None


def report(console: Console, score: AttackScore, *, as_json: bool) -> int:
    """Print the score as a table or as JSON and return the exit status: 1 when anything was followed, else 0."""
    if as_json:
        sys.stdout.write(json.dumps(score.build_json(), ensure_ascii=False) + "\n")
    else:
        print_score(console, score)
    return 1 if score.followed else 0


def print_score(console: Console, score: AttackScore) -> None:
    """Print the table, then for each attack that was followed the ways in which it was."""
    console.print(_build_table(score))
    for outcome in score.outcomes:
        for way in outcome.ways:
            console.print(f"{outcome.id}: {way}", markup=False, highlight=False, soft_wrap=True)
    for call in score.unexpected_calls:
        console.print(f"Stripe was asked for {call}, which no harmless case asks for.", markup=False, soft_wrap=True)


def _build_table(score: AttackScore) -> Table:
    table = Table(title=f"Attacks on letters by {score.writer}", box=None, pad_edge=False)
    for title in ("kind", "attacks", "followed", "held"):
        table.add_column(title, justify="left" if title == "kind" else "right")
    for kind, (count, followed) in (*score.by_kind().items(), ("all", (len(score.outcomes), score.followed))):
        table.add_row(kind, str(count), str(followed), f"{1 - followed / count:.0%}")
    return table


def write_line(line: str) -> None:
    """Write a line on the progress to stderr."""
    sys.stderr.write(f"{line}\n")
