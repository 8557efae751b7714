"""Statements that something happened or did not, compared with the facts. They are data: `statements.toml`.

That nothing is on record proves no absence: an absence needs a fact that states it.
"""

import re
from bisect import bisect
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, model_validator

from disputes import toml_file
from disputes.evidence import Evidence, Fact
from disputes.evidence.kinds import KINDS, form, label
from disputes.letter.grounding import denials, folding, tokens
from disputes.letter.grounding.findings import Finding
from disputes.model import Strict

_LIST = Path(__file__).parent / "statements.toml"
_SENTENCE = re.compile(r"[^.;!?\n]+(?:(?:[.](?=\S)|(?<=\bno)[.])[^.;!?\n]*)*")
_NEGATION = re.compile(
    r"\b(?:no|not|never|none|nothing|nobody|neither|nor|without|cannot|lacks?|lack of|absence of|absent|failed to|"
    r"fails to|refused|ignored|unanswered|silent|(?:the|a) (?:only|single|sole)|first-time|zero|"
    r"un(?:used|opened|refunded|delivered|cancell?ed|shipped|paid|contested|signed|accessed)|\w{2,8}n't)\b"
    r"(?! later than| (?:fewer|less|more) than| only| merely| just| least| what\b| until\b| the "
    r"case\b| in dispute\b| so\b| contested\b|[. ]{1,2}[a-z-]{0,4}\d)"
)
_CLAUSE = re.compile(r"[,:()]|\s(?:but|while|whereas|although|because|which|who|as|when|after|before|since|until)\s")
_BEFORE, _BEHIND = 70, 90  # characters around a negation that tell what it denies
_STEM = 5
_USES = {
    "ip": ("use_ip", "customer_ip"),
    "device": ("use_device", "device_id"),
    "account": ("use_account", "account_id"),
}
_FROM_PURCHASE = "used from the purchase's device"
_LONG_WORD = re.compile(r"[^\W\d_]{5,}")


def _check_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
    return pattern


Pattern = Annotated[str, AfterValidator(_check_pattern)]


class Statement(Strict):
    """One thing that a letter may state; the head of `statements.toml` explains each field."""

    name: str
    says: Pattern = ""
    backed: tuple[str, ...] = ()
    attested: Pattern = ""
    against: tuple[str, ...] = ()
    about: Pattern = ""
    denied: tuple[str, ...] = ()
    proves: tuple[str, ...] = ()
    unless: Pattern = ""

    @model_validator(mode="after")
    def _check_kinds(self) -> "Statement":
        if unknown := {*self.backed, *self.against, *self.denied, *self.proves} - set(KINDS):
            raise ValueError(f"{self.name}: {', '.join(sorted(unknown))} is no kind of fact")
        return self

    @cached_property
    def assertion(self) -> re.Pattern[str] | None:
        """The pattern of a text that asserts the statement."""
        return re.compile(self.says) if self.says else None

    @cached_property
    def topic(self) -> re.Pattern[str] | None:
        """The pattern of a text that is about the statement, asserted or denied."""
        return re.compile(self.about) if self.about else None

    @cached_property
    def attestation(self) -> re.Pattern[str] | None:
        """The pattern of a cited text that says the same; by default one that is about the statement."""
        return re.compile(self.attested) if self.attested else self.topic or self.assertion

    def is_denied(self, near: str) -> bool:
        """Check that the words around a negation are about this statement."""
        return bool(self.topic and self.topic.search(near) and not (self.unless and re.search(self.unless, near)))


class StatementFile(Strict):
    """Every statement, as the file holds them."""

    statement: tuple[Statement, ...]


class UnbackedStatement(NamedTuple):
    """A part of a claim, by its first and last character (the last excluded), that facts do not back, and why.

    `against` is the fact that contradicts it, if one does.
    """

    start: int
    end: int
    problem: str
    against: Fact | None = None

    @property
    def undecidable(self) -> bool:
        """Whether nothing on record says that it is wrong."""
        return self.against is None


@cache
def load(path: Path = _LIST) -> tuple[Statement, ...]:
    """Read the statements. Raises `Invalid` with what is wrong with them."""
    return toml_file.load(path, StatementFile, f"The list of statements {path.name}").statement


class _ClaimFacts:
    """The facts that a claim cites, the words of those that are text, and all the evidence."""

    def __init__(self, cited: tuple[Fact, ...], evidence: Evidence) -> None:
        self.cited = cited
        self._evidence = evidence
        self._text = folding.skeleton(
            " ".join(tokens.render_folded(fact) for fact in cited if form(fact.kind) == "text")
        )

    @cached_property
    def _stems(self) -> frozenset[str]:
        """The stems of the longer words of the cited texts, where these hold a negation of their own."""
        return frozenset(_find_stems(self._text)) if _NEGATION.search(self._text) else frozenset()

    @cached_property
    def _topics(self) -> frozenset[str]:
        """The names of the statements that the cited texts are about."""
        patterns = ((statement.name, statement.attestation) for statement in load())
        return frozenset(name for name, pattern in patterns if pattern and pattern.search(self._text))

    def back(self, statement: Statement) -> bool:
        return statement.name in self._topics or any(fact.kind in statement.backed for fact in self.cited)

    def repeat(self, near: str) -> bool:
        """Check whether the words around a negation are those of a cited text that has one too."""
        return bool(self._stems and not self._stems.isdisjoint(_find_stems(near)))

    def prove_denial(self, statement: Statement) -> bool:
        """Check that a cited fact is the denial itself: its kind is one, or its value is 0 or false."""
        nothing = any(fact.kind in statement.denied and fact.value in (0, False) for fact in self.cited)
        return nothing or any(fact.kind in statement.proves for fact in self.cited)

    def find(self, kinds: tuple[str, ...]) -> Fact | None:
        """Return the first fact of these kinds, cited or not, whose value is neither 0 nor false, or None."""
        return next(
            (fact for fact in self._evidence.facts if fact.kind in kinds and fact.value not in (0, False)), None
        )


