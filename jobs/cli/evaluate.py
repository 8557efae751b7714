"""`rebut eval`: what a writer's letters are worth, over the public set of cases."""

import asyncio
import json
import sys
from dataclasses import dataclass

from pydantic import JsonValue

from disputes.errors import Invalid
from evals import run, writers
from evals.run import EvaluationOutcome
from evals.scoring import table
from evals.scoring.report import build_json
from evals.writers import WriterChoice
from graph.wiring.settings import Settings


@dataclass(frozen=True)
class EvaluationOptions:
    """What is asked for: `writer` is built-in, model or recorded; empty names fall back on the settings."""

    writer: str = "built-in"
    model: str = ""
    base_url: str = ""
    cases: int | None = None
    as_json: bool = False


async def evaluate(wish: EvaluationOptions, settings: Settings) -> int:
    """Print the evaluation; gives 1 when a floor is broken, 0 otherwise. Raises `Invalid` for a wish without sense."""
    outcome = await run.evaluate(_choice(wish, settings), number=wish.cases, progress=_say)
    await asyncio.to_thread(sys.stdout.write, written(outcome, as_json=wish.as_json))
    return status(outcome)


def written(outcome: EvaluationOutcome, *, as_json: bool) -> str:
    """Write an outcome for people, or as one JSON object."""
    if as_json:
        return json.dumps(_told(outcome), indent=2, ensure_ascii=False) + "\n"
    parts = [table.write_report(outcome.report)]
    if outcome.built_in:
        parts += [table.write_comparison(outcome.built_in, outcome.report), outcome.verdict + "\n"]
    return "\n".join(parts)


def status(outcome: EvaluationOutcome) -> int:
    """Name every broken floor and give the exit status."""
    for broken in outcome.broken_floors:
        _say(f"FLOOR: {broken}.")
    return 1 if outcome.broken_floors else 0


def _choice(wish: EvaluationOptions, settings: Settings) -> WriterChoice:
    kind = next((kind for kind in writers.WRITER_KINDS if kind == wish.writer), None)
    if kind is None:
        raise Invalid(f"The writer is one of {', '.join(writers.WRITER_KINDS)}, and not {wish.writer}.")
    key = settings.model_key.get_secret_value() if settings.model_key else ""
    return WriterChoice(
        kind=kind, model=wish.model or settings.model, base_url=wish.base_url or settings.model_base, key=key
    )


def _told(outcome: EvaluationOutcome) -> dict[str, JsonValue]:
    told = build_json(outcome.report) | {"floors_broken": list(outcome.broken_floors)}
    if outcome.built_in is None:
        return told
    return told | {
        "built_in": build_json(outcome.built_in),
        "beats_built_in": outcome.beats_built_in,
        "verdict": outcome.verdict,
    }


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()
