"""No sentence without a record: every figure, date, name and number in a claim must stand in the facts it cites.

Pure code, no model. Each token of the claim is looked for among the tokens of its facts (`tokens.py`); what is
worked out of several is worked out anew (`sums.py`, `spans.py`); what is said to have happened, or
not, is held against all that is on record (`statements.py`); and what no letter says is a list
(`manners.toml`). Text is read folded (`folding.py`), as a reader sees it.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from disputes.case import Claim, Rebuttal
from disputes.evidence import Evidence, Fact, contradictions
from disputes.evidence.contradictions import Contradiction
from disputes.evidence.kinds import form
from disputes.letter import banned_words
from disputes.letter.grounding import figures, folding, mentions, moments, spans, statements, sums, tokens
from disputes.letter.grounding.spans import Reading
from disputes.model import Value

_QUOTED = re.compile(r"[\"\u201c]([^\"\u201c\u201d]{1,2000})[\"\u201d]")
_PHRASE = 3  # words; a shorter value may be part of any sentence


class Violation(Value):
    """One thing in a claim that rests on nothing: which claim (0-based), what, and where in its text.

    An `undecided` one is told in two ways by two systems, and a person may decide which of them is right.
    """

    claim: int
    what: str
    start: int = 0
    end: int = 0
    undecided: bool = False


def check(rebuttal: Rebuttal, evidence: Evidence, *, exhibits: Collection[str] | None = None) -> tuple[Violation, ...]:
    """Give every violation in the order of the claims; none means the letter may be filed.

    `exhibits` are the marks of the packet, such as `Exhibit A`; None while nothing is known of them.
    """
    found: list[Violation] = []
    told = _two_ways(evidence)
    for number, claim in enumerate(rebuttal.claims):
        found += _citations(number, claim.facts, evidence)
        cited = tuple(fact for fact_id in claim.facts if (fact := evidence.find(fact_id)))
        found += _disagreements(number, claim, told)
        found += sorted(_places(number, claim, cited, evidence), key=lambda one: one.start)
        found += _exhibits(number, claim.text, exhibits)
    return tuple(found) if rebuttal.claims else (Violation(claim=0, what="the letter says nothing"),)


def _citations(number: int, ids: tuple[str, ...], evidence: Evidence) -> Iterator[Violation]:
    if not ids:
        yield Violation(claim=number, what="the claim cites no fact")
    for fact_id in ids:
        fact = evidence.find(fact_id)
        if fact is None:
            yield Violation(claim=number, what=f"there is no fact {fact_id}")
        elif fact.bearing == "hurts":
            yield Violation(claim=number, what=f"{fact_id} speaks against the merchant and is never filed")


def _disagreements(number: int, claim: Claim, told: Iterable[Contradiction]) -> Iterator[Violation]:
    for one in told:
        if set(one.facts) & set(claim.facts):
            what = f"{' and '.join(one.facts)} contradict each other: {one.why}".rstrip(".")
            yield Violation(claim=number, what=what, end=len(claim.text), undecided=True)


def _two_ways(evidence: Evidence) -> list[Contradiction]:
    """Give what two systems tell in two ways."""
    kinds = {fact.id: fact.kind for fact in evidence.facts}
    found = contradictions.find(evidence)
    return [one for one in found if one.grave and len({kinds.get(fact_id) for fact_id in one.facts}) == 1]


def _exhibits(number: int, text: str, exhibits: Collection[str] | None) -> Iterator[Violation]:
    folded = folding.fold(text)
    for named in mentions.read(folded.text):
        known = mentions.is_mark(named.mark) if exhibits is None else named.mark in exhibits
        if not known:
            start, end = folded.span(named.start, named.end)
            yield Violation(claim=number, what=f"there is no {named.mark} in the packet", start=start, end=end)


def _places(number: int, claim: Claim, cited: tuple[Fact, ...], evidence: Evidence) -> Iterator[Violation]:
    """Give what is wrong in the text itself, at its places in the text as it was written."""
    folded = folding.fold(claim.text)
    if not tokens.split(folded.text):
        yield Violation(claim=number, what="the claim says nothing")
    for at in folding.unseen(claim.text):
        yield Violation(claim=number, what="a letter holds no invisible character", start=at, end=at + 1)
    for read in _readings(folded.text, cited, evidence):
        start, end = folded.span(read.start, read.end)
        yield Violation(claim=number, what=read.wrong, start=start, end=end)


def _readings(text: str, cited: tuple[Fact, ...], evidence: Evidence) -> Iterator[Reading]:
    bare, times = mentions.blank(text), moments.known(cited)
    worked = [*spans.read(bare, cited, times), *sums.count(bare, cited)]
    yield from (read for read in worked if read.wrong)
    ours = _unquoted(bare, cited)
    yield from figures.read(_blank(ours, worked), cited, times)
    yield from (Reading(one.start, one.end, "a letter carries no link") for one in tokens.links(bare))
    yield from (Reading(doubt.start, doubt.end, doubt.wrong) for doubt in statements.read(ours, cited, evidence))
    own = " ".join(map(tokens.shown, cited))
    for word in banned_words.read(ours, own):
        yield Reading(word.start, word.end, f"a letter does not say {word.text!r}: it is {word.says}")


def _blank(text: str, worked: Iterable[Reading]) -> str:
    """Give the text with spaces for what was worked out."""
    letters = list(text)
    for read in worked:
        letters[read.start : read.end] = " " * (read.end - read.start)
    return "".join(letters)


def _unquoted(text: str, cited: tuple[Fact, ...]) -> str:
    """Give the text with spaces for what it quotes of its facts: a fact's own words are not ours."""
    for value in sorted({tokens.shown(fact) for fact in cited if form(fact.kind) == "text"}, key=len, reverse=True):
        if len(value.split()) >= _PHRASE:
            text = re.sub(rf"(?<![\w.,]){re.escape(value)}(?!\w|[.,]\w)", " " * len(value), text)
    shown = " \n ".join(tokens.shown(fact) for fact in cited)
    return _QUOTED.sub(lambda said: " " * len(said[0]) if _is_quote(said[1], shown) else said[0], text)


def _is_quote(said: str, shown: str) -> bool:
    """Tell whether these are whole words of a fact, and enough of them to be its own."""
    whole = rf"(?<![\w.,]){re.escape(said.rstrip(' .,'))}(?![\w]|[.,]\w)"
    return len(said.split()) >= _PHRASE and re.search(whole, shown) is not None
