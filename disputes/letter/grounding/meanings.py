"""What the sentences of a claim mean beside their values: statements, roles, order, the whole, concessions. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from disputes.evidence import Evidence, Fact
from disputes.letter.grounding import (
    concessions,
    labels,
    minds,
    numerals,
    predicates,
    quantifiers,
    quotations,
    roles,
    sequence,
    statements,
    tokens,
    whereabouts,
)
from disputes.letter.grounding.findings import Finding, blank


class Reading(NamedTuple):
    """A claim's text as the rules have read it.

    `bare` is the text without exhibits, `own` without its quotations too; `derived` are the parts worked out from facts
    or quoted of them, and `told` those that tell the claim of others.
    """

    own: str
    bare: str
    derived: tuple[Finding, ...]
    told: tuple[Finding, ...]


def read(reading: Reading, cited: tuple[Fact, ...], evidence: Evidence) -> Iterator[Finding]:
    """Yield what a claim means that no fact backs."""
    own, bare, derived, told = reading
    requests = list(concessions.find_requests(own))
    ours = blank(own, told)
    for statement in statements.read(blank(ours, requests), cited, evidence):
        yield Finding(statement.start, statement.end, statement.problem, undecidable=statement.undecidable)
    yield from concessions.read(ours, cited)
    yield from concessions.find_granted(ours)
    ours = blank(ours, requests)
    yield from quantifiers.read(ours, cited, evidence)
    yield from roles.read(ours, cited, evidence)
    yield from sequence.read(ours, cited, evidence)
    yield from labels.read(bare, cited)
    yield from whereabouts.read(bare, cited, evidence)
    yield from quotations.find_paraphrases(ours, cited)
    yield from minds.read(ours, cited)
    yield from minds.find_motives(own, cited)
    known = [*derived, *statements.find_stated(ours)]
    yield from predicates.read(
        ours, cited, known, [*known, *told, *requests, *_find_values(bare), *_find_numerals(ours)]
    )


def _find_numerals(text: str) -> Iterator[Finding]:
    return (Finding(numeral.start, numeral.end) for numeral in numerals.read(text))


def _find_values(text: str) -> Iterator[Finding]:
    """Yield every figure, day and address of a text; `figures.py` tells which of them no fact holds."""
    return (Finding(token.start, token.end) for token in tokens.read(text) if token.value[0] != "word")
