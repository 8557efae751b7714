"""The words and values that a model's letter may hold. Pure: no model takes part.

Grounding compares figures and names with the facts; it cannot refuse `We accept the claim`, which has neither. So a
model may write a playbook's sentence letter by letter, or words of one list (`disputes/letter/word_list.py`), the
values of the facts it cites, whole and where they are phrases, and what a customer admitted, in quotation marks. The
list is English: in another language a model's letter has no words yet, and the built-in writer's letter is used.
"""

import re
from collections.abc import Iterator

from disputes.case import Case, Claim, Rebuttal
from disputes.evidence import Fact, read_time, render
from disputes.evidence.kinds import form
from disputes.letter import grounding
from disputes.letter.grounding import Violation
from disputes.letter.plain_values import OUTSIDER_KINDS, is_plain
from disputes.letter.word_list import ACTIONS, ENGLISH
from disputes.playbook import Playbook

# Kinds whose values are whole sentences of somebody; a letter may cite them and not repeat them.
FREE_TEXT_KINDS = frozenset(
    "customer_message merchant_message tracking_event usage_event refund_policy cancellation_policy".split()
)
MIN_OWN_WORDS = 4  # words beside a value, or the value alone would be the sentence

_WORD = re.compile(r"[^\W\d]+(?:['\u2019-][^\W\d]+)*")
_POSSESSIVE = re.compile(r"['\u2019]s$")
_MONTH_FORMATS = "%B %b"


def check(case: Case, rebuttal: Rebuttal, playbook: Playbook) -> tuple[Violation, ...]:
    """Return a violation for every word that a model's letter may not hold, in the order of the claims."""
    points = playbook.find_points(case.dispute, case.evidence)
    sentences = {point.write(proof) for point in points for proof in point.find_proofs(case.evidence)}
    own = (claim for claim in enumerate(rebuttal.claims) if claim[1].text not in sentences)
    return tuple(violation for number, claim in own for violation in _check_claim(number, claim, case))


def _check_claim(number: int, claim: Claim, case: Case) -> Iterator[Violation]:
    cited = [fact for name in claim.facts if (fact := case.evidence.find(name))]
    bare = _blank_values(claim.text, [fact for fact in cited if fact.kind not in FREE_TEXT_KINDS])
    if violations := tuple(_check_words(number, bare, cited)):
        yield from violations
        return
    # A day in a product's title is no record of that day: an outsider's value is used whole, or backs nothing.
    facts = (fact if _is_own_record(fact) else fact.model_copy(update={"value": ""}) for fact in case.evidence.facts)
    rest = Rebuttal(claims=(claim.model_copy(update={"text": bare}),))
    violations = grounding.check(rest, case.evidence.model_copy(update={"facts": tuple(facts)}))
    yield from (violation.model_copy(update={"claim": number}) for violation in violations)


def _is_own_record(fact: Fact) -> bool:
    return form(fact.kind) != "text" or fact.kind not in FREE_TEXT_KINDS | OUTSIDER_KINDS


def _check_words(number: int, bare: str, cited: list[Fact]) -> Iterator[Violation]:
    fact_words, count = _collect_words(cited), 0
    for match in _WORD.finditer(bare):
        word = _POSSESSIVE.sub("", match[0]).casefold()
        parts = re.split("['\u2019-]", word)
        if not all(part in ENGLISH or part in fact_words for part in parts):
            what = f"{match[0]} is no word of our letters"
            yield Violation(claim=number, what=what, start=match.start(), end=match.end())
        elif (action := _find_action(word)) and not any(ACTIONS[action] in fact.kind for fact in cited):
            what = f"{match[0]} is written without a cited record of it"
            yield Violation(claim=number, what=what, start=match.start(), end=match.end())
        count += 1
    if count < MIN_OWN_WORDS:
        yield Violation(claim=number, what="the claim is a value and says nothing about it")


def _blank_values(text: str, cited: list[Fact]) -> str:
    """Return the text with spaces for the values of what is cited, where they are whole, the longest first."""
    for value in sorted({spelling for fact in cited for spelling in _spell(fact)}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", lambda match: " " * len(match[0]), text)
    return text


def _spell(fact: Fact) -> Iterator[str]:
    """Yield a value as a letter may show it: bare where it is a phrase, in quotation marks where a customer admits."""
    value = render(fact)
    if fact.kind.startswith("admits_"):
        yield from (f'"{value}"', f"\u201c{value}\u201d")
    elif form(fact.kind) == "text" and value and is_plain(fact):
        yield value


def _collect_words(cited: list[Fact]) -> set[str]:
    """Return the months and currencies of what is cited."""
    times = [read_time(fact) for fact in cited if form(fact.kind) == "time"]
    months = {f"{time:{name}}".casefold() for time in times for name in _MONTH_FORMATS.split()}
    return months | {fact.value.currency for fact in cited if not isinstance(fact.value, str | int | bool)}


def _find_action(word: str) -> str:
    return next((action for action in ACTIONS if word.startswith(action)), "")
