"""What is known of a dispute: facts, gaps, attachments and the source answers they came from."""

from datetime import datetime

from disputes.ce3.payment import PaymentHistory
from disputes.evidence import entities, kinds
from disputes.evidence.entities import Entity
from disputes.evidence.facts import (
    Bearing,
    Fact,
    FactValue,
    build_fact,
    clean_id,
    read_system,
    read_time,
    render,
    write_time,
)
from disputes.evidence.relation import Relation
from disputes.model import Value

__all__ = [
    "Attachment", "Bearing", "Entity", "Evidence", "Fact", "FactValue", "Gap", "Item", "Relation", "SourceAnswer",
    "build_fact", "clean_id", "kinds", "read_system", "read_time", "render", "write_time",
]  # fmt: skip


class Gap(Value):
    """What a source could not answer, and why. `fatal` when the case is lost without it.

    `absent` when the source did answer, and holds no such record.
    """

    name: str
    why: str
    source: str = ""
    fatal: bool = False
    absent: bool = False


class Attachment(Value):
    """A merchant's file that was checked and stored under `key`; `field` is the Stripe file field it belongs to.

    `source` says where it was read, such as `files:A-1042/receipt/scan.pdf`; `bytes` (its length) and `sha256` are
    those of the original file.
    """

    field: str
    name: str
    key: str
    pages: int
    bytes: int
    sha256: str
    source: str = ""


class SourceAnswer(Value):
    """An API's answer that facts were read from, as it is stored: card numbers masked and cut to the size limit.

    `sha256` and `bytes` (its length) are those of the stored form. `source` is the system and the request, such as
    `shopify:order`; `key` is its name in the storage, and empty when it could not be stored.
    """

    sha256: str
    source: str
    at: datetime
    bytes: int
    key: str = ""


class Item(Value):
    """One row of what was paid for: `amount` is what its `quantity` cost together, tax in and discount off.

    In minor units of `currency`. `source` says where it was read, as that of a fact does.
    """

    name: str
    quantity: int
    amount: int
    currency: str
    source: str


class Evidence(Value):
    """All that is known of a dispute: what was found, in the order it was found, and the gaps.

    `items` is what was paid for, as the first source that lists it says; `relations` is what code worked out of all of
    it (`disputes.evidence.relations`).
    """

    facts: tuple[Fact, ...] = ()
    gaps: tuple[Gap, ...] = ()
    history: PaymentHistory | None = None
    attachments: tuple[Attachment, ...] = ()
    source_answers: tuple[SourceAnswer, ...] = ()
    items: tuple[Item, ...] = ()
    relations: tuple[Relation, ...] = ()

    def of(self, kind: str) -> tuple[Fact, ...]:
        """Return every fact of a kind."""
        return tuple(fact for fact in self.facts if fact.kind == kind)

    def sole(self, kind: str) -> Fact | None:
        """Return the fact of a kind, or None where there is none or several entities have one each."""
        found = self.of(kind)
        if len({fact.about for fact in found}) > 1:
            return None
        return next(iter(sorted(found, key=lambda fact: fact.bearing == "neutral")), None)

    @property
    def product(self) -> str | None:
        """The kind of product that was bought, or None where it is unknown or there are several."""
        fact = self.sole("product_type")
        return str(fact.value) if fact else None

    def has(self, kind: str) -> bool:
        """Return whether a fact of a kind is on record, of whichever entity."""
        return any(fact.kind == kind for fact in self.facts)

    def entities(self, sort: kinds.Sort) -> tuple[Entity, ...]:
        """Return the entities of a sort, each with its facts, in the order they were found."""
        return entities.group(self.facts, sort)

    def find(self, fact_id: str) -> Fact | None:
        """Return the fact with this id, or None."""
        return next((fact for fact in self.facts if fact.id == fact_id), None)

    @property
    def adverse(self) -> tuple[Fact, ...]:
        """The facts that speak against the merchant."""
        return tuple(fact for fact in self.facts if fact.bearing == "hurts")

    def plus(self, other: "Evidence") -> "Evidence":
        """Return this evidence with the other's added. A fact or an attachment that is already here stays as it is.

        Where another system has a different value for a fact of `kinds.COMPARED`, both facts stay: the second as
        `id@system` and neutral, so that reviewers see it and it is not filed.
        """
        known = {(file.field, file.sha256) for file in self.attachments}
        added = tuple(file for file in other.attachments if (file.field, file.sha256) not in known)
        return Evidence(
            facts=_merge_facts(self.facts, other.facts),
            gaps=self.gaps + other.gaps,
            history=self.history or other.history,
            attachments=self.attachments + added,
            source_answers=_merge_answers(self.source_answers, other.source_answers),
            items=self.items or other.items,
            relations=self.relations or other.relations,
        )


def _merge_facts(ours: tuple[Fact, ...], theirs: tuple[Fact, ...]) -> tuple[Fact, ...]:
    merged = {fact.id: fact for fact in ours}
    for fact in theirs:
        present = merged.setdefault(fact.id, fact)
        if fact.kind in kinds.COMPARED and present.value != fact.value and read_system(present) != read_system(fact):
            second = fact.model_copy(update={"id": f"{fact.id}@{read_system(fact)}", "bearing": "neutral"})
            merged.setdefault(second.id, second)
    return tuple(merged.values())


def _merge_answers(ours: tuple[SourceAnswer, ...], theirs: tuple[SourceAnswer, ...]) -> tuple[SourceAnswer, ...]:
    """Return the source answers, each once; of one that was read twice, the stored one stays."""
    merged = {answer.sha256: answer for answer in ours}
    for answer in theirs:
        if not merged.setdefault(answer.sha256, answer).key:
            merged[answer.sha256] = answer
    return tuple(merged.values())
