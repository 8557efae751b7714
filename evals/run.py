"""One evaluation from the first case to the verdict."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from disputes.errors import Invalid
from evals import case as cases
from evals import harness, writers
from evals.case import EvalCase
from evals.harness import Harness
from evals.play import play
from evals.scoring import floors
from evals.scoring.floors import Floors
from evals.scoring.report import Report, report
from evals.scoring.score import Score, mark
from evals.writers import WriterChoice

Say = Callable[[str], None]
_STEP = 20


@dataclass(frozen=True)
class EvaluationOutcome:
    """What an evaluation found. `built_in` is the same cases by the built-in writer, where a model wrote."""

    report: Report
    broken: tuple[str, ...]
    built_in: Report | None = None
    better: bool = False
    verdict: str = ""


async def evaluate(choice: WriterChoice, *, number: int | None = None, say: Say) -> EvaluationOutcome:
    """Play the cases with a writer, and with the built-in one beside it when that writer is a model."""
    whole = cases.load()
    chosen = writers.fitting(choice, whole)
    chosen = cases.some(chosen, number) if number else chosen
    if not chosen:
        raise Invalid(f"There is no case that the writer {choice.kind} can answer.")
    async with writers.opened(choice) as ground:
        told = await judged(chosen, ground, say=say)
    broken = floors.broken(told, _floors(choice), whole=len(chosen) == len(whole))
    if choice.kind == "built-in":
        return EvaluationOutcome(told, broken)
    built_in = await judged(chosen, harness.build(), say=say)
    better, verdict = floors.verdict(told, built_in)
    return EvaluationOutcome(told, broken, built_in=built_in, better=better, verdict=verdict)


async def judged(chosen: Sequence[EvalCase], ground: Harness, *, say: Say) -> Report:
    """Play and judge cases on a stand, telling now and then how far it is."""
    marks: list[Score] = []
    async for played in play(chosen, ground):
        marks.append(mark(played, ground.name))
        if len(marks) % _STEP == 0:
            say(f"{ground.name}: {len(marks)} of {len(chosen)} cases")
    return report(ground.name, marks)


def _floors(choice: WriterChoice) -> Floors:
    """Give the floors; a model is measured against the built-in writer instead, but may break no ceiling."""
    held = floors.read()
    return held if choice.kind == "built-in" else held.model_copy(update={"right_route": 0.0, "points_covered": 0.0})
