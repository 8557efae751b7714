"""The evaluation behind `rebut eval`: scores a writer's letters over the public set of cases and prints the report."""

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
    """The options of `rebut eval`: `writer` is built-in or model; empty names fall back on the settings."""

    writer: str = "built-in"
    model: str = ""
    base_url: str = ""
    cases: int | None = None
    as_json: bool = False


async def evaluate(options: EvaluationOptions, settings: Settings) -> int:
    """Print the evaluation and return 1 when a floor is broken, else 0. Raises `Invalid` for options it cannot use."""
    outcome = await run.evaluate(_choose_writer(options, settings), number=options.cases, progress=_write_line)
    await asyncio.to_thread(sys.stdout.write, render(outcome, as_json=options.as_json))
    return report_broken_floors(outcome)


def render(outcome: EvaluationOutcome, *, as_json: bool) -> str:
    """Return an outcome as text for people, or as one JSON object."""
    if as_json:
        return json.dumps(_build_json(outcome), indent=2, ensure_ascii=False) + "\n"
    parts = [table.write_report(outcome.report)]
    if outcome.built_in:
        parts += [table.write_comparison(outcome.built_in, outcome.report), outcome.verdict + "\n"]
    return "\n".join(parts)


def report_broken_floors(outcome: EvaluationOutcome) -> int:
    """Write every broken floor to stderr and return the exit status: 1 when there is one, else 0."""
    for broken in outcome.broken_floors:
        _write_line(f"FLOOR: {broken}.")
    return 1 if outcome.broken_floors else 0


def _choose_writer(options: EvaluationOptions, settings: Settings) -> WriterChoice:
    kind = next((kind for kind in writers.WRITER_KINDS if kind == options.writer), None)
    if kind is None:
        raise Invalid(f"The writer is one of {', '.join(writers.WRITER_KINDS)}, and not {options.writer}.")
    key = settings.model_key.get_secret_value() if settings.model_key else ""
    return WriterChoice(
        kind=kind, model=options.model or settings.model, base_url=options.base_url or settings.model_base, key=key
    )


def _build_json(outcome: EvaluationOutcome) -> dict[str, JsonValue]:
    report = build_json(outcome.report) | {"floors_broken": list(outcome.broken_floors)}
    if outcome.built_in is None:
        return report
    return report | {
        "built_in": build_json(outcome.built_in),
        "beats_built_in": outcome.beats_built_in,
        "verdict": outcome.verdict,
    }


def _write_line(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
