"""One evaluation, from loading the cases to the verdict."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evals import case as cases
from evals import writers
from evals.case import EvalCase
from evals.harness import Harness, build_harness
from evals.play import play
from evals.scoring import floors
from evals.scoring.floors import Floors
from evals.scoring.report import Report, build_report
from evals.scoring.score import Score, score_case
from evals.writers import WriterChoice

Progress = Callable[[str], None]
_PROGRESS_STEP = 20


@dataclass(frozen=True)
class EvaluationOutcome:
    """The result of an evaluation; `built_in` is the report on the built-in writer, where a model wrote."""

    report: Report
    broken_floors: tuple[str, ...]
    built_in: Report | None = None
    beats_built_in: bool = False
    verdict: str = ""


async def evaluate(choice: WriterChoice, *, number: int | None = None, progress: Progress) -> EvaluationOutcome:
    """Play the cases with a writer, and again with the built-in one when that writer is a model."""
    whole = cases.load()
    chosen = cases.sample(whole, number) if number else whole
    async with writers.open_harness(choice) as harness:
        report = await score_cases(chosen, harness, progress=progress)
    broken_floors = floors.find_broken(report, _floors(choice), whole=len(chosen) == len(whole))
    if choice.kind == "built-in":
        return EvaluationOutcome(report, broken_floors)
    built_in = await score_cases(chosen, build_harness(), progress=progress)
    beats_built_in, verdict = floors.compare(report, built_in)
    return EvaluationOutcome(report, broken_floors, built_in=built_in, beats_built_in=beats_built_in, verdict=verdict)


async def score_cases(chosen: Sequence[EvalCase], harness: Harness, *, progress: Progress) -> Report:
    """Play and score cases in a harness, and report the progress every 20 cases."""
    scores: list[Score] = []
    async for played in play(chosen, harness):
        scores.append(score_case(played, harness.name))
        if len(scores) % _PROGRESS_STEP == 0:
            progress(f"{harness.name}: {len(scores)} of {len(chosen)} cases")
    return build_report(harness.name, scores)


def _floors(choice: WriterChoice) -> Floors:
    """Return the floors; a model has only the ceilings, since its shares are compared with the built-in writer's."""
    limits = floors.read()
    return limits if choice.kind == "built-in" else limits.without_shares()
