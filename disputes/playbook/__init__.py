"""What answers each reason: points to prove, sentences to say, fields to fill. The data is `playbooks/*.toml`."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from itertools import combinations
from pathlib import Path
from string import Formatter
from typing import Literal

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from disputes import toml_file
from disputes.dispute import Dispute
from disputes.errors import Invalid
from disputes.evidence import Evidence, Fact, render
from disputes.evidence.kinds import ADVERSE, KINDS
from disputes.letter import plain_values
from disputes.model import Strict

Product = Literal["physical", "digital", "service"]
Layout = Literal["record", "receipt", "service", "messages", "tracking", "policy", "duplicate", "refund"]
_NEIGHBOURS = TypeAdapter(dict[str, dict[str, tuple[str, ...]]])
PRODUCTS: tuple[Product, ...] = ("physical", "digital", "service")

TEXT_FIELDS = frozenset(
    "access_activity_log billing_address cancellation_policy_disclosure cancellation_rebuttal customer_email_address "
    "customer_name customer_purchase_ip duplicate_charge_explanation duplicate_charge_id product_description "
    "refund_policy_disclosure refund_refusal_explanation service_date shipping_address shipping_carrier shipping_date "
    "shipping_tracking_number uncategorized_text".split()
)
FILE_FIELDS = frozenset(
    "cancellation_policy customer_communication customer_signature duplicate_charge_documentation receipt "
    "refund_policy service_documentation shipping_documentation uncategorized_file".split()
)
LAYOUTS: dict[str, Layout] = {
    "receipt": "receipt",
    "service_documentation": "service",
    "customer_communication": "messages",
    "shipping_documentation": "tracking",
    "refund_policy": "policy",
    "cancellation_policy": "policy",
    "duplicate_charge_documentation": "duplicate",
}


class Point(Strict):
    """One thing that answers the claim, proven when every fact it needs is on record.

    `sentence` may name exactly the kinds in `needs`, as `{kind}`; it becomes one claim of the letter.
    `decisive` points can win alone; a missing `required` point is a gap, and with `fatal` one that loses the case.
    `fields` are Stripe text fields that carry this sentence besides the letter.
    """

    name: str
    sentence: str
    needs: tuple[str, ...]
    weight: int = Field(ge=0, le=100)
    decisive: bool = False
    required: bool = False
    fatal: bool = False
    products: tuple[Product, ...] = PRODUCTS
    fields: tuple[str, ...] = ()
    missing: str = ""

    @model_validator(mode="after")
    def _known(self) -> "Point":
        named = {name for _, name, _, _ in Formatter().parse(self.sentence) if name is not None}
        if named - set(self.needs) or set(self.needs) - set(KINDS) or set(self.fields) - TEXT_FIELDS:
            raise ValueError(f"point {self.name}: a sentence may name only known kinds that the point needs")
        if set(self.needs) & ADVERSE or not self.needs:
            raise ValueError(f"point {self.name}: needs facts, and never one that speaks against the merchant")
        return self

    def proof(self, evidence: Evidence) -> tuple[Fact, ...] | None:
        """Give the facts that prove this point, one per kind it needs, or None when one is no phrase on record."""
        found = [fact for kind in self.needs if (fact := evidence.first(kind)) and plain_values.plain(fact)]
        return tuple(found) if len(found) == len(self.needs) else None

    def say(self, proof: tuple[Fact, ...]) -> str:
        """Write the sentence with its facts."""
        return self.sentence.format(**{fact.kind: render(fact) for fact in proof})


class AdverseRule(Strict):
    """An adverse kind of fact and how much of the confidence it takes, 0 to 1; nothing beside a fact of `unless`."""

    kind: str
    penalty: float = Field(ge=0, le=1)
    why: str
    unless: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> "AdverseRule":
        if self.kind not in ADVERSE:
            raise ValueError(f"{self.kind} is not an adverse kind of fact")
        if unknown := set(self.unless) - set(KINDS):
            raise ValueError(f"harm {self.kind}: {', '.join(sorted(unknown))} is no kind of fact")
        return self


class SubReason(Strict):
    """What the network's own code says is really claimed, and the points that then lead the letter."""

    name: str
    codes: tuple[str, ...]
    claim: str
    lead: tuple[str, ...] = ()


