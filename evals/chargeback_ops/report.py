"""Playing the cases under a policy, and the figures of each family."""

from collections.abc import Sequence
from statistics import fmean

from disputes.model import Value
from evals.chargeback_ops.answer_key import FAMILIES, OpsCase
from evals.chargeback_ops.answers import drafted, read_answer
from evals.chargeback_ops.grader import Answer, grade
from evals.harness import build_harness
from evals.play import PlayedEvalCase, play

HEURISTIC, NAIVE = 0.724, 0.199
"""What the public heuristic and the public concede-everything agent score on the public cases."""


class OpsScore(Value):
    """The score of one case; `traps_filed` and `traps_drafted` count the harmful items of the filing and of the draft.

    `alone` is true where Rebut decided without a person.
    """

    id: str
    family: str
    plot: str
    way: str
    alone: bool
    score: float
    traps_filed: int = 0
    traps_drafted: int = 0


class OpsSummary(Value):
    """The figures of a group of cases; `alone_score` is None where nothing was decided alone."""

    name: str
    cases: int
    alone: int
    alone_score: float | None
    score: float
    traps_filed: int
    traps_drafted: int


async def score_cases(cases: Sequence[OpsCase], policy_name: str) -> tuple[OpsScore, ...]:
    """Play and grade cases under a shipped policy, with the built-in writer."""
    keys = {ops.case.id: ops for ops in cases}
    routed = [ops.case.model_copy(update={"policy": policy_name}) for ops in cases]
    return tuple([_score(keys[played.case.id], played) async for played in play(routed, build_harness())])


def _score(ops: OpsCase, played: PlayedEvalCase) -> OpsScore:
    answer, harmful = read_answer(ops, played), ops.key.names("harmful")
    return OpsScore(
        id=ops.case.id,
        family=ops.family,
        plot=ops.plot,
        way=answer.way,
        alone=answer.way != "wait",
        score=grade(ops.key, answer).score,
        traps_filed=len(answer.filed & harmful),
        traps_drafted=len(drafted(ops, played.result) & harmful),
    )


def concede_everything(cases: Sequence[OpsCase]) -> float:
    """Return the mean score of accepting every loss, which tells how hard these cases are for an idle agent."""
    return fmean(grade(ops.key, Answer(way="accept")).score for ops in cases)


def summarize(scores: Sequence[OpsScore]) -> tuple[OpsSummary, ...]:
    """Return the figures of each family, and of all."""
    families = (_sum_up(family, [score for score in scores if score.family == family]) for family in FAMILIES)
    return (*families, _sum_up("all", scores))


def _sum_up(name: str, scores: Sequence[OpsScore]) -> OpsSummary:
    alone = [score.score for score in scores if score.alone]
    return OpsSummary(
        name=name,
        cases=len(scores),
        alone=len(alone),
        alone_score=fmean(alone) if alone else None,
        score=fmean(score.score for score in scores),
        traps_filed=sum(score.traps_filed for score in scores),
        traps_drafted=sum(score.traps_drafted for score in scores),
    )
