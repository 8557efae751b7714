"""Facts, and what is missing."""

from datetime import UTC, datetime
from typing import Literal

from disputes import money
from disputes.ce3.payment import History
from disputes.evidence import kinds as kinds
from disputes.model import Value
from disputes.money import Money

FactValue = str | int | bool | Money
Bearing = Literal["helps", "hurts", "neutral"]


class Fact(Value):
    """One thing on record. `value` is text, an amount, a count or an ISO 8601 UTC time, by the form of its kind.

    `source` says where it was read, such as `stripe:charge/ch_1:billing_details.email`; `record` is the SHA-256 of
    the answer it came from, in hex, as `Evidence.records` has it, and empty for what was read from none. `confidence`
    is 1.0 for what a system states as such.
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
    """Something that should be known and is not. `fatal` when the case is lost without it."""

    name: str
    why: str
    source: str = ""
    fatal: bool = False


class Attachment(Value):
    """One file of the merchant's that proves something, checked and in storage under `key`; `field` is Stripe's.

    `source` says where it was read, such as `files:A-1042/receipt/scan.pdf`; `bytes` and `sha256` are the original's.
    """

    field: str
    name: str
    key: str
    pages: int
    bytes: int
    sha256: str
    source: str = ""


class SourceAnswer(Value):
    """One answer that facts were read from, as it is kept: clean of card numbers, cut to size, `sha256` over that.

    `source` names who gave it to which question, such as `shopify:order`; `key` is its name in the storage, and empty
    when it could not be kept.
    """

    sha256: str
    source: str
    at: datetime
    bytes: int
    key: str = ""


class Evidence(Value):
    """All that was found, in the order of finding, and all that was not."""

    facts: tuple[Fact, ...] = ()
    gaps: tuple[Gap, ...] = ()
    history: History | None = None
    attachments: tuple[Attachment, ...] = ()
    records: tuple[SourceAnswer, ...] = ()

    def of(self, kind: str) -> tuple[Fact, ...]:
        """Give every fact of a kind."""
        return tuple(fact for fact in self.facts if fact.kind == kind)

    def first(self, kind: str) -> Fact | None:
        """Give the first fact of a kind, or None."""
        return next(iter(self.of(kind)), None)

    def find(self, fact_id: str) -> Fact | None:
        """Give the fact with this id, or None."""
        return next((fact for fact in self.facts if fact.id == fact_id), None)

    @property
    def adverse(self) -> tuple[Fact, ...]:
        """The facts that speak against the merchant."""
        return tuple(fact for fact in self.facts if fact.bearing == "hurts")

    def plus(self, other: "Evidence") -> "Evidence":
        """Join two finds; what is already here wins, and so does an attachment with the same content.

        Where another system says something else of what should be the same, both stay: the second under `id@system`,
        neutral, so that people see it and banks do not.
        """
        facts = {fact.id: fact for fact in self.facts}
        for fact in other.facts:
            kept = facts.setdefault(fact.id, fact)
            if fact.kind in kinds.COMPARED and kept.value != fact.value and read_system(kept) != read_system(fact):
                apart = fact.model_copy(update={"id": f"{fact.id}@{read_system(fact)}", "bearing": "neutral"})
                facts.setdefault(apart.id, apart)
        held = {(file.field, file.sha256) for file in self.attachments}
        more = tuple(file for file in other.attachments if (file.field, file.sha256) not in held)
        return Evidence(
            facts=tuple(facts.values()),
            gaps=self.gaps + other.gaps,
            history=self.history or other.history,
            attachments=self.attachments + more,
            records=_merge_answers(self.records, other.records),
        )


def _merge_answers(ours: tuple[SourceAnswer, ...], theirs: tuple[SourceAnswer, ...]) -> tuple[SourceAnswer, ...]:
    """Join records, each once; of one answer that was read twice, the one in storage stays."""
    kept = {record.sha256: record for record in ours}
    for record in theirs:
        if not kept.setdefault(record.sha256, record).key:
            kept[record.sha256] = record
    return tuple(kept.values())


def build_fact(kind: str, value: FactValue | datetime, source: str, *, ref: str = "") -> Fact:
    """Make a fact: its id is its kind, with `ref` when there may be several; adverse kinds hurt."""
    held = value.astimezone(UTC).isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
    bearing: Bearing = "hurts" if kind in kinds.ADVERSE else "helps"
    return Fact(id=f"{kind}:{ref}" if ref else kind, kind=kind, value=held, source=source, bearing=bearing)


def read_system(fact: Fact) -> str:
    """Name the system a fact was read from: `stripe`, `shopify`, `policy`."""
    return fact.source.partition(":")[0]


def read_time(fact: Fact) -> datetime:
    """Read a time fact as aware UTC."""
    return datetime.fromisoformat(str(fact.value)).astimezone(UTC)


def write_time(at: datetime) -> str:
    """Write a time for people: `14 March 2026 at 09:12 UTC`."""
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
