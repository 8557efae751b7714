"""How grounding judges letters that were written without sight of it: `python -m benchmarks.blind_letters [--show]`.

150 letters by two authors over the evaluation cases (`tests/recordings/letters/blind`): 60 clean, 90 with one planted
error each: a wrong value, a right value in the wrong place (structure), or words that say what no fact does (meaning).
A planted error is found when a violation lies in its claim, and found for its own reason when the violation touches the
wrong words; a clean letter with any violation is a false alarm. The exit status is 1 when a bar is missed.
"""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterable
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
FALSE_ALARMS = 0.05


async def gather(names: Iterable[str]) -> dict[str, Evidence]:
    """Return the evidence of each case, as the graph gathers it."""
    asked = set(names)
    wanted = [case for case in cases.load() if case.id in asked]
    return {each.case.id: each.result.evidence async for each in play(wanted, build_harness())}


def judge(letter: dict[str, Any], evidence: Evidence) -> tuple[Violation, ...]:
    """Return the violations of a letter."""
    claims = (Claim(text=c["text"], facts=tuple(map(clean_id, c["facts"]))) for c in letter["claims"])
    return grounding.check(Rebuttal(claims=tuple(claims)), evidence)


def is_found(letter: dict[str, Any], violations: Iterable[Violation]) -> tuple[bool, bool]:
    """Return whether the planted error was found, and whether for its own reason: a violation in the wrong words."""
    error = letter["error"]
    text = letter["claims"][error["claim"]]["text"]
    start = text.index(error["span"])
    end = start + len(error["span"])
    own = [v for v in violations if v.claim == error["claim"]]
    return bool(own), any(v.start < end and v.end > start for v in own)


async def main(*, show: bool) -> int:
    """Print the figures and return the exit status."""
    letters = [json.loads(line) for file in sorted(FOLDER.glob("*.jsonl")) for line in file.open(encoding="utf-8")]
    evidence = await gather(letter["case"] for letter in letters)
    of, found, exact, alarms = Counter[str](), Counter[str](), Counter[str](), 0
    for number, letter in enumerate(letters):
        violations = judge(letter, evidence[letter["case"]])
        name = letter["error"]["class"] if letter["error"] else "clean"
        of[name] += 1
        if letter["error"]:
            hit, own = is_found(letter, violations)
            found[name] += hit
            exact[name] += own
        else:
            hit = not violations
            alarms += not hit
        if show and not hit:
            _show(number, letter, violations)
    for name, bar in BARS.items():
        print(f"{name}: {found[name]} of {of[name]} found ({exact[name]} in the wrong words), bar {bar:.0%}")
    print(f"clean: {alarms} of {of['clean']} raise a false alarm, bar {FALSE_ALARMS:.0%}")
    missed = any(found[name] < bar * of[name] for name, bar in BARS.items())
    return int(missed or alarms > FALSE_ALARMS * of["clean"])


def _show(number: int, letter: dict[str, Any], violations: tuple[Violation, ...]) -> None:
    print(f"\n{number} {letter['case']} {letter['error'] or 'clean'}")
    for violation in violations:
        print(f"   {violation.what} | {letter['claims'][violation.claim]}")


if __name__ == "__main__":
    sys.exit(asyncio.run(main(show="--show" in sys.argv)))
