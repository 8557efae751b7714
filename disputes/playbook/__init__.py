"""How each Stripe reason is answered: points to prove, their sentences, fields and exhibits to fill."""

from datetime import date
from functools import cached_property
from itertools import combinations
from typing import Literal

from pydantic import Field, model_validator

from disputes.dispute import FILE_FIELDS, Dispute
from disputes.evidence import Evidence
from disputes.evidence.kinds import ADVERSE, KINDS
from disputes.model import Strict
from disputes.playbook.criteria import Criterion, ReasonCode
from disputes.playbook.point import PRODUCTS, TEXT_FIELDS, AdverseRule, Point, Product

__all__ = [
    "LAYOUTS", "PRODUCTS", "TEXT_FIELDS", "AdverseRule", "ExhibitRule", "Layout", "Playbook", "Playbooks", "Point",
    "Product", "SubReason", "fold_code",
]  # fmt: skip

Layout = Literal["record", "receipt", "service", "messages", "tracking", "policy", "duplicate", "refund"]

LAYOUTS: dict[str, Layout] = {
    "receipt": "receipt",
    "service_documentation": "service",
    "customer_communication": "messages",
    "shipping_documentation": "tracking",
    "refund_policy": "policy",
    "cancellation_policy": "policy",
    "duplicate_charge_documentation": "duplicate",
}


class SubReason(Strict):
    """What a network reason code really claims, and the points that come first in the letter then."""

    name: str
    codes: tuple[str, ...]
    claim: str
    lead: tuple[str, ...] = ()


class ExhibitRule(Strict):
    """One Stripe file field: it takes an exhibit of `rows` when all of `needs` and none of `unless` are on record.

    Without a `layout` the exhibit has the one that belongs to its field.
    """

    field: str
    title: str
    needs: tuple[str, ...]
    rows: tuple[str, ...]
    unless: tuple[str, ...] = ()
    layout: Layout = "record"

    @model_validator(mode="before")
    @classmethod
    def _choose_layout(cls, table: object) -> object:
        return {"layout": LAYOUTS.get(str(table.get("field")), "record"), **table} if isinstance(table, dict) else table

    @model_validator(mode="after")
    def _check_kinds(self) -> "ExhibitRule":
        if unknown := set(self.unless) - set(KINDS):
            raise ValueError(f"exhibit {self.field}: {', '.join(sorted(unknown))} is no kind of fact")
        return self

    def excludes(self, other: "ExhibitRule") -> bool:
        """Check that no evidence can fill both exhibits."""
        return bool(set(self.unless) & set(other.needs) or set(other.unless) & set(self.needs))


