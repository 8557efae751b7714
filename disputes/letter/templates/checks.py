"""What a template may not say, found by code before anybody signs it. Pure.

Words that say something stand in a predicate, which names the kinds that back it; plain words around it say nothing.
A model is asked the same question a second time (`rebut templates propose`); a person signs.
"""

import re
from collections.abc import Iterator

from disputes.evidence.kinds import form
from disputes.letter import banned_words
from disputes.letter.grounding import statements
from disputes.letter.templates import Template
from disputes.letter.templates.markup import Predicate, Sentence, Slot, Words

_FIGURE = re.compile(r"\d")
_NAMES = frozenset("AVS CVC IP D Secure Exhibit I".split())
_CAPITAL = re.compile(r"(?<=[\w,;:] )[A-Z]\w*|\b[A-Z]{2,}\b")
_CLAIM = ("dispute_amount",)
_CLAIMS = re.compile(r"The (?:cardholder|issuer|bank) (?:says|claims|states|disputes|questions)\b")
_NEGATION = re.compile(r"\b(?:no|not|never|none|nothing|nobody|neither|nor|without|\w+n't)\b", re.IGNORECASE)
_QUOTES = re.compile('["\u201c\u201d]')
MAX_WORDS = 60


def find_problems(template: Template) -> Iterator[str]:
    """Yield what is wrong with a template, in sentences that name the phrasing."""
    for number, sentence in enumerate(template.sentences, 1):
        for problem in dict.fromkeys(_check(sentence)):
            yield f"{template.id}, phrasing {number}: {problem}."


def _check(sentence: Sentence) -> Iterator[str]:
    plain = " ".join(node.text for node in sentence.nodes if isinstance(node, Words))
    text = " ".join(_show(node) for node in sentence.nodes)
    if _FIGURE.search(re.sub(r"\b3-D\b", "", text)):
        yield "it holds a figure; values stand in slots"
    if strange := [word for node in sentence.nodes for word in _find_names(_show(node)) if word not in _NAMES]:
        yield f"{strange[0]} reads like a name; names stand in slots"
    if _QUOTES.search(text):
        yield "it holds a quotation mark; a quotation is a slot with the format quote"
    if negated := _NEGATION.search(plain):
        yield f"{negated[0]!r} denies something outside a predicate, so nothing backs it"
    if len(text.split()) > MAX_WORDS:
        yield f"it has more than {MAX_WORDS} words"
    yield from (f"a letter does not say {word.text!r}: it is {word.label}" for word in banned_words.read(text, ""))
    yield from _check_statements(sentence)
    for node in sentence.nodes:
        if isinstance(node, Slot) and not _has_format(node):
            yield f"{{{'..'.join(node.kinds)}:{node.format}}} has no such format"


def _has_format(slot: Slot) -> bool:
    """Check that a slot's format is one of its kind's form."""
    if len(slot.kinds) > 1:
        return slot.format in {"", "after", "before"}
    if slot.format == "" or slot == Slot(("card",), "card"):
        return True
    formats = {"time": {"day", "moment"}, "text": {"quote"}}
    of = form(slot.kinds[0])
    return slot.format in formats.get(of, set()) or (of == "count" and slot.format.count("/") == 1)


def _find_names(text: str) -> list[str]:
    """Return the words with a capital that do not begin a part of a sentence."""
    first, _, rest = re.sub(r"\b3-D\b", "", text).strip().partition(" ")
    return _CAPITAL.findall(f"{first.lower()} {rest}")


def _check_statements(sentence: Sentence) -> Iterator[str]:
    """Yield each statement of `statements.toml` in the plain words, and in a predicate that does not back it."""
    for node in sentence.nodes:
        if isinstance(node, Slot) or _restates(node):
            continue
        kinds = set(node.kinds) if isinstance(node, Predicate) else set[str]()
        for statement in statements.load():
            said = statement.assertion.search(node.text.casefold()) if statement.assertion else None
            if said and not kinds & {*statement.backed, *statement.proves}:
                backing = f"{', '.join(sorted(kinds))} does not back it" if kinds else "nothing backs it"
                yield f"{said[0].strip()!r} says {statement.name!r}, and {backing}"


def _restates(node: Words | Predicate) -> bool:
    """Check whether words tell what the cardholder or the issuer says, which the dispute itself backs."""
    return isinstance(node, Predicate) and node.kinds == _CLAIM and bool(_CLAIMS.match(node.text))


def _show(node: Words | Slot | Predicate) -> str:
    return "" if isinstance(node, Slot) else node.text
