"""How many single changes to clean letters are noticed, by what was changed, and how many clean letters raise an alarm.

The letters are those of `tests/disputes/letter/letters.py`: written by hand in free wording, and the playbooks'
sentences of every reason and product on varied facts. Each change is made to one claim, and the changed claim is checked alone.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator

from benchmarks.table import say, show
from disputes.case import Claim, Rebuttal
from disputes.evidence import Evidence
from disputes.letter import grounding
from tests.disputes.letter.letters import Letter, composed, written
from tests.disputes.letter.mutations import by_kind

PACKET = ("Exhibit A", "Exhibit B")
QUICK = 12  # every twelfth of the composed letters


def alarms(letters: list[Letter]) -> list[str]:
    """Give what is said against clean letters, each with its letter."""
    return [
        f"{letter.name}: {violation.what}"
        for letter in letters
        for violation in grounding.check(letter.rebuttal, letter.evidence, exhibits=PACKET)
    ]


def changed(letters: list[Letter]) -> Iterator[tuple[str, Claim, Evidence]]:
    """Give every claim with one thing changed, once, and the kind of thing."""
    seen: set[tuple[str, str]] = set()
    for letter in letters:
        for claim in letter.rebuttal.claims:
            cited = tuple(fact for fact_id in claim.facts if (fact := letter.evidence.find(fact_id)))
            for kind, text in by_kind(claim.text, cited):
                if (claim.text, text) not in seen:
                    seen.add((claim.text, text))
                    yield kind, claim.model_copy(update={"text": text}), letter.evidence


def measure(letters: list[Letter]) -> tuple[Counter[str], Counter[str], list[str]]:
    """Count the changes by kind, those that were noticed, and give the texts of those that were not."""
    made, caught, missed = Counter[str](), Counter[str](), []
    for kind, claim, evidence in changed(letters):
        made[kind] += 1
        if grounding.check(Rebuttal(claims=(claim,)), evidence, exhibits=PACKET):
            caught[kind] += 1
        else:
            missed.append(f"{kind}: {claim.text}")
    return made, caught, missed


def main() -> None:
    """Print the table, and end with an error when a change passed or a clean letter was alarmed at."""
    parser = argparse.ArgumentParser(prog="benchmarks.grounding", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few composed letters")
    quick = parser.parse_args().quick
    by_hand, made_up = written(), composed()[:: QUICK if quick else 1]
    false = alarms([*by_hand, *made_up])
    made, caught, missed = measure([*by_hand, *made_up])
    kinds = [(kind, str(made[kind]), str(caught[kind])) for kind in sorted(made)]
    rows = [*kinds, ("all", str(made.total()), str(caught.total()))]
    clean = f"{len(by_hand)} clean letters by hand, {len(made_up)} of playbook sentences: {len(false)} false alarms."
    share = f"{caught.total() / made.total():.2%} of the changes were noticed."
    show("Single changes to clean letters", ("Changed", "Mutants", "Caught"), rows, clean, share)
    for line in (*false, *missed):
        say(line)
    if false or missed:
        sys.exit(1)


if __name__ == "__main__":
    main()