class Exhibit(Strict):
    """One file field, filled with a sheet of these facts when all of `needs` are on record and none of `unless`.

    `layout` is by default the one that fits the field.
    """

    field: str
    title: str
    needs: tuple[str, ...]
    rows: tuple[str, ...]
    unless: tuple[str, ...] = ()
    layout: Layout = "record"

    @model_validator(mode="before")
    @classmethod
    def _fitting(cls, given: object) -> object:
        return {"layout": LAYOUTS.get(str(given.get("field")), "record"), **given} if isinstance(given, dict) else given

    @model_validator(mode="after")
    def _known(self) -> "Exhibit":
        if unknown := set(self.unless) - set(KINDS):
            raise ValueError(f"exhibit {self.field}: {', '.join(sorted(unknown))} is no kind of fact")
        return self

    def excludes(self, other: "Exhibit") -> bool:
        """Tell whether no evidence shows both."""
        return bool(set(self.unless) & set(other.needs) or set(other.unless) & set(self.needs))


class Playbook(Strict):
    """How one Stripe reason is answered. `target` is the weight of points that makes a full answer.

    `exhibits` stand in their order of value; one whose field is in `keep` is never left out of a packet to make it fit.
    `neighbours` are the points of other reasons that a letter under an umbrella code makes as well, by that code.
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
    harms: tuple[AdverseRule, ...] = Field(default=(), alias="harm")
    sub_reasons: tuple[SubReason, ...] = Field(default=(), alias="sub_reason")
    exhibits: tuple[Exhibit, ...] = Field(default=(), alias="exhibit")
    fields: dict[str, str] = Field(default_factory=dict)
    neighbours: dict[str, tuple[Point, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _sound(self) -> "Playbook":
        names = [point.name for point in self.points]
        leads = {name for sub in self.sub_reasons for name in sub.lead}
        if len(set(names)) != len(names) or leads - set(names):
            raise ValueError("point names are unique, and a sub-reason leads only with points there are")
        if set(self.fields) - TEXT_FIELDS or {e.field for e in self.exhibits} - FILE_FIELDS:
            raise ValueError("text goes in text fields and files in file fields (Stripe evidence object)")
        if any(one.field == other.field and not one.excludes(other) for one, other in combinations(self.exhibits, 2)):
            raise ValueError("a file field takes one file, so exhibits of one field must exclude each other")
        if set(self.keep) - {e.field for e in self.exhibits}:
            raise ValueError("only exhibits there are can be kept")
        kinds = set(self.fields.values()) | {k for e in self.exhibits for k in (*e.needs, *e.rows)}
        if unknown := kinds - set(KINDS) | kinds & ADVERSE:
            raise ValueError(f"these are not kinds that may be filed: {', '.join(sorted(unknown))}")
        return self

    @cached_property
    def _by_code(self) -> dict[str, SubReason]:
        return {lenient(code): sub for sub in self.sub_reasons for code in sub.codes}

    def sub_reason(self, code: str | None) -> SubReason | None:
        """Give the sub-reason a network code names, however the network wrote it, or None."""
        return self._by_code.get(lenient(code)) if code else None

    def ordered(self, product: str | None, code: str | None) -> tuple[Point, ...]:
        """Give the points for a kind of product (all when unknown), a sub-reason's leading points first."""
        fitting = [p for p in self.points if product not in PRODUCTS or product in p.products]
        sub = self.sub_reason(code)
        lead = sub.lead if sub else ()
        beside = [p for p in self._beside(code) if product not in PRODUCTS or product in p.products]
        return (*sorted(fitting, key=lambda p: lead.index(p.name) if p.name in lead else len(lead)), *beside)

    def _beside(self, code: str | None) -> tuple[Point, ...]:
        named = (points for umbrella, points in self.neighbours.items() if code and lenient(umbrella) == lenient(code))
        return next(named, ())

    def fitting(self, dispute: Dispute, evidence: Evidence) -> tuple[Point, ...]:
        """Give the points that fit this dispute and its kind of product, the sub-reason's leading points first."""
        product = evidence.first("product_type")
        return self.ordered(str(product.value) if product else None, dispute.network_code)


