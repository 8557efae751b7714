"""A model's letter in our own words: what a stranger dictates to it is no word of ours. Pure, and never a model.

Grounding holds figures and names to the record; it cannot hold `We accept the claim`, which has neither. So a model may
say a sentence of the playbook letter by letter, or words of one list (`disputes/letter/word_list.py`), the values of what
it cites, whole and where they are phrases, and what a customer admitted, in quotation marks. The list is English: a letter
in another language has no words yet, and the built-in writer's stands in for it.
"""

import re
from collections.abc import Iterator

from disputes.case import Case, Claim, Rebuttal
from disputes.evidence import Fact, read_time, render
from disputes.evidence.kinds import form
from disputes.letter import grounding
from disputes.letter.grounding import Violation
from disputes.letter.plain_values import WRITTEN, is_plain
from disputes.letter.word_list import DEEDS, ENGLISH
from disputes.playbook import Playbook

# What people wrote in their own sentences; a letter may cite it and not speak by it.
VOICED = frozenset(
    "customer_message merchant_message tracking_event usage_event refund_policy cancellation_policy".split()
)
OWN_WORDS = 4  # of ours beside a value, or the value alone would be the sentence

_WORD = re.compile(r"[^\W\d]+(?:['\u2019-][^\W\d]+)*")
_POSSESSIVE = re.compile(r"['\u2019]s$")
_MONTHS = "%B %b"


def check(case: Case, rebuttal: Rebuttal, playbook: Playbook) -> tuple[Violation, ...]:
    """Give every word of a model's letter that is not ours to say, in the order of the claims."""
    points = playbook.find_points(case.dispute, case.evidence)
    said = {point.write(proof) for point in points if (proof := point.find_proof(case.evidence))}
    strange = (claim for claim in enumerate(rebuttal.claims) if claim[1].text not in said)
    return tuple(found for number, claim in strange for found in _claim(number, claim, case))


def _claim(number: int, claim: Claim, case: Case) -> Iterator[Violation]:
    cited = [fact for name in claim.facts if (fact := case.evidence.find(name))]
    bare = _without(claim.text, [fact for fact in cited if fact.kind not in VOICED])
    if strange := tuple(_words(number, bare, cited)):
        yield from strange
        return
    # A title that tells a day is no record of that day: what strangers write stands whole, or backs nothing.
    mute = (fact if _is_ours(fact) else fact.model_copy(update={"value": ""}) for fact in case.evidence.facts)
    rest = Rebuttal(claims=(claim.model_copy(update={"text": bare}),))
    found = grounding.check(rest, case.evidence.model_copy(update={"facts": tuple(mute)}))
    yield from (one.model_copy(update={"claim": number}) for one in found)


def _is_ours(fact: Fact) -> bool:
    return form(fact.kind) != "text" or fact.kind not in VOICED | WRITTEN


def _words(number: int, bare: str, cited: list[Fact]) -> Iterator[Violation]:
    known, ours = _known(cited), 0
    for found in _WORD.finditer(bare):
        word = _POSSESSIVE.sub("", found[0]).casefold()
        parts = re.split("['\u2019-]", word)
        if not all(part in ENGLISH or part in known for part in parts):
            yield Violation(
                claim=number, what=f"{found[0]} is no word of our letters", start=found.start(), end=found.end()
            )
        elif (deed := _deed(word)) and not any(DEEDS[deed] in fact.kind for fact in cited):
            what = f"{found[0]} is told without a record of it"
            yield Violation(claim=number, what=what, start=found.start(), end=found.end())
        ours += 1
    if ours < OWN_WORDS:
        yield Violation(claim=number, what="the claim says a value and nothing about it")


def _without(said: str, cited: list[Fact]) -> str:
    """Blank out the values of what is cited, where they stand whole, the longest first."""
    for value in sorted({written for fact in cited for written in _written(fact)}, key=len, reverse=True):
        said = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", lambda found: " " * len(found[0]), said)
    return said


def _written(fact: Fact) -> Iterator[str]:
    """Give a value as a letter may show it: bare where it is a phrase, in quotation marks where a customer admits."""
    value = render(fact)
    if fact.kind.startswith("admits_"):
        yield from (f'"{value}"', f"\u201c{value}\u201d")
    elif form(fact.kind) == "text" and value and is_plain(fact):
        yield value


def _known(cited: list[Fact]) -> set[str]:
    """Give the months and currencies of what is cited."""
    times = [read_time(fact) for fact in cited if form(fact.kind) == "time"]
    months = {f"{time:{name}}".casefold() for time in times for name in _MONTHS.split()}
    return months | {fact.value.currency for fact in cited if not isinstance(fact.value, str | int | bool)}


def _deed(word: str) -> str:
    return next((deed for deed in DEEDS if word.startswith(deed)), "")
