"""How grounding judges letters that were written without sight of it: `python -m benchmarks.blind_letters [--show]`.

Letters over the evaluation cases (`tests/recordings/letters/blind`), 30 of each author's 75 clean and 45 with one
planted error each: a wrong value, a right value in the wrong place (structure), or words that say what no fact does
(meaning). An error is refused when its claim has a violation that a rule decides, asked when a person has to attest the
claim, and missed otherwise; a clean letter is refused, asked or passed by all its claims. The exit status is 1 when a
bar is missed by an author.
"""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from disputes.case import Claim, Rebuttal
from disputes.evidence import Evidence, clean_id
from disputes.letter import grounding
from disputes.letter.grounding import Violation
from evals import case as cases
from evals.harness import build_harness
from evals.play import play

FOLDER = Path(__file__).parents[1] / "tests" / "recordings" / "letters" / "blind"
BARS = {"value": 1.0, "structure": 1.0, "meaning": 0.8}
REFUSED, ASKED = 0.05, 0.25
"""How many of the clean letters may be refused, and how many asked about."""


async def gather(names: Iterable[str]) -> dict[str, Evidence]:
    """Return the evidence of each case, as the graph gathers it."""
    asked = set(names)
    wanted = [case for case in cases.load() if case.id in asked]
    return {each.case.id: each.result.evidence async for each in play(wanted, build_harness())}


def judge(letter: dict[str, Any], evidence: Evidence) -> tuple[Violation, ...]:
    """Return the violations of a letter."""
    claims = (Claim(text=c["text"], facts=tuple(map(clean_id, c["facts"]))) for c in letter["claims"])
    return grounding.check(Rebuttal(claims=tuple(claims)), evidence)


def name_outcome(violations: Iterable[Violation]) -> str:
    """Return what becomes of a text: `refused`, `asked` of a person, or nothing when it passes."""
    decided = {not violation.undecidable for violation in violations}
    return "refused" if True in decided else "asked" if decided else ""


def is_exact(letter: dict[str, Any], violations: Iterable[Violation]) -> bool:
    """Check that a violation lies in the words of the planted error, not only in its claim."""
    error = letter["error"]
    start = letter["claims"][error["claim"]]["text"].index(error["span"])
    end = start + len(error["span"])
    return any(v.claim == error["claim"] and v.start < end and v.end > start for v in violations)


async def main(*, show: bool) -> int:
    """Print the figures and return the exit status."""
    letters = [json.loads(line) for file in sorted(FOLDER.glob("*.jsonl")) for line in file.open(encoding="utf-8")]
    evidence = await gather(letter["case"] for letter in letters)
    met = True
    for author, written in groupby(letters, key=itemgetter("author")):
        print(f"author {author}")
        met &= _judge_all(list(written), evidence, show=show)
    return int(not met)


def _judge_all(letters: list[dict[str, Any]], evidence: dict[str, Evidence], *, show: bool) -> bool:
    """Print the figures of one author's letters; return whether every bar is met."""
    outcomes, exact = Counter[tuple[str, str]](), Counter[str]()
    for number, letter in enumerate(letters):
        violations, error = judge(letter, evidence[letter["case"]]), letter["error"]
        name = error["class"] if error else "clean"
        outcome = name_outcome(v for v in violations if not error or v.claim == error["claim"])
        outcomes[name, outcome] += 1
        exact[name] += bool(error and is_exact(letter, violations))
        if show and bool(outcome) != bool(error):
            _show(number, letter, violations)
    return _report(outcomes, exact)


def _report(outcomes: Counter[tuple[str, str]], exact: Counter[str]) -> bool:
    """Print how each class was judged; return whether every bar is met."""
    met = []
    for name, bar in BARS.items():
        refused, asked, missed = (outcomes[name, outcome] for outcome in ("refused", "asked", ""))
        met.append(refused + asked >= bar * (refused + asked + missed))
        print(f"{name}: {refused} refused, {asked} asked, {missed} missed ({exact[name]} in the words), bar {bar:.0%}")
    refused, asked, passed = (outcomes["clean", outcome] for outcome in ("refused", "asked", ""))
    total = refused + asked + passed
    met += [refused <= REFUSED * total, asked <= ASKED * total]
    print(f"clean: {refused} refused (bar {REFUSED:.0%}), {asked} asked (bar {ASKED:.0%}), {passed} passed")
    return all(met)


def _show(number: int, letter: dict[str, Any], violations: tuple[Violation, ...]) -> None:
    print(f"\n{number} {letter['case']} {letter['error'] or 'clean'}")
    for violation in violations:
        mark = "asked" if violation.undecidable else "refused"
        print(f"   {mark}: {violation.what} | {letter['claims'][violation.claim]}")


if __name__ == "__main__":
    sys.exit(asyncio.run(main(show="--show" in sys.argv)))
