"""`python -m evals.chargeback_ops [--seed 7] [--policy default|autopilot]` prints the scores of each family.

Without a policy it prints both.
"""

import argparse
import asyncio
from collections.abc import Iterator, Sequence

from disputes.policy import SHIPPED
from evals.chargeback_ops.answer_key import OpsCase
from evals.chargeback_ops.generator import SEED, make_cases
from evals.chargeback_ops.report import (
    HEURISTIC,
    NAIVE,
    OpsScore,
    OpsSummary,
    concede_everything,
    score_cases,
    summarize,
)
from evals.scoring.table import write_table

_HEAD = ("", "cases", "decided alone", "score alone", "score of all", "traps filed", "traps in drafts")


def write_report(cases: Sequence[OpsCase], scores: dict[str, tuple[OpsScore, ...]]) -> str:
    """Write a table of families for each policy, the totals against the public scores, and each trap filed."""
    tables = [f"Policy {name}:\n\n{write_table(_HEAD, map(_row, summarize(each)))}" for name, each in scores.items()]
    return "\n\n".join((*tables, *_totals(cases, scores), *_failures(scores)))


def _row(group: OpsSummary) -> tuple[str, ...]:
    alone = "-" if group.alone_score is None else f"{group.alone_score:.3f}"
    counts = str(group.traps_filed), str(group.traps_drafted)
    return (group.name, str(group.cases), str(group.alone), alone, f"{group.score:.3f}", *counts)


def _totals(cases: Sequence[OpsCase], scores: dict[str, tuple[OpsScore, ...]]) -> Iterator[str]:
    for name, each in scores.items():
        total = summarize(each)[-1]
        alone = total.alone_score or 0.0
        yield f"{name}: {alone:.3f} alone, {alone - HEURISTIC:+.3f} against the public heuristic's {HEURISTIC}."
    yield (
        f"Conceding everything scores {concede_everything(cases):.3f} on these cases, and {NAIVE} on the public ones. "
        "The cases differ, so public scores are a mark and no measurement."
    )


def _failures(scores: dict[str, tuple[OpsScore, ...]]) -> Iterator[str]:
    for name, each in scores.items():
        wrong = [f"- {score.id}: {score.score:.3f}" for score in each if score.alone and score.score < HEURISTIC]
        filed = [f"- {score.id}" for score in each if score.traps_filed]
        if wrong:
            yield "\n".join((f"Decided alone below {HEURISTIC}, {name}:", *wrong))
        if filed:
            yield "\n".join((f"Traps filed, {name}:", *filed))


async def _score(cases: Sequence[OpsCase], names: Sequence[str]) -> dict[str, tuple[OpsScore, ...]]:
    return {name: await score_cases(cases, name) for name in names}


def main() -> None:
    """Print the report, as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--policy", choices=tuple(SHIPPED))
    options = parser.parse_args()
    cases = make_cases(options.seed)
    names = [options.policy] if options.policy else list(SHIPPED)
    print(write_report(cases, asyncio.run(_score(cases, names))))  # noqa: T201 - the table of a command


if __name__ == "__main__":
    main()
