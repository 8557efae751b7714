"""The templates of a letter's sentences: words written beforehand, with slots that code fills. Pure.

No value and no stranger's word is in a template, so no message can dictate what a letter says. A template reaches a
bank only when somebody signed it: the shipped ones with the release, a merchant's own by a signed-in admin.
"""

import hashlib
from collections.abc import Collection, Iterable
from functools import cached_property

from pydantic import Field, model_validator

from disputes.dispute import FILE_FIELDS, Stage
from disputes.errors import Invalid
from disputes.evidence.kinds import ADVERSE, KINDS, NEUTRAL, Sort
from disputes.letter.templates import markup
from disputes.letter.templates.markup import Sentence
from disputes.model import Strict
from disputes.playbook.point import PRODUCTS, TEXT_FIELDS, Product

STAGES: tuple[Stage, ...] = ("inquiry", "chargeback", "compliance", "appeal")


class Template(Strict):
    """One sentence of a letter in several `phrasings`, each of which says the same.

    It stands where all that its markup requires is on record, and none of `unless`. `about` is the sort of entity it is
    told of, one sentence for each; `several` are the phrasings for more than one together. A paragraph stands only when
    one of its `leads` does; `answers` names the topic whose answer it is in the opening. A template with
    `first_only` is left out where another of its topic stands before it.
    """

    name: str = Field(pattern="^[a-z0-9_.-]+$")
    version: int = Field(ge=1)
    topic: str
    phrasings: tuple[str, ...] = Field(min_length=1)
    several: tuple[str, ...] = ()
    about: Sort | None = None
    leads: bool = False
    first_only: bool = False
    answers: str = ""
    reasons: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    except_codes: tuple[str, ...] = ()
    products: tuple[Product, ...] = PRODUCTS
    stages: tuple[Stage, ...] = STAGES
    unless: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check_kinds(self) -> "Template":
        try:
            known = {kind for sentence in self.sentences for kind in sentence.kinds} | set(self.unless)
        except Invalid as error:
            raise ValueError(str(error).rstrip(".")) from error
        if unknown := known - set(KINDS):
            raise ValueError(f"{', '.join(sorted(unknown))} is no kind of fact")
        if barred := {kind for s in self.sentences for kind in s.kinds} & (ADVERSE | NEUTRAL):
            raise ValueError(f"{', '.join(sorted(barred))} is never told to a bank")
        if any(not sentence.kinds for sentence in self.sentences):
            raise ValueError("a phrasing without a slot or a predicate rests on nothing")
        return self

    @property
    def id(self) -> str:
        """The name and version, as a claim of a letter cites its template."""
        return f"{self.name}@{self.version}"

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Each phrasing parsed: those for one, then those for several."""
        return tuple(map(markup.parse, (*self.phrasings, *self.several)))

    @property
    def digest(self) -> str:
        """The SHA-256 of everything the template says and where, in hex: what a signature is of."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class Topic(Strict):
    """A paragraph: its templates in their order, `fields` of Stripe's evidence that repeat it, by reason.

    `place` is where in the letter it stands. Paragraphs of the `body` stand in the order of what decides, and where two
    decide as much, as elsewhere, by `order`. `exhibits` are the file fields whose exhibit proves it, the best first.
    """

    topic: str
    order: int = 0
    place: str = Field(default="body", pattern="^(opening|body|closing)$")
    fields: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    exhibits: tuple[str, ...] = ()
    templates: tuple[Template, ...] = Field(alias="template", min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _name_topic(cls, table: object) -> object:
        if not isinstance(table, dict) or not isinstance(table.get("template"), list):
            return table
        rows = [{**row, "topic": table.get("topic")} for row in table["template"]]
        return {**table, "template": rows}

    @model_validator(mode="after")
    def _check_fields(self) -> "Topic":
        if set(self.fields) - TEXT_FIELDS or set(self.exhibits) - FILE_FIELDS:
            raise ValueError("text goes in text fields and files in file fields (Stripe evidence object)")
        return self


class Templates(Strict):
    """Every topic with its templates, and the digests of those that somebody signed."""

    topics: tuple[Topic, ...]
    signed: frozenset[str] = frozenset()

    @cached_property
    def _usable(self) -> dict[str, tuple[Template, ...]]:
        return {topic.topic: tuple(self._choose(topic)) for topic in self.topics}

    @cached_property
    def _by_id(self) -> dict[str, Template]:
        return {template.id: template for templates in self._usable.values() for template in templates}

    def usable(self, topic: Topic) -> tuple[Template, ...]:
        """Return the signed templates of a topic, of each name the highest version that is signed."""
        return self._usable[topic.topic]

    def find(self, template_id: str) -> Template | None:
        """Return the signed template of this id, or None."""
        return self._by_id.get(template_id)

    def _choose(self, topic: Topic) -> Iterable[Template]:
        signed = [template for template in topic.templates if template.digest in self.signed]
        newest = {t.name: t for t in sorted(signed, key=lambda t: t.version)}
        return dict.fromkeys(newest[template.name] for template in signed)

    def unsigned(self) -> tuple[Template, ...]:
        """Return the templates that nobody signed, which reach no bank."""
        return tuple(t for topic in self.topics for t in topic.templates if t.digest not in self.signed)

    def with_signed(self, digests: Collection[str]) -> "Templates":
        """Return the templates with these digests signed as well."""
        return Templates(topics=self.topics, signed=self.signed | frozenset(digests))

    def plus(self, others: Iterable[Topic]) -> "Templates":
        """Return the templates with those of other topics added, each to its own."""
        added = {topic.topic: topic for topic in others}
        own = (_merge(topic, added.pop(topic.topic, None)) for topic in self.topics)
        return Templates(topics=(*own, *added.values()), signed=self.signed)


def _merge(topic: Topic, other: Topic | None) -> Topic:
    """Return a topic with another's templates, a newer version of one in the place of the older."""
    if other is None:
        return topic
    names = [template.name for template in topic.templates]
    ranked = sorted(
        (*topic.templates, *other.templates), key=lambda t: names.index(t.name) if t.name in names else len(names)
    )
    return topic.model_copy(update={"templates": tuple(ranked)})
