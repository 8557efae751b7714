"""What answers a claim, and what speaks against it: a provable statement, and the weight of an adverse fact."""

from itertools import chain, product
from typing import Literal

from pydantic import Field, model_validator

from disputes.evidence import Entity, Evidence, Fact
from disputes.evidence.entities import named
from disputes.evidence.kinds import ADVERSE, KINDS, Sort, sort
from disputes.letter import plain_values
from disputes.model import Strict

Product = Literal["physical", "digital", "service"]
PRODUCTS: tuple[Product, ...] = ("physical", "digital", "service")

TEXT_FIELDS = frozenset(
    "access_activity_log billing_address cancellation_policy_disclosure cancellation_rebuttal customer_email_address "
    "customer_name customer_purchase_ip duplicate_charge_explanation duplicate_charge_id product_description "
    "refund_policy_disclosure refund_refusal_explanation service_date shipping_address shipping_carrier shipping_date "
    "shipping_tracking_number uncategorized_text".split()
)


class Point(Strict):
    """One thing that answers the claim, proven when every fact it needs is on record, and none of `unless`.

    Its facts of one sort of entity are those of one entity, such as one parcel: the first that has them. Of the sorts
    in `every` each entity has to have them, and all are told; of those in `each`, all that have them are told.
    `decisive` points can win alone; a missing `required` point is a gap, and with `fatal` one that loses the case. How
    a letter says it is the templates' (`disputes.letter.templates`).
    """

    name: str
    needs: tuple[str, ...]
    weight: int = Field(ge=0, le=100)
    decisive: bool = False
    required: bool = False
    fatal: bool = False
    products: tuple[Product, ...] = PRODUCTS
    missing: str = ""
    every: tuple[Sort, ...] = ()
    each: tuple[Sort, ...] = ()
    unless: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check_kinds(self) -> "Point":
        if set(self.unless) - set(KINDS) or {*self.every, *self.each} - set(map(sort, self.needs)):
            raise ValueError(
                f"point {self.name}: unless names known kinds, every and each sorts of what the point needs"
            )
        if unknown := set(self.needs) - set(KINDS):
            raise ValueError(f"point {self.name}: {', '.join(sorted(unknown))} is no kind of fact")
        if set(self.needs) & ADVERSE or not self.needs:
            raise ValueError(f"point {self.name}: needs facts, and never one that speaks against the merchant")
        return self

    def find_proof(self, evidence: Evidence) -> tuple[Fact, ...] | None:
        """Return the facts that prove this point, of the first entity that has them, or None."""
        return next(iter(self.find_proofs(evidence)), None)

    def find_proofs(self, evidence: Evidence) -> tuple[tuple[Fact, ...], ...]:
        """Return each proof of this point, with one fact for each kind it needs; none where it is not proven.

        A value that is no plain one (`disputes.letter.plain_values`) proves nothing.
        """
        chosen = [self._choose(evidence, each) for each in dict.fromkeys(map(sort, self.needs))]
        proofs = (tuple(chain.from_iterable(parts)) for parts in product(*chosen))
        return tuple(tuple(sorted(proof, key=lambda fact: self.needs.index(fact.kind))) for proof in proofs)

    def _choose(self, evidence: Evidence, of: Sort) -> tuple[tuple[Fact, ...], ...]:
        """Return the facts of each entity of a sort that the point is told of."""
        needs = [kind for kind in self.needs if sort(kind) == of]
        entities = named(evidence.entities(of))
        found = [self._prove(entity, needs) for entity in entities]
        proofs = tuple(facts for facts in found if facts)
        if of in self.every:
            return proofs if len(proofs) == len(entities) else ()
        return proofs if of in self.each else proofs[:1]

    def _prove(self, entity: Entity, needs: list[str]) -> tuple[Fact, ...]:
        facts = [fact for kind in needs if (fact := entity.get(kind)) and plain_values.may_be_told(fact)]
        barred = any(entity.of(kind) for kind in self.unless)
        return tuple(facts) if len(facts) == len(needs) and not barred else ()


class AdverseRule(Strict):
    """How much of the confidence, 0 to 1, a kind of adverse fact takes; nothing while a fact of `unless` is known.

    One that `keeps` leaves the case to a person, whatever the confidence.
    """

    kind: str
    penalty: float = Field(ge=0, le=1)
    why: str
    keeps: bool = False
    unless: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check_kinds(self) -> "AdverseRule":
        if self.kind not in ADVERSE:
            raise ValueError(f"{self.kind} is not an adverse kind of fact")
        if unknown := set(self.unless) - set(KINDS):
            raise ValueError(f"harm {self.kind}: {', '.join(sorted(unknown))} is no kind of fact")
        return self