class Playbook(Strict):
    """How one Stripe reason is answered. `target` is the sum of weights that makes a full answer.

    `exhibits` are in their order of value; one whose field is in `keep` is never left out to make a packet fit.
    `neighbours` are, by umbrella code, the points of other reasons that a letter under that code makes as well.
    `criteria` are what the networks ask under their codes, `reason_codes` the codes with their titles.
    """

    reason: str
    title: str
    version: str
    reviewed: date
    source: str
    claim: str
    answer: str
    target: int = Field(gt=0)
    keep: tuple[str, ...] = ()
    umbrella: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    points: tuple[Point, ...] = Field(default=(), alias="point")
    adverse_rules: tuple[AdverseRule, ...] = Field(default=(), alias="harm")
    sub_reasons: tuple[SubReason, ...] = Field(default=(), alias="sub_reason")
    exhibits: tuple[ExhibitRule, ...] = Field(default=(), alias="exhibit")
    fields: dict[str, str] = Field(default_factory=dict)
    neighbours: dict[str, tuple[Point, ...]] = Field(default_factory=dict)
    reason_codes: tuple[ReasonCode, ...] = ()
    criteria: tuple[Criterion, ...] = ()

    @model_validator(mode="after")
    def _check_points(self) -> "Playbook":
        names = [point.name for point in self.points]
        leads = {name for sub in self.sub_reasons for name in sub.lead}
        if len(set(names)) != len(names) or leads - set(names):
            raise ValueError("point names are unique, and a sub-reason leads only with points there are")
        return self

    @model_validator(mode="after")
    def _check_fields(self) -> "Playbook":
        if set(self.fields) - TEXT_FIELDS or {e.field for e in self.exhibits} - FILE_FIELDS:
            raise ValueError("text goes in text fields and files in file fields (Stripe evidence object)")
        if any(
            rule.field == other.field and not rule.excludes(other) for rule, other in combinations(self.exhibits, 2)
        ):
            raise ValueError("a file field takes one file, so exhibits of one field must exclude each other")
        if set(self.keep) - {e.field for e in self.exhibits}:
            raise ValueError("only exhibits there are can be kept")
        return self

    @model_validator(mode="after")
    def _check_kinds(self) -> "Playbook":
        kinds = set(self.fields.values()) | {k for e in self.exhibits for k in (*e.needs, *e.rows)}
        if unknown := kinds - set(KINDS) | kinds & ADVERSE:
            raise ValueError(f"these are not kinds that may be filed: {', '.join(sorted(unknown))}")
        return self

    @cached_property
    def _by_code(self) -> dict[str, SubReason]:
        return {fold_code(code): sub for sub in self.sub_reasons for code in sub.codes}

    def find_sub_reason(self, code: str | None) -> SubReason | None:
        """Return the sub-reason of a network reason code, however the network wrote the code, or None."""
        return self._by_code.get(fold_code(code)) if code else None

    def name_code(self, network: str | None, code: str | None) -> str:
        """Return a reason code as its network names it, with its title; empty for one that nobody gave or knows."""
        named = [each for each in self.reason_codes if code and fold_code(each.code) == fold_code(code)]
        own = next((each for each in named if each.network == network), next(iter(named), None))
        return own.name if own else ""

    def find_criteria(self, code: str | None, product: str | None) -> tuple[Criterion, ...]:
        """Return what the network asks under a code of this kind of product; all of the reason's without a code."""
        folded = fold_code(code) if code else ""
        return tuple(
            criterion
            for criterion in self.criteria
            if (not folded or folded in map(fold_code, criterion.codes))
            and (product not in PRODUCTS or product in criterion.products)
        )

    def find_points(self, dispute: Dispute, evidence: Evidence) -> tuple[Point, ...]:
        """Return the points that fit this dispute and its kind of product, the sub-reason's leading points first."""
        return self.order_points(evidence.product, dispute.network_code)

    def order_points(self, product: str | None, code: str | None) -> tuple[Point, ...]:
        """Return the points for a kind of product (all when unknown), a sub-reason's leading points first."""
        own = [p for p in self.points if product not in PRODUCTS or product in p.products]
        sub = self.find_sub_reason(code)
        lead = sub.lead if sub else ()
        others = [p for p in self._neighbours_of(code) if product not in PRODUCTS or product in p.products]
        return (*sorted(own, key=lambda p: lead.index(p.name) if p.name in lead else len(lead)), *others)

    def _neighbours_of(self, code: str | None) -> tuple[Point, ...]:
        folded = fold_code(code) if code else None
        return next((points for umbrella, points in self.neighbours.items() if fold_code(umbrella) == folded), ())


class Playbooks(Strict):
    """Every playbook by its Stripe reason; `general` answers the reasons that have none."""

    by_reason: dict[str, Playbook]

    def of(self, reason: str) -> Playbook:
        """Return the playbook of a reason, `general` when there is none."""
        return self.by_reason.get(reason) or self.by_reason["general"]


def fold_code(code: str) -> str:
    """Return a network reason code in one spelling, so that `C028`, `c28` and `C28` are the same (reference 4.6)."""
    letters = "".join(c for c in code.lower() if c.isalnum() or c == ".")
    head = letters.rstrip("0123456789.")
    return head + letters[len(head) :].lstrip("0")
