"""Sentences of a letter, rendered from templates: every value by code, every predicate backed by a fact. Pure."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from disputes.evidence import Entity, Evidence, Fact
from disputes.evidence.entities import named
from disputes.evidence.kinds import Sort, sort
from disputes.letter import exhibit_marks, plain_values, values
from disputes.letter.templates import Template
from disputes.letter.templates.markup import EXHIBIT, Node, Part, Predicate, Sentence, Slot, Words, kinds_of
from disputes.model import Value

_SPACES = re.compile(r" {2,}")
_TIDY = re.compile(r" +(?=[,.;:])")
_COMMA_AT_END = re.compile(r",(?=[.;:]\Z)")
PLACE = "\ue000"
"""Where a rendered sentence names its exhibit: a character that cleaning takes out of every value."""

_END = re.compile(r"(?P<body>.*[^.?!])(?P<end>[.?!])", re.DOTALL)

Backing = dict[str, tuple[Fact, ...]]
"""The facts that back each kind: one, or one of each entity where the sentence is told of several."""


class Rendered(Value):
    """A sentence with the ids and kinds of the facts it rests on."""

    text: str
    facts: tuple[str, ...]
    kinds: tuple[str, ...] = ()

    def naming(self, mark: str) -> str:
        """Return the text with an exhibit's mark in brackets, or without one where there is none."""
        return name_exhibit(self.text, mark)


def render(template: Template, evidence: Evidence, *, phrasing: int) -> tuple[Rendered, ...]:
    """Return the sentences that a template makes of the evidence, in a phrasing; none where it has no backing.

    There is one for each entity that the template is about, or one for all of them together where it has a phrasing for
    several and each has what it needs.
    """
    entities = named(evidence.entities(template.about)) if template.about else ()
    if template.several and len(entities) > 1:
        sentence = _pick(template.sentences[len(template.phrasings) :], phrasing)
        backed = [_back(sentence, evidence, entity, template) for entity in entities]
        if all(each is not None for each in backed):
            together = _merge([each for each in backed if each is not None])
            return tuple(filter(None, [_write(sentence, together)]))
    sentence = _pick(template.sentences[: len(template.phrasings)], phrasing)
    chosen: Sequence[Entity | None] = entities or ([] if template.about else [None])
    backings = [_back(sentence, evidence, entity, template) for entity in chosen]
    return tuple(filter(None, (_write(sentence, backing) for backing in backings if backing is not None)))


def name_exhibit(text: str, mark: str) -> str:
    """Return a sentence with an exhibit named where it says so, or else before its full stop."""
    named = exhibit_marks.write(mark)
    if PLACE in text:
        return _tidy(text.replace(f" {PLACE}", named).replace(PLACE, named.strip()))
    match = _END.fullmatch(text)
    return f"{match['body']}{named}{match['end']}" if match and mark else text


def _pick(sentences: Sequence[Sentence], number: int) -> Sentence:
    return sentences[number % len(sentences)]


def _back(sentence: Sentence, evidence: Evidence, about: Entity | None, template: Template) -> Backing | None:
    """Return what backs the kinds of a sentence, of one entity of each sort; None where a required one lacks."""
    backing: Backing = {}
    for of in dict.fromkeys(map(sort, (*sentence.kinds, *template.unless))):
        required = [kind for kind in sentence.required if sort(kind) == of]
        entity = about if about and of == template.about else _choose(evidence, of, required)
        if entity is None:
            continue
        if any(entity.of(kind) for kind in template.unless):
            return None
        backing |= {kind: (fact,) for kind in sentence.kinds if sort(kind) == of and (fact := find(entity, kind))}
    return backing if all(kind in backing for kind in sentence.required) else None


def _choose(evidence: Evidence, of: Sort, required: Sequence[str]) -> Entity | None:
    entities = named(evidence.entities(of))
    whole = (entity for entity in entities if all(find(entity, kind) for kind in required))
    return next(whole, None) if required else next(iter(entities), None)


def find(entity: Entity, kind: str) -> Fact | None:
    """Return the fact of a kind that a letter may tell, or None."""
    fact = entity.get(kind)
    return fact if fact and plain_values.may_be_told(fact) else None


def _merge(backings: Sequence[Backing]) -> Backing:
    """Return what backs each kind of all entities; a kind that one of them lacks is told of none."""
    shared = set.intersection(*(set(backing) for backing in backings))
    return {
        kind: tuple(dict.fromkeys(chain.from_iterable(b[kind] for b in backings)))
        for kind in backings[0]
        if kind in shared
    }


def _write(sentence: Sentence, backing: Backing) -> Rendered | None:
    written, used = [], list[str]()
    for optional, alternatives in sentence.parts:
        result = _write_part(alternatives, backing)
        if result is None and not optional:
            return None
        text, kinds = result or ("", ())
        written.append(text)
        used += kinds
    facts = dict.fromkeys(fact.id for kind in used for fact in backing[kind])
    text = _tidy("".join(written))
    return Rendered(text=text, facts=tuple(facts), kinds=tuple(dict.fromkeys(used))) if facts else None


def _write_part(alternatives: Part, backing: Backing) -> tuple[str, tuple[str, ...]] | None:
    for nodes in alternatives:
        texts = [_write_node(node, backing) for node in nodes]
        if all(text is not None for text in texts):
            return "".join(text for text in texts if text), kinds_of(nodes)
    return None


def _write_node(node: Node, backing: Backing) -> str | None:
    match node:
        case Words(text):
            return text
        case Predicate(text, kinds):
            return text if all(kind in backing for kind in kinds) else None
        case Slot(kinds, wanted):
            return _write_slot(kinds, wanted, backing)


def _write_slot(kinds: tuple[str, ...], wanted: str, backing: Backing) -> str | None:
    if kinds == (EXHIBIT,):
        return PLACE
    if any(kind not in backing for kind in kinds):
        return None
    if len(kinds) == 1:
        return values.write(backing[kinds[0]], wanted)
    written = {values.write_distance(s, e, wanted or "after") for s, e in _pairs(backing[kinds[0]], backing[kinds[1]])}
    return next(iter(written)) if len(written) == 1 else None


def _pairs(starts: tuple[Fact, ...], ends: tuple[Fact, ...]) -> Iterator[tuple[Fact, Fact]]:
    return ((start, end) for start in starts for end in ends)


def _tidy(text: str) -> str:
    """Return a text without the spaces that optional parts leave."""
    return _COMMA_AT_END.sub("", _TIDY.sub("", _SPACES.sub(" ", text)).strip())
