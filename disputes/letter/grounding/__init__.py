"""Grounding: every figure, date, name and number of a claim has to be in the facts it cites.

Pure code, no model. Each token of a claim is looked up among the tokens of its facts (`tokens.py`); what is derived
from several facts is derived again (`sums.py`, `spans.py`); a statement that something happened, or did not, is
compared with all that is known (`statements.py`); and banned words are a list (`banned_words.toml`). Text is read
folded (`folding.py`), as a reader sees it.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from disputes.case import Claim, Rebuttal
from disputes.evidence import Evidence, Fact, contradictions
from disputes.evidence.contradictions import Contradiction
from disputes.evidence.kinds import form, label
from disputes.letter import banned_words
from disputes.letter.grounding import (
    allegations,
    counts,
    figures,
    folding,
    identifiers,
    meanings,
    mentions,
    moments,
    quotations,
    spans,
    sums,
    tokens,
)
from disputes.letter.grounding.findings import Finding, blank, cover
from disputes.model import Value

_MIN_QUOTATION = 3  # words; a shorter value may be part of any sentence


class Violation(Value):
    """One thing in a claim that no fact backs or no letter may hold: which claim (from 0), what, and where in its text.

    `start` and `end` are the first character and the one after the last. An `undecided` one cites facts on which two
    systems contradict each other, and a reviewer may decide which of them is right. An `undecidable` one is not wrong:
    no rule can judge it, and a person has to attest it.
    """

    claim: int
    what: str
    start: int = 0
    end: int = 0
    undecided: bool = False
    undecidable: bool = False


def check(rebuttal: Rebuttal, evidence: Evidence, *, exhibits: Collection[str] | None = None) -> tuple[Violation, ...]:
    """Return every violation in the order of the claims; none means that the letter may be filed.

    `exhibits` are the marks of the packet's exhibits, such as `Exhibit A`; None while they are not known.
    """
    violations: list[Violation] = []
    disputed = _find_disputed(evidence)
    for number, claim in enumerate(rebuttal.claims):
        violations += _check_citations(number, claim.facts, evidence)
        cited = tuple(fact for fact_id in claim.facts if (fact := evidence.find(fact_id)))
        violations += _check_contradictions(number, claim, disputed)
        violations += sorted(_check_text(number, claim, cited, evidence), key=lambda violation: violation.start)
        violations += _check_exhibits(number, claim.text, exhibits)
    return tuple(violations) if rebuttal.claims else (Violation(claim=0, what="the letter says nothing"),)


def _check_citations(number: int, ids: tuple[str, ...], evidence: Evidence) -> Iterator[Violation]:
    if not ids:
        yield Violation(claim=number, what="the claim cites no fact")
    for fact_id in ids:
        fact = evidence.find(fact_id)
        if fact is None:
            yield Violation(claim=number, what=f"there is no fact {fact_id}")
        elif fact.bearing == "hurts":
            yield Violation(claim=number, what=f"{fact_id} speaks against the merchant and is never filed")


def _check_contradictions(number: int, claim: Claim, disputed: Iterable[Contradiction]) -> Iterator[Violation]:
    for contradiction in disputed:
        if set(contradiction.facts) & set(claim.facts):
            ids = " and ".join(contradiction.facts)
            what = f"{ids} contradict each other: {contradiction.why}".rstrip(".")
            yield Violation(claim=number, what=what, end=len(claim.text), undecided=True)


def _find_disputed(evidence: Evidence) -> list[Contradiction]:
    """Return the grave contradictions between facts of one kind, which are those of two systems."""
    kinds = {fact.id: fact.kind for fact in evidence.facts}
    grave = (each for each in contradictions.find(evidence) if each.grave)
    return [each for each in grave if len({kinds.get(fact_id) for fact_id in each.facts}) == 1]


def _check_exhibits(number: int, text: str, exhibits: Collection[str] | None) -> Iterator[Violation]:
    folded = folding.fold(text)
    for mention in mentions.read(folded.text):
        exists = mentions.is_mark(mention.mark) if exhibits is None else mention.mark in exhibits
        if not exists:
            start, end = folded.span(mention.start, mention.end)
            yield Violation(claim=number, what=f"there is no {mention.mark} in the packet", start=start, end=end)


def _check_text(number: int, claim: Claim, cited: tuple[Fact, ...], evidence: Evidence) -> Iterator[Violation]:
    """Yield what is wrong in a claim's text, at its place in the text as it was written."""
    folded = folding.fold(claim.text)
    if not tokens.split_words(folded.text):
        yield Violation(claim=number, what="the claim says nothing")
    for at in folding.find_unseen(claim.text):
        yield Violation(claim=number, what="a letter holds no invisible character", start=at, end=at + 1)
    for finding in _find_problems(folded.text, cited, evidence):
        start, end = folded.span(finding.start, finding.end)
        yield Violation(claim=number, what=finding.problem, start=start, end=end, undecidable=finding.undecidable)


