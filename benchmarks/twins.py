"""How the evaluation's twins end under the code of the working directory, which may be of an older commit.

    git worktree add ../before 1db2058 && cd ../before
    PYTHONPATH=. python ../main/benchmarks/twins.py ../main/evals/cases

plays the twins of one checkout by the code of another. Kinds of fact, and fields of a case, that the older code does
not know are left out; so are entities and times of facts, which it has no place for.
"""

import asyncio
import json
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from disputes import policy
from disputes.evidence.kinds import KINDS
from evals.case import CaseFact, EvalCase
from evals.harness import build_harness
from evals.play import play

FILED = "submit"


def read(folder: Path) -> list[dict[str, Any]]:
    """Return the twins as they are written."""
    lines = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    return [case for case in map(json.loads, lines) if str(case["id"]).startswith("story-")]


def adapt(case: dict[str, Any]) -> EvalCase:
    """Return a twin as the code of the working directory knows evaluation cases."""
    known = [record for record in case["records"] if record["kind"] in KINDS]
    records = [{name: value for name, value in record.items() if name in CaseFact.model_fields} for record in known]
    fields = {name: value for name, value in case.items() if name in EvalCase.model_fields}
    return EvalCase.model_validate({**fields, "records": records, "sort": "special"})


async def main(folder: Path) -> None:
    """Play and count: the twin, how it has to end, and how it ended."""
    counts: Counter[tuple[str, str, str]] = Counter()
    twins = read(folder)
    for name in policy.SHIPPED:
        chosen = {case["id"]: case for case in twins if case["policy"] == name}
        harness = build_harness()
        if "policy" in type(harness).__dataclass_fields__:
            harness = replace(harness, policy=policy.load(name))  # type: ignore[call-arg]  # older code has one
        async for played in play([adapt(case) for case in chosen.values()], harness):
            case = chosen[played.case.id]
            counts[case["sort"], case["label"]["action"], played.route.action] += 1
    for (sort, right, got), count in sorted(counts.items()):
        print(f"{sort}: {'filed' if right == FILED else 'waits'} by its label, {got}: {count}")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("evals/cases")))
