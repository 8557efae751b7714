"""The markup of a letter's templates: plain words, slots, predicates and optional parts. Pure.

| Markup | What it is |
|---|---|
| `{delivered_at:day}` | a slot: code writes the value of that kind of fact, in that format |
| `{paid_at..delivered_at}` | a slot of two times: `four days after`, `on the same day as` |
| `{delivered_at..dispute_opened_at:before}` | how long the first lies before the other: `ten days before` |
| `{prior_payments:payment/payments}` | a slot of a count, with its noun: `three payments` |
| `[signed for](delivery_signature)` | a predicate: these words may stand only where that kind is on record |
| `[the two checks passed](avs_match+cvc_match)` | a predicate that rests on several kinds |
| `< on {delivered_at:day}>` | an optional part: it stands where all its kinds are on record |
| `<, [signed for](...)|, [left](...)>` | the first alternative whose kinds are on record, or nothing |
| `<!A|B>` | the first alternative whose kinds are on record; without any the sentence does not stand |
| `{exhibit}` | the exhibit that shows it; without it, it stands at the end of the sentence |
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from disputes.errors import Invalid

EXHIBIT = "exhibit"
_PART = re.compile(r"<(?P<optional>[^<>]*)>|(?P<plain>[^<>]+)|(?P<stray>[<>])")
_NODE = re.compile(
    r"\{(?P<slot>[^{}\[\]]*)\}|\[(?P<words>[^{}\[\]]+)\]\((?P<kinds>[a-z0-9_+]+)\)|(?P<text>[^{}\[\]]+)|(?P<stray>[{}\[\]])"
)
_SLOT = re.compile(r"(?P<kinds>[a-z0-9_]+(?:\.\.[a-z0-9_]+)?)(?::(?P<format>[^{}]+))?")


class Words(NamedTuple):
    """Plain words, which say nothing that a fact would have to back."""

    text: str


class Slot(NamedTuple):
    """The place of a value: the kinds it is written from, and the format."""

    kinds: tuple[str, ...]
    format: str


class Predicate(NamedTuple):
    """Words that say something, and the kinds of fact that have to back them."""

    text: str
    kinds: tuple[str, ...]


Node = Words | Slot | Predicate
Part = tuple[tuple[Node, ...], ...]
"""The alternatives of a part of a sentence."""


class Sentence(NamedTuple):
    """A parsed phrasing: its parts in order, each with its alternatives, and which of them are optional."""

    parts: tuple[tuple[bool, Part], ...]

    @property
    def nodes(self) -> Iterator[Node]:
        """Every node of every alternative."""
        return (node for _, alternatives in self.parts for nodes in alternatives for node in nodes)

    @property
    def required(self) -> tuple[str, ...]:
        """The kinds without which the sentence cannot stand."""
        always = (kinds_of(found[0]) for optional, found in self.parts if not optional and len(found) == 1)
        return tuple(dict.fromkeys(kind for kinds in always for kind in kinds))

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind that the sentence may rest on."""
        return tuple(dict.fromkeys(kinds_of(tuple(self.nodes))))


def kinds_of(nodes: tuple[Node, ...]) -> tuple[str, ...]:
    """Return the kinds that nodes rest on, in order."""
    return tuple(kind for node in nodes if not isinstance(node, Words) for kind in node.kinds if kind != EXHIBIT)


def parse(text: str) -> Sentence:
    """Parse a phrasing. Raises `Invalid` with what of it is no markup."""
    return Sentence(tuple(_parse_part(match, text) for match in _PART.finditer(text)))


def _parse_part(match: re.Match[str], text: str) -> tuple[bool, Part]:
    if match["stray"]:
        raise Invalid(f"{text!r} has a {match['stray']} without its other half.")
    if match["plain"] is not None:
        return False, (_parse_nodes(match["plain"]),)
    inner = match["optional"]
    return not inner.startswith("!"), tuple(_parse_nodes(part) for part in inner.removeprefix("!").split("|"))


def _parse_nodes(text: str) -> tuple[Node, ...]:
    return tuple(_parse_node(match, text) for match in _NODE.finditer(text))


def _parse_node(match: re.Match[str], text: str) -> Node:
    if match["text"] is not None:
        return Words(match["text"])
    if match["words"] is not None:
        return Predicate(match["words"], tuple(match["kinds"].split("+")))
    slot = _SLOT.fullmatch(match["slot"] or "")
    if slot is None:
        raise Invalid(f"{text!r} has a {match[0]!r} that is neither a slot nor a predicate.")
    return Slot(tuple(slot["kinds"].split("..")), slot["format"] or "")
