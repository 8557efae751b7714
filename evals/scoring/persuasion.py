"""How a letter persuades, by labels of somebody who had not seen the playbooks: `evals/labels`.

Words, exhibits named in the paragraphs, the questions of the bank that the letter answers where a fact on record can,
whether the heaviest stands first, what is told twice, and what an analyst finds in the first 100 words.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

from disputes import toml_file
from disputes.case import Case, Claim
from disputes.evidence import Evidence, Fact
from disputes.evidence.kinds import form
from disputes.model import Strict, Value
from disputes.playbook import Product
from evals.case import EvalCase
from evals.scoring import figures
from evals.scoring.proportion import Proportion, measure
from evals.scoring.stating import states

LABELS = Path(__file__).parents[1] / "labels"
FIRST_WORDS = 100
_EXHIBIT = re.compile(r"\bExhibits? [A-Z]\b")
_BODY_BEGINS, _BODY_ENDS = "opening", "closing"


class Question(Strict):
    """A question of the bank under some reasons and codes, and the sets of kinds that answer it unless refuted."""

    name: str
    reasons: tuple[str, ...]
    codes: tuple[str, ...]
    products: tuple[Product, ...] = ("physical", "digital", "service")
    question: str
    source: str
    answered_by: tuple[tuple[str, ...], ...] = ()
    refuted_by: tuple[str, ...] = ()
    heaviest: bool = False

    def fits(self, case: EvalCase, code: str) -> bool:
        """Check that the question is asked of a case."""
        return case.reason in self.reasons and code in self.codes and case.product in self.products


class Wanted(Strict):
    """What an analyst wants to find early in a letter: the value of each kind of one set, or one of the expressions."""

    reason: str
    name: str
    kinds: tuple[tuple[str, ...], ...] = ()
    words: tuple[str, ...] = ()


class Persuasion(Value):
    """The figures of one letter; `missed` and `absent` name the questions and the wanted things it lacks."""

    words: int = 0
    exhibits: Proportion = Proportion(hits=0, of=0)
    criteria: Proportion = Proportion(hits=0, of=0)
    heaviest: Proportion = Proportion(hits=0, of=0)
    found: Proportion = Proportion(hits=0, of=0)
    twice: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


def measure_letter(case: EvalCase, result: Case) -> Persuasion:
    """Measure the letter of a played case; all zero where there is none."""
    claims = result.rebuttal.claims if result.rebuttal else ()
    if not claims:
        return Persuasion()
    code = result.dispute.network_code or ""
    asked = [question for question in _questions() if question.fits(case, code)]
    open_questions = [q for q in asked if _answers(q, result.evidence, _kinds(result.evidence.facts))]
    told = _kinds(_cited(claims, result.evidence))
    missed = tuple(q.name for q in open_questions if not _answers(q, result.evidence, told))
    groups = [list(group) for _, group in groupby(claims, key=lambda claim: claim.paragraph or claim.topic)]
    paragraphs = [group for group in groups if not _frames(group[0].topic)]
    wanted = dict(_find_early(case, result, code))
    return Persuasion(
        words=sum(len(claim.text.split()) for claim in claims),
        exhibits=measure(any(_EXHIBIT.search(claim.text) for claim in group) for group in paragraphs),
        criteria=Proportion(hits=len(open_questions) - len(missed), of=len(open_questions)),
        heaviest=measure(_leads(q, result, paragraphs) for q in open_questions if q.heaviest),
        found=measure(wanted.values()),
        twice=tuple(find_twice(claims, result.evidence)),
        missed=missed,
        absent=tuple(name for name, found in wanted.items() if not found),
    )


def find_twice(claims: Iterable[Claim], evidence: Evidence) -> Iterator[str]:
    """Yield each day and amount that two sentences write, and each longer value that two sentences cite and state."""
    written: Counter[tuple[str, ...]] = Counter()
    stated: Counter[str] = Counter()
    for claim in claims:
        written.update({figure for _, figure in figures.read(claim.text) if figure[0] in {"day", "amount"}})
        cited = (fact for fact_id in claim.facts if (fact := evidence.find(fact_id)))
        stated.update({str(f.value) for f in cited if form(f.kind) == "text" and states(claim.text, f)})
    yield from (" ".join(figure[1:]) for figure, times in written.items() if times > 1)
    yield from (value for value, times in stated.items() if times > 1)


def _frames(topic: str) -> bool:
    return topic in {_BODY_BEGINS, _BODY_ENDS}


def _leads(question: Question, result: Case, paragraphs: list[list[Claim]]) -> bool:
    """Check that the opening and the first paragraph answer the question that decides most."""
    claims = result.rebuttal.claims if result.rebuttal else ()
    opening = [claim for claim in claims if claim.topic == _BODY_BEGINS]
    first = _kinds(_cited([*opening, *paragraphs[0]], result.evidence)) if paragraphs else frozenset()
    return _answers(question, result.evidence, first)


def _find_early(case: EvalCase, result: Case, code: str) -> Iterator[tuple[str, bool]]:
    """Yield what an analyst wants of the first words of this letter, and whether it is there."""
    claims = result.rebuttal.claims if result.rebuttal else ()
    early = " ".join(" ".join(claim.text for claim in claims).split()[:FIRST_WORDS])
    for wanted in _wanted():
        known = [group for group in wanted.kinds if _on_record(group, result.evidence)]
        asked = wanted.reason == case.reason and (known or wanted.words)
        if asked and (code or wanted.name != "reason_code"):
            values = any(all(_stated(kind, early, result.evidence) for kind in group) for group in known)
            yield wanted.name, values or any(re.search(pattern, early) for pattern in wanted.words)


def _stated(kind: str, text: str, evidence: Evidence) -> bool:
    return any(states(text, fact) for fact in evidence.of(kind))


def _on_record(kinds: tuple[str, ...], evidence: Evidence) -> bool:
    return set(kinds) <= _kinds(evidence.facts)


def _answers(question: Question, evidence: Evidence, kinds: frozenset[str]) -> bool:
    refuted = any(map(evidence.has, question.refuted_by))
    return not refuted and any(set(answer) <= kinds for answer in question.answered_by)


def _cited(claims: Iterable[Claim], evidence: Evidence) -> Iterator[Fact]:
    return (fact for claim in claims for fact_id in claim.facts if (fact := evidence.find(fact_id)))


def _kinds(facts: Iterable[Fact]) -> frozenset[str]:
    return frozenset(fact.kind for fact in facts if fact.bearing == "helps" and fact.value is not False)


@cache
def _questions() -> tuple[Question, ...]:
    path = LABELS / "questions.toml"
    return toml_file.validate(
        toml_file.read(path, "The questions").get("question"), tuple[Question, ...], "The questions"
    )


@cache
def _wanted() -> tuple[Wanted, ...]:
    path = LABELS / "first_words.toml"
    return toml_file.validate(
        toml_file.read(path, "The first words").get("wanted"), tuple[Wanted, ...], "The first words"
    )