def _find_problems(text: str, cited: tuple[Fact, ...], evidence: Evidence) -> Iterator[Finding]:
    bare, times = mentions.blank(text), moments.read_moments(cited)
    quoted = list(quotations.read(bare, cited))
    yield from (finding for finding in quoted if finding.problem)
    # A quotation of a link is a link.
    yield from (Finding(link.start, link.end, "a letter carries no link") for link in tokens.find_links(bare))
    bare = blank(bare, (each for each in allegations.find_reasons(bare, evidence)))
    derived = [*spans.read(bare, cited, times), *counts.find_counts(bare, cited), *sums.find_products(bare, cited)]
    yield from (finding for finding in derived if finding.problem)
    own = _blank_values(blank(bare, (finding for finding in quoted if not finding.problem)), cited)
    told = list(allegations.find_told(own, _name_customers(evidence)))
    grouped = identifiers.find_grouped(own, cited)
    yield from _check_values(own, [*derived, *grouped], told, (cited, _find_carriers(cited, evidence)))
    yield from _check_words(own, [finding for finding in derived if not finding.problem], told, cited)
    yield from meanings.read(meanings.Reading(own, bare, (*derived, *quoted), tuple(told)), cited, evidence)


def _name_customers(evidence: Evidence) -> list[str]:
    return [tokens.render_folded(fact) for fact in evidence.of("customer_name")]


def _find_carriers(cited: tuple[Fact, ...], evidence: Evidence) -> tuple[Fact, ...]:
    """Return the carriers of the parcels that the cited facts are of: they are known with the parcel."""
    parcels = {fact.about for fact in cited if fact.about.startswith("parcel")}
    return tuple(fact for fact in evidence.of("carrier") if fact.about in parcels)


def _check_values(
    own: str, read: Sequence[Finding], told: Sequence[Finding], facts: tuple[tuple[Fact, ...], tuple[Fact, ...]]
) -> Iterator[Finding]:
    """Yield the figures and names that no fact holds; a number in words that others claim is theirs."""
    theirs, (cited, carriers) = cover(len(own), told), facts
    for finding in figures.read(blank(own, read), cited, moments.read_moments(cited), carriers):
        if not (own[finding.start : finding.end].isalpha() and theirs[finding.start]):
            yield finding


def _check_words(
    own: str, true: Sequence[Finding], told: Sequence[Finding], cited: tuple[Fact, ...]
) -> Iterator[Finding]:
    """Yield the banned words; an opinion that others hold, such as `fraudulent`, is told as theirs."""
    words = " ".join((*map(tokens.render_folded, cited), *(label(fact.kind) for fact in cited)))
    theirs = cover(len(own), told)
    for word in banned_words.read(blank(own, true), words):
        if word.label != "an opinion" or not theirs[word.start]:
            yield Finding(word.start, word.end, f"a letter does not say {word.text!r}: it is {word.label}")


def _blank_values(text: str, cited: tuple[Fact, ...]) -> str:
    """Return the text with spaces for the longer texts of its facts: those words are not the merchant's."""
    values = {tokens.render_folded(fact) for fact in cited if form(fact.kind) == "text"}
    for value in sorted(values, key=len, reverse=True):
        if len(value.split()) >= _MIN_QUOTATION:
            text = re.sub(rf"(?<![\w.,]){re.escape(value)}(?!\w|[.,]\w)", " " * len(value), text)
    return text
