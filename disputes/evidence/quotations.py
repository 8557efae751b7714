"""What people wrote, word for word: a model may point at a passage, and code finds it again or drops it. Pure.

A passage counts as what it is said to be only when its own words say so: each kind has words that it must hold and
words that undo it. English first; a passage in another language is kept in the message it stands in, and no more.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from disputes.evidence import Evidence, Fact, build_fact
from disputes.model import Value

CONFIDENCE = 0.7
LONGEST = 240
MESSAGES = ("customer_message", "merchant_message")

_WORD = r"[^.!?\n]{0,80}?"
_UNDONE = re.compile(
    r"\b(not|no|never|nothing|none|nobody|without|if|unless|until|whether|would|should|could|might|maybe|supposed|"
    r"pretend|say that|state that|write that|claim that|allegedly)\b|n['\u2019]t\b|\?",
    re.IGNORECASE,
)
_ORDERS = re.compile(
    r"[{}<>\[\]|`\\]|://|\bwww\.|\b(ignore|disregard|override|instructions?|prompts?|system|assistant|developer|admin|"
    r"you are|you must|bank account|route|json)\b",
    re.IGNORECASE,
)


class Kind(NamedTuple):
    """A sort of passage: whose message it stands in, what a model is told of it, and the words it must hold."""

    name: str
    message: str
    meaning: str
    cue: re.Pattern[str]
    plain: bool = True


def _cue(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


KINDS = (
    Kind(
        "admits_purchase",
        "customer_message",
        "The customer says that they bought, ordered or subscribed themselves.",
        _cue(rf"\b(I|we)\b{_WORD}\b(bought|ordered|purchased|subscribed|signed up|paid)\b|\bmy (order|purchase)\b"),
    ),
    Kind(
        "admits_receipt",
        "customer_message",
        "The customer says that the goods or the service came.",
        _cue(rf"\b(I|we)\b{_WORD}\b(received|got|have it)\b|\b(arrived|was delivered|came|turned up)\b"),
    ),
    Kind(
        "admits_use",
        "customer_message",
        "The customer says that they used what they bought.",
        _cue(rf"\b(I|we)\b{_WORD}\b(used|use|using|tried|wore|worn|logged in|watched|listened|attended)\b"),
    ),
    Kind(
        "reports_fault",
        "customer_message",
        "The customer says that what came is broken, wrong or incomplete.",
        _cue(r"\b(broken?|damaged|defect\w*|faulty|wrong|missing|torn|cracked|does(n['\u2019]t| not) work)\b"),
        plain=False,
    ),
    Kind(
        "reports_nonreceipt",
        "customer_message",
        "The customer says that nothing came.",
        _cue(rf"\b(never|not|n['\u2019]t|nothing)\b{_WORD}\b(arrived?|came|come|received?|delivered|got|get|here)\b"),
        plain=False,
    ),
    Kind(
        "reports_cancel",
        "customer_message",
        "The customer says that they cancelled or asked to.",
        _cue(r"\bcancel\w*"),
        plain=False,
    ),
    Kind(
        "promises_refund",
        "merchant_message",
        "We told the customer that money would be or was given back.",
        _cue(rf"\b(will|we['\u2019]ll|shall|have|has|are|going to)\b{_WORD}\b(refund\w*|reimburse\w*|credit\w*)\b"),
        plain=False,
    ),
)
_BY_NAME = {kind.name: kind for kind in KINDS}


class Passage(Value):
    """A passage as a model points at it: its kind, its words, and the id of the message it stands in."""

    kind: str
    text: str
    fact: str


def texts(evidence: Evidence) -> tuple[Fact, ...]:
    """Give the messages there are to read, in the order of finding."""
    return tuple(fact for kind in MESSAGES for fact in evidence.of(kind))


def keep(quotes: Iterable[Passage], evidence: Evidence) -> Evidence:
    """Give each passage that code finds again as a fact, once; what is not found is dropped.

    A fact's source is that of its message with the first and last character, counted from 0 and the last excluded.
    """
    kept: dict[tuple[str, str], Fact] = {}
    for quote in quotes:
        for fact in _found(quote, evidence):
            kept.setdefault((fact.kind, str(fact.value)), fact)
    return Evidence(facts=tuple(_numbered(kept.values())))


def stands(passage: str, said: str) -> re.Match[str] | None:
    """Find a passage in what was said, letter by letter but for the spaces between words; None where it is not."""
    words = passage.split()
    return re.search(r"\s+".join(map(re.escape, words)), said) if words else None


def _found(quote: Passage, evidence: Evidence) -> Iterator[Fact]:
    kind, message = _BY_NAME.get(quote.kind), evidence.find(quote.fact)
    if kind is None or message is None or message.kind != kind.message:
        return
    said, words = str(message.value), " ".join(quote.text.split())
    place = stands(words, said) if len(words) <= LONGEST else None
    if place is None or not _says(kind, said, place):
        return
    source = f"{message.source}#{place.start()}-{place.end()}"
    fact = build_fact(kind.name, words, source)
    told = {"at": message.at, "retrieved_at": message.retrieved_at, "record": message.record}
    yield fact.model_copy(update={**told, "confidence": CONFIDENCE})


def _says(kind: Kind, said: str, place: re.Match[str]) -> bool:
    """Tell whether the sentence around a passage says what its kind means, and gives nobody orders."""
    start = max((said.rfind(mark, 0, place.start()) for mark in ".!?\n"), default=-1) + 1
    ends = [at for mark in ".!?\n" if (at := said.find(mark, place.end() - 1)) >= 0]
    sentence = said[start : min(ends, default=len(said)) + 1]
    if not kind.cue.search(place[0]) or _ORDERS.search(sentence):
        return False
    return not (kind.plain and _UNDONE.search(sentence))


def _numbered(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Name each fact by its kind, the second of a kind with a number."""
    seen: dict[str, int] = {}
    for fact in facts:
        seen[fact.kind] = seen.get(fact.kind, 0) + 1
        yield fact if seen[fact.kind] == 1 else fact.model_copy(update={"id": f"{fact.kind}:{seen[fact.kind]}"})
