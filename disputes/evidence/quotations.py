"""Passages of messages that a model points at, each a fact only when code finds it word for word. Pure.

A passage counts as its kind only when its own words say so: each kind has words that a passage must hold and words that
rule it out. The words are English; a passage in another language becomes no fact, and its message still is one.
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
_NEGATION = re.compile(
    r"\b(not|no|never|nothing|none|nobody|without|if|unless|until|whether|would|should|could|might|maybe|supposed|"
    r"pretend|say that|state that|write that|claim that|allegedly)\b|n['\u2019]t\b|\?",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(
    r"[{}<>\[\]|`\\]|://|\bwww\.|\b(ignore|disregard|override|instructions?|prompts?|system|assistant|developer|admin|"
    r"you are|you must|bank account|route|json)\b",
    re.IGNORECASE,
)


class PassageKind(NamedTuple):
    """A kind of passage: the kind of message it is found in, its meaning for a model's prompt, and the words it holds.

    `affirmative` when a negation or a condition in the passage's sentence rules it out.
    """

    name: str
    message: str
    meaning: str
    pattern: re.Pattern[str]
    affirmative: bool = True


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


KINDS = (
    PassageKind(
        "admits_purchase",
        "customer_message",
        "The customer says that they bought, ordered or subscribed themselves.",
        _compile(rf"\b(I|we)\b{_WORD}\b(bought|ordered|purchased|subscribed|signed up|paid)\b|\bmy (order|purchase)\b"),
    ),
    PassageKind(
        "admits_receipt",
        "customer_message",
        "The customer says that the goods or the service came.",
        _compile(rf"\b(I|we)\b{_WORD}\b(received|got|have it)\b|\b(arrived|was delivered|came|turned up)\b"),
    ),
    PassageKind(
        "admits_use",
        "customer_message",
        "The customer says that they used what they bought.",
        _compile(rf"\b(I|we)\b{_WORD}\b(used|use|using|tried|wore|worn|logged in|watched|listened|attended)\b"),
    ),
    PassageKind(
        "reports_fault",
        "customer_message",
        "The customer says that what came is broken, wrong or incomplete.",
        _compile(r"\b(broken?|damaged|defect\w*|faulty|wrong|missing|torn|cracked|does(n['\u2019]t| not) work)\b"),
        affirmative=False,
    ),
    PassageKind(
        "reports_nonreceipt",
        "customer_message",
        "The customer says that nothing came.",
        _compile(
            rf"\b(never|not|n['\u2019]t|nothing)\b{_WORD}\b(arrived?|came|come|received?|delivered|got|get|here)\b"
        ),
        affirmative=False,
    ),
    PassageKind(
        "reports_cancel",
        "customer_message",
        "The customer says that they cancelled or asked to.",
        _compile(r"\bcancel\w*"),
        affirmative=False,
    ),
    PassageKind(
        "promises_refund",
        "merchant_message",
        "We told the customer that money would be or was given back.",
        _compile(rf"\b(will|we['\u2019]ll|shall|have|has|are|going to)\b{_WORD}\b(refund\w*|reimburse\w*|credit\w*)\b"),
        affirmative=False,
    ),
)
_BY_NAME = {kind.name: kind for kind in KINDS}


class Passage(Value):
    """A passage as a model points at it: its kind, its words, and the id of the message it is quoted from."""

    kind: str
    text: str
    fact: str


def find_messages(evidence: Evidence) -> tuple[Fact, ...]:
    """Return the messages on record, the customer's first, in the order they were found."""
    return tuple(fact for kind in MESSAGES for fact in evidence.of(kind))


def keep(quotes: Iterable[Passage], evidence: Evidence) -> Evidence:
    """Return each passage that is found in its message as a fact, once; a passage that is not found is dropped.

    A fact's source is its message's, then `#` and the first and last character, counted from 0 and the last excluded.
    """
    facts: dict[tuple[str, str], Fact] = {}
    for quote in quotes:
        for fact in _confirm(quote, evidence):
            facts.setdefault((fact.kind, str(fact.value)), fact)
    return Evidence(facts=tuple(_number(facts.values())))


def find_passage(passage: str, message: str) -> re.Match[str] | None:
    """Find a passage in a message, letter by letter but for the spaces between words; None where it is not there."""
    words = passage.split()
    return re.search(r"\s+".join(map(re.escape, words)), message) if words else None


def _confirm(quote: Passage, evidence: Evidence) -> Iterator[Fact]:
    kind, message = _BY_NAME.get(quote.kind), evidence.find(quote.fact)
    if kind is None or message is None or message.kind != kind.message:
        return
    text, words = str(message.value), " ".join(quote.text.split())
    match = find_passage(words, text) if len(words) <= LONGEST else None
    if match is None or not _is_of_kind(kind, text, match):
        return
    fact = build_fact(kind.name, words, f"{message.source}#{match.start()}-{match.end()}")
    origin = {"at": message.at, "retrieved_at": message.retrieved_at, "record": message.record, "entity": message.about}
    yield fact.model_copy(update={**origin, "confidence": CONFIDENCE})


def _is_of_kind(kind: PassageKind, message: str, match: re.Match[str]) -> bool:
    """Check that the sentence around a passage says what its kind means, and holds no instruction to a reader.

    A line behind `>` is of another message, which may be anybody's, and admits nothing.
    """
    line = message[message.rfind("\n", 0, match.start()) + 1 :]
    if kind.name.startswith("admits_") and line.lstrip().startswith(">"):
        return False
    start = max((message.rfind(mark, 0, match.start()) for mark in ".!?\n"), default=-1) + 1
    ends = [at for mark in ".!?\n" if (at := message.find(mark, match.end() - 1)) >= 0]
    sentence = message[start : min(ends, default=len(message)) + 1]
    if not kind.pattern.search(match[0]) or _INSTRUCTION.search(sentence):
        return False
    return not (kind.affirmative and _NEGATION.search(sentence))


def _number(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Yield each fact with its kind as its id, from the second of a kind on with a number."""
    counts: dict[str, int] = {}
    for fact in facts:
        counts[fact.kind] = counts.get(fact.kind, 0) + 1
        yield fact if counts[fact.kind] == 1 else fact.model_copy(update={"id": f"{fact.kind}:{counts[fact.kind]}"})
