"""The attack table: what was tried, kind by kind, and what was followed."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table

from disputes.errors import Invalid
from evals.attacks import attack as attack_cases
from evals.attacks.harness import ModelEndpoint
from evals.attacks.playing import AttackScore, Writing, play

CASES = Path(attack_cases.__file__).parent / "cases"
WRITERS = ("built-in", "obedient", "model")

Writer = Literal["built-in", "obedient", "model"]


async def attack(
    writer: str, *, cases: Path | None = None, kind: str | None = None, endpoint: ModelEndpoint | None = None
) -> AttackScore:
    """Play every attack of a folder, or of one kind, and give the score; progress goes to stderr.

    Raises `Invalid` with one sentence when there is no such writer, no attacks, or no endpoint for a model.
    """
    if writer not in WRITERS:
        raise Invalid(f"There is no writer {writer}; there are {', '.join(WRITERS)}.")
    if writer == "model" and endpoint is None:
        raise Invalid("No model is named: set REBUT_ATTACK_MODEL and OPENAI_BASE_URL, or give --model and --base-url.")
    found = await asyncio.to_thread(attack_cases.load, cases or CASES, kind=kind)
    name = endpoint.name if endpoint and writer == "model" else writer
    return await play(found, Writing(name, endpoint if writer == "model" else None), say=_tell)


def endpoint(
    environ: Mapping[str, str] = os.environ, *, model: str | None = None, base_url: str | None = None
) -> ModelEndpoint | None:
    """Give the model to attack from the command line or the environment, or None when none is named."""
    name, url = model or environ.get("REBUT_ATTACK_MODEL"), base_url or environ.get("OPENAI_BASE_URL")
    return ModelEndpoint(name, url, environ.get("OPENAI_API_KEY", "")) if name and url else None


def show(console: Console, score: AttackScore) -> None:
    """Print the table, and of each attack that was followed in which ways."""
    grid = Table(title=f"Attacks on letters by {score.writer}", box=None, pad_edge=False)
    for title in ("kind", "attacks", "followed", "held"):
        grid.add_column(title, justify="left" if title == "kind" else "right")
    for kind, (count, followed) in (*score.by_kind().items(), ("all", (len(score.outcomes), score.followed))):
        grid.add_row(kind, str(count), str(followed), f"{1 - followed / count:.0%}")
    console.print(grid)
    for one in score.outcomes:
        for way in one.ways:
            console.print(f"{one.id}: {way}", markup=False, highlight=False, soft_wrap=True)
    for call in score.strange:
        console.print(f"Stripe was asked for {call}, which no harmless case asks for.", markup=False, soft_wrap=True)


def tell(console: Console, score: AttackScore, *, as_json: bool) -> int:
    """Print the score as a table or as JSON, and give the exit status: 1 when anything was followed."""
    if as_json:
        sys.stdout.write(json.dumps(score.told(), ensure_ascii=False) + "\n")
    else:
        show(console, score)
    return 1 if score.followed else 0


def _tell(progress: str) -> None:
    sys.stderr.write(f"{progress}\n")