class Playbooks(Strict):
    """Every playbook by reason; `general` answers what no other does."""

    by_reason: dict[str, Playbook]

    def of(self, reason: str) -> Playbook:
        """Give the playbook of a reason, `general` when there is none."""
        return self.by_reason.get(reason) or self.by_reason["general"]


def lenient(code: str) -> str:
    """Fold a network reason code so that `C028`, `c28` and `C28` are one (reference 4.6)."""
    letters = "".join(c for c in code.lower() if c.isalnum() or c == ".")
    head = letters.rstrip("0123456789.")
    return head + letters[len(head) :].lstrip("0")


def load(folder: Path | None = None) -> Playbooks:
    """Read every playbook, each with the common points of `_common.toml`. Raises `Invalid` naming the file."""
    folder = folder or Path(__file__).parent / "reasons"
    common = _read(folder / "_common.toml")
    files = sorted(path for path in folder.glob("*.toml") if not path.stem.startswith("_"))
    books = {path.name: _playbook(path, common) for path in files}
    for name, book in books.items():
        if name != f"{book.reason}.toml":
            raise Invalid(f"The playbook {name} is wrong: it answers {book.reason} and must be named for it.")
    if "general.toml" not in books:
        raise Invalid("There is no playbook general.toml, which answers what no other does.")
    by_reason = {book.reason: book for book in books.values()}
    listed = common.get("neighbours", {})
    return Playbooks(by_reason={name: _among(book, by_reason, listed) for name, book in by_reason.items()})


def _among(book: Playbook, by_reason: dict[str, Playbook], listed: object) -> Playbook:
    """Give a playbook the points of its neighbours under each umbrella code it has, those it makes itself left out."""
    try:
        named = _NEIGHBOURS.validate_python(listed)
        beside = {code: tuple(_neighbours(book, by_reason, named.get(code, {}))) for code in book.umbrella}
    except (ValidationError, KeyError) as wrong:
        raise Invalid(
            "The playbook _common.toml is wrong: neighbours name a reason or a point there is not."
        ) from wrong
    return book.model_copy(update={"neighbours": beside})


def _neighbours(book: Playbook, by_reason: dict[str, Playbook], named: dict[str, tuple[str, ...]]) -> Iterator[Point]:
    said = {point.sentence for point in book.points}
    idle = {"weight": 0, "decisive": False, "required": False, "fatal": False}
    for reason, names in named.items():
        points = {point.name: point for point in by_reason[reason].points}
        for point in (points[name] for name in names):
            if point.sentence not in said:
                yield point.model_copy(update=idle)


def _playbook(path: Path, common: dict[str, object]) -> Playbook:
    return toml_file.validate(_merged(_read(path), common), Playbook, _title(path))


def _merged(own: dict[str, object], common: dict[str, object]) -> dict[str, object]:
    """Add the common points, fields and exhibits that the playbook does not define itself."""
    merged = dict(own)
    without = {str(name) for name in _list(own, "without")}
    for key, name in (("point", "name"), ("exhibit", "field"), ("harm", "kind")):
        mine, shared = _list(own, key), [row for row in _list(common, key) if isinstance(row, dict)]
        taken = {row.get(name) for row in mine if isinstance(row, dict)} | without
        merged[key] = mine + [row for row in shared if row.get(name) not in taken]
    fields = own.get("fields"), common.get("fields")
    merged["fields"] = {k: v for part in reversed(fields) if isinstance(part, dict) for k, v in part.items()}
    merged.pop("without", None)
    return merged


def _list(table: dict[str, object], key: str) -> list[object]:
    """Give a list, or the odd value as the only item, so that validation names it instead of nobody."""
    value = table.get(key, [])
    return value if isinstance(value, list) else [value]


def _read(path: Path) -> dict[str, object]:
    return toml_file.read(path, _title(path))


def _title(path: Path) -> str:
    return f"The playbook {path.name}"
