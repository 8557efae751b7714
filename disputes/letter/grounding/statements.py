"""What a letter says happened or did not, held against the record. The statements are data: `statements.toml`.

An absence needs a fact that says so: that nothing is on record is no record.
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
from disputes.letter.grounding import folding, tokens
from disputes.model import Strict

_LIST = Path(__file__).parent / "statements.toml"
_SENTENCE = re.compile(r"[^.;!?\n]+(?:[.](?=\S)[^.;!?\n]*)*")
_NO = re.compile(
    r"\b(?:no|not|never|none|nothing|nobody|neither|nor|without|cannot|lacks?|lack of|absence of|absent|failed to|"
    r"fails to|refused|ignored|unanswered|silent|(?:the|a) (?:only|single|sole)|first-time|zero|"
    r"un(?:used|opened|refunded|delivered|cancell?ed|shipped|paid|contested|signed|accessed)|\w{2,8}n't)\b"
    r"(?! later than| (?:fewer|less|more) than| only| merely| just| least|[. ]{1,2}\d)"
)
_BEFORE, _BEHIND = 70, 90
_STEM = 5
_LONG = re.compile(r"[^\W\d_]{5,}")


def _pattern(written: str) -> str:
    try:
        re.compile(written)
    except re.error as error:
        raise ValueError(f"{written!r} is not a regular expression: {error}") from error
    return written


Pattern = Annotated[str, AfterValidator(_pattern)]


class Statement(Strict):
    """One thing that a letter may say happened; see the head of the list for what each part means."""

    name: str
    says: Pattern = ""
    backed: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    about: Pattern = ""
    denied: tuple[str, ...] = ()
    proves: tuple[str, ...] = ()
    unless: Pattern = ""

    @model_validator(mode="after")
    def _known(self) -> "Statement":
        if unknown := {*self.backed, *self.against, *self.denied, *self.proves} - set(KINDS):
            raise ValueError(f"{self.name}: {', '.join(sorted(unknown))} is no kind of fact")
        return self

    @cached_property
    def said(self) -> re.Pattern[str] | None:
        """The pattern of saying that it happened."""
        return re.compile(self.says) if self.says else None

    @cached_property
    def spoken(self) -> re.Pattern[str] | None:
        """The pattern of speaking of it."""
        return re.compile(self.about) if self.about else None

    def denies(self, near: str) -> bool:
        """Tell whether the words beside a `no` speak of it."""
        return bool(self.spoken and self.spoken.search(near) and not (self.unless and re.search(self.unless, near)))


class StatementFile(Strict):
    """Every statement, as the file holds them."""

    statement: tuple[Statement, ...]


class Doubt(NamedTuple):
    """A part of a claim that the record does not bear out; `against` is the fact that contradicts it, if one does."""

    start: int
    end: int
    wrong: str
    against: Fact | None = None


@cache
def load(path: Path = _LIST) -> tuple[Statement, ...]:
    """Read the statements. Raises `Invalid` with what is wrong with them."""
    return toml_file.load(path, StatementFile, f"The list of statements {path.name}").statement


class _Record:
    """What a claim is held against: the facts it cites, their own words, and all the evidence."""

    def __init__(self, cited: tuple[Fact, ...], evidence: Evidence) -> None:
        self.cited = cited
        self._evidence = evidence
        self._own = folding.skeleton(" ".join(tokens.shown(fact) for fact in cited if form(fact.kind) == "text"))

    @cached_property
    def _stems(self) -> frozenset[str]:
        """The longer words of the cited texts, where these hold a `no` of their own."""
        return frozenset(_stems(self._own)) if _NO.search(self._own) else frozenset()

    @cached_property
    def _told(self) -> frozenset[str]:
        """The statements that the cited texts speak of themselves."""
        spoken = ((one.name, one.spoken or one.said) for one in load())
        return frozenset(name for name, pattern in spoken if pattern and pattern.search(self._own))

    def backs(self, statement: Statement) -> bool:
        return statement.name in self._told or any(fact.kind in statement.backed for fact in self.cited)

    def echoes(self, near: str) -> bool:
        return bool(self._stems and not self._stems.isdisjoint(_stems(near)))

    def proves(self, statement: Statement) -> bool:
        """Tell whether a cited fact is the denial itself: of a kind that is one, or a number that is nought."""
        nought = any(fact.kind in statement.denied and fact.value in (0, False) for fact in self.cited)
        return nought or any(fact.kind in statement.proves for fact in self.cited)

    def first(self, kinds: tuple[str, ...]) -> Fact | None:
        """Give the first fact of these kinds that is more than nothing, cited or not."""
        return next(
            (fact for fact in self._evidence.facts if fact.kind in kinds and fact.value not in (0, False)), None
        )


def read(text: str, cited: tuple[Fact, ...], evidence: Evidence) -> Iterator[Doubt]:
    """Give each statement of a folded claim, quotes left out, that nothing cited backs or that a fact contradicts."""
    plain, record = folding.skeleton(text).replace("\u2019", "'"), _Record(cited, evidence)
    for sentence in _SENTENCE.finditer(plain):
        denials = list(_NO.finditer(plain, sentence.start(), sentence.end()))
        starts = [denial.start() for denial in denials]
        for statement in load():
            for found in statement.said.finditer(plain, *sentence.span()) if statement.said else ():
                if bisect(starts, found.end()) == bisect(starts, found.start() - _BEFORE):
                    yield from _asserted(statement, found, record)
        for denial in denials:
            yield from _denied(denial, sentence, record)


def _asserted(statement: Statement, found: re.Match[str], record: _Record) -> Iterator[Doubt]:
    backing = next((fact for fact in record.cited if fact.kind in statement.backed), None)
    if against := record.first(statement.against):
        yield Doubt(*found.span(), _contradicted(found[0], backing, against), against)
    elif not record.backs(statement):
        yield Doubt(*found.span(), f"no fact that is cited says {found[0].strip()!r}")


def _denied(denial: re.Match[str], sentence: re.Match[str], record: _Record) -> Iterator[Doubt]:
    """Hold one `no` against the record: contradicted, said by a fact that is cited, or a mere absence."""
    start, end = max(sentence.start(), denial.start() - _BEFORE), min(sentence.end(), denial.end() + _BEHIND)
    near, phrase = denial.string[start:end], denial.string[denial.start() : min(end, denial.end() + 30)].strip()
    if record.echoes(near):
        return
    about = [one for one in load() if one.denies(near)]
    against = next((fact for one in about if (fact := record.first(one.denied))), None)
    if against:
        yield Doubt(*denial.span(), _contradicted(phrase, None, against), against)
    elif not any(map(record.proves, about)):
        yield Doubt(*denial.span(), f"{phrase!r} tells an absence, and no fact that is cited says so")


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in _LONG.findall(text)}


def _contradicted(said: str, backing: Fact | None, against: Fact) -> str:
    rests = f" ({backing.id})" if backing else ""
    return f"{said.strip()!r}{rests} is contradicted by {against.id}: {label(against.kind).lower()}"
