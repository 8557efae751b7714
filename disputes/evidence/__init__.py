"""What is known of a dispute: facts, gaps, attachments and the source answers they came from."""

from datetime import UTC, datetime
from typing import Literal

from disputes import money
from disputes.ce3.payment import PaymentHistory
from disputes.evidence import kinds as kinds
from disputes.model import Value
from disputes.money import Money

FactValue = str | int | bool | Money
Bearing = Literal["helps", "hurts", "neutral"]


class Fact(Value):
    """A typed value from a source. `value` is text, an amount, a count or an ISO 8601 UTC time, by the kind's form.

    `source` says where the value was read, such as `stripe:charge/ch_1:billing_details.email`. `record` is the SHA-256
    in hex of the source answer it came from, one of `Evidence.source_answers`, and empty when it came from none.
    `confidence` is between 0 and 1, and 1.0 for what a system states itself.
    """

    id: str
    kind: str
    value: FactValue
    source: str
    at: datetime | None = None
    bearing: Bearing = "helps"
    retrieved_at: datetime | None = None
    record: str = ""
    confidence: float = 1.0


class Gap(Value):
    """What a source could not answer, and why. `fatal` when the case is lost without it."""

    name: str
    why: str
    source: str = ""
    fatal: bool = False


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

    `items` is what was paid for, as the first source that lists it says.
    """

    facts: tuple[Fact, ...] = ()
    gaps: tuple[Gap, ...] = ()
    history: PaymentHistory | None = None
    attachments: tuple[Attachment, ...] = ()
    source_answers: tuple[SourceAnswer, ...] = ()
    items: tuple[Item, ...] = ()

    def of(self, kind: str) -> tuple[Fact, ...]:
        """Return every fact of a kind."""
        return tuple(fact for fact in self.facts if fact.kind == kind)

    def first(self, kind: str) -> Fact | None:
        """Return the first fact of a kind, or None."""
        return next(iter(self.of(kind)), None)

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


def build_fact(kind: str, value: FactValue | datetime, source: str, *, ref: str = "") -> Fact:
    """Build a fact. Its id is its kind, followed by `ref` where there may be several.

    Adverse kinds hurt, and what is for people alone is neutral. An aware time of any zone becomes ISO 8601 in UTC.
    """
    written = value.astimezone(UTC).isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
    bearing: Bearing = "hurts" if kind in kinds.ADVERSE else "neutral" if kind in kinds.NEUTRAL else "helps"
    return Fact(id=f"{kind}:{ref}" if ref else kind, kind=kind, value=written, source=source, bearing=bearing)


def read_system(fact: Fact) -> str:
    """Return the system a fact was read from: `stripe`, `shopify`, `policy`."""
    return fact.source.partition(":")[0]


def read_time(fact: Fact) -> datetime:
    """Return the value of a time fact as an aware time in UTC."""
    return datetime.fromisoformat(str(fact.value)).astimezone(UTC)


def write_time(at: datetime) -> str:
    """Write a time in UTC for people: `14 March 2026 at 09:12 UTC`."""
    utc = at.astimezone(UTC)
    return f"{utc.day} {utc:%B %Y} at {utc:%H:%M} UTC"


def render(fact: Fact) -> str:
    """Write a fact's value as letters show it: `38.00 USD`, `14 March 2026 at 09:12 UTC`."""
    if isinstance(fact.value, Money):
        return money.write(fact.value)
    if kinds.form(fact.kind) == "time":
        return write_time(read_time(fact))
    if isinstance(fact.value, bool):
        return "yes" if fact.value else "no"
    return str(fact.value)
