"""How many single changes to clean letters grounding notices, by kind of change, and how many false alarms it raises.

The letters are those of `tests/disputes/letter/letters.py`: written by hand in free wording, and the playbooks'
sentences of every reason and product on varied facts. Each change is made to one claim, which is then checked alone.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator

from benchmarks.table import log_progress, show
from disputes.case import Claim, Rebuttal
from disputes.evidence import Evidence
from disputes.letter import grounding
from tests.disputes.letter.letters import SampleLetter, compose, read_written
from tests.disputes.letter.mutations import mutate_by_kind

PACKET = tuple(f"Exhibit {mark}" for mark in "ABCDEFGHIJ")
QUICK = 12  # every twelfth of the composed letters


def false_alarms(letters: list[SampleLetter]) -> list[str]:
    """Return what was refused in clean letters, each with the letter's name; what a person may attest is none."""
    return [
        f"{letter.name}: {violation.what}"
        for letter in letters
        for violation in grounding.check(letter.rebuttal, letter.evidence, exhibits=PACKET)
        if not violation.undecidable
    ]


def changed_claims(letters: list[SampleLetter]) -> Iterator[tuple[str, Claim, Evidence]]:
    """Yield every claim with one change, once, with the kind of change and the evidence."""
    seen: set[tuple[str, str]] = set()
    for letter in letters:
        for claim in letter.rebuttal.claims:
            cited = tuple(fact for fact_id in claim.facts if (fact := letter.evidence.find(fact_id)))
            for kind, text in mutate_by_kind(claim.text, cited):
                if (claim.text, text) not in seen:
                    seen.add((claim.text, text))
                    yield kind, claim.model_copy(update={"text": text}), letter.evidence


def measure(letters: list[SampleLetter]) -> tuple[Counter[str], Counter[str], list[str]]:
    """Return the changes counted by kind, the noticed ones counted by kind, and the texts of those not noticed."""
    changes_made, noticed, missed = Counter[str](), Counter[str](), []
    for kind, claim, evidence in changed_claims(letters):
        changes_made[kind] += 1
        if grounding.check(Rebuttal(claims=(claim,)), evidence, exhibits=PACKET):
            noticed[kind] += 1
        else:
            missed.append(f"{kind}: {claim.text}")
    return changes_made, noticed, missed


def main() -> None:
    """Print the table; exit with 1 when a change was not noticed or a clean letter raised an alarm."""
    parser = argparse.ArgumentParser(prog="benchmarks.grounding", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few composed letters")
    quick = parser.parse_args().quick
    hand_written, composed_letters = read_written(), compose()[:: QUICK if quick else 1]
    alarms = false_alarms([*hand_written, *composed_letters])
    changes_made, noticed, missed = measure([*hand_written, *composed_letters])
    kinds = [(kind, str(changes_made[kind]), str(noticed[kind])) for kind in sorted(changes_made)]
    rows = [*kinds, ("all", str(changes_made.total()), str(noticed.total()))]
    clean = f"{len(hand_written)} clean letters by hand, {len(composed_letters)} of playbook sentences"
    share = f"{noticed.total() / changes_made.total():.2%} of the changes were noticed."
    show(
        "Single changes to clean letters",
        ("Changed", "Mutants", "Caught"),
        rows,
        f"{clean}: {len(alarms)} false alarms.",
        share,
    )
    for line in (*alarms, *missed):
        log_progress(line)
    if alarms or missed:
        sys.exit(1)


if __name__ == "__main__":
    main()