def read(text: str, cited: tuple[Fact, ...], evidence: Evidence) -> Iterator[UnbackedStatement]:
    """Yield each statement of a folded claim that no cited fact backs or that a fact contradicts.

    `text` is without the claim's quotations.
    """
    folded, facts = folding.skeleton(text).replace("\u2019", "'"), _ClaimFacts(cited, evidence)
    for sentence in _SENTENCE.finditer(folded):
        negations = list(_NEGATION.finditer(folded, sentence.start(), sentence.end()))
        starts = [negation.start() for negation in negations]
        for statement in load():
            for match in statement.assertion.finditer(folded, *sentence.span()) if statement.assertion else ():
                if bisect(starts, match.end()) == bisect(starts, match.start() - _BEFORE):
                    yield from _check_assertion(statement, match, facts)
        for negation in negations:
            yield from _check_denial(negation, sentence, facts)


def find_stated(text: str) -> Iterator[Finding]:
    """Yield each statement and each negation of a folded text; `read` tells which of them are wrong."""
    folded = folding.skeleton(text).replace("\u2019", "'")
    for statement in load():
        for match in statement.assertion.finditer(folded) if statement.assertion else ():
            yield Finding(match.start(), match.end())
    for match in _NEGATION.finditer(folded):
        yield Finding(match.start(), match.end())


def _is_same_use(said: str, cited: tuple[Fact, ...]) -> bool:
    """Check that a use and the purchase have one address, device or account, whichever is said."""
    said = said.replace("address", "ip")
    values = {
        kind: {str(fact.value) for fact in cited if fact.kind == kind} for pair in _USES.values() for kind in pair
    }
    return any(word in said and values[use] & values[purchase] for word, (use, purchase) in _USES.items())


def _check_assertion(statement: Statement, match: re.Match[str], facts: _ClaimFacts) -> Iterator[UnbackedStatement]:
    if statement.name == _FROM_PURCHASE and _is_same_use(match[0], facts.cited):
        return
    backing = next((fact for fact in facts.cited if fact.kind in statement.backed), None)
    if against := facts.find(statement.against):
        yield UnbackedStatement(*match.span(), _explain(match[0], backing, against), against)
    elif not facts.back(statement):
        yield UnbackedStatement(*match.span(), f"no fact that is cited says {match[0].strip()!r}")


def _check_denial(negation: re.Match[str], sentence: re.Match[str], facts: _ClaimFacts) -> Iterator[UnbackedStatement]:
    """Yield a negation that a fact contradicts or that no cited fact states."""
    start, end = max(sentence.start(), negation.start() - _BEFORE), min(sentence.end(), negation.end() + _BEHIND)
    near, phrase = negation.string[start:end], negation.string[negation.start() : min(end, negation.end() + 30)].strip()
    if (
        facts.repeat(near)
        or denials.is_harmless(negation)
        or denials.is_of_absence(negation.string[negation.end() : end], facts.cited)
        or ("address" in near and denials.have_two_addresses(facts.cited))
    ):
        return
    # What a negation denies stands behind it, if anything there does.
    behind = negation.string[negation.start() : end]
    denied = [statement for statement in load() if statement.is_denied(near)]
    denied = [statement for statement in denied if statement.is_denied(behind)] or denied
    own = _find_denied(negation, sentence, denied)
    if any(facts.prove_denial(each) and not facts.find(each.denied) for each in own):
        return
    against = next((fact for each in own if (fact := facts.find(each.denied))), None)
    if against:
        yield UnbackedStatement(*negation.span(), _explain(phrase, None, against), against)
    elif not any(map(facts.prove_denial, denied)):
        yield UnbackedStatement(*negation.span(), f"{phrase!r} is an absence, and no fact that is cited says so")


def _find_denied(negation: re.Match[str], sentence: re.Match[str], denied: list[Statement]) -> list[Statement]:
    """Return the statements that a negation denies in its own clause, behind it or else before it."""
    text = negation.string
    behind = _CLAUSE.split(text[negation.start() : min(sentence.end(), negation.end() + _BEHIND)])[0]
    before = _CLAUSE.split(text[max(sentence.start(), negation.start() - _BEFORE) : negation.start()])[-1]
    clause = f"{before}{behind}"
    named = [statement for statement in denied if statement.is_denied(clause)]
    return [statement for statement in named if statement.is_denied(behind)] or named


def _find_stems(text: str) -> set[str]:
    return {word[:_STEM] for word in _LONG_WORD.findall(text)}


def _explain(phrase: str, backing: Fact | None, against: Fact) -> str:
    cited = f" ({backing.id})" if backing else ""
    return f"{phrase.strip()!r}{cited} is contradicted by {against.id}: {label(against.kind).lower()}"
