"""A fact: one typed value of one entity, with where and when it was read."""

from datetime import UTC, date, datetime
from typing import Literal

from disputes import money, text
from disputes.evidence import kinds, timespans
from disputes.model import Value
from disputes.money import Money

FactValue = str | int | bool | Money
Bearing = Literal["helps", "hurts", "neutral"]

_NAMED_BY_REF = frozenset(("refund", "message", "use", "other_payment", "other_dispute"))


class Fact(Value):
    """A typed value from a source. `value` is text, an amount, a count or an ISO 8601 UTC time, by the kind's form.

    A time whose hour nobody knows is a date, `2026-03-14`. `entity` is what the fact is about, such as `parcel:1Z999`,
    or only its sort where nothing names it. `source` says where the value was read, such as
    `stripe:charge/ch_1:billing_details.email`. `record` is the SHA-256 in hex of the source answer it came from, one of
    `Evidence.source_answers`, and empty when it came from none. `confidence` is between 0 and 1, and 1.0 for what a
    system states itself.
    """

    id: str
    kind: str
    value: FactValue
    source: str
    entity: str = ""
    at: datetime | None = None
    bearing: Bearing = "helps"
    retrieved_at: datetime | None = None
    record: str = ""
    confidence: float = 1.0

    @property
    def about(self) -> str:
        """The entity, or the sort of entity that this kind is a fact of."""
        return self.entity or kinds.sort(self.kind)

    @property
    def has_hour(self) -> bool:
        """Whether a time fact is known to the hour; a bare date is not."""
        return not timespans.is_date(str(self.value))


def build_fact(kind: str, value: FactValue | date, source: str, *, ref: str = "", of: str = "") -> Fact:
    """Build a fact. Its id is its kind, followed by `ref`, or by the entity it is `of`, where there may be several.

    Adverse kinds hurt, and what is for people alone is neutral. An aware time of any zone becomes ISO 8601 in UTC; a
    date stays one.
    """
    bearing: Bearing = "hurts" if kind in kinds.ADVERSE else "neutral" if kind in kinds.NEUTRAL else "helps"
    sort, mark = kinds.sort(kind), "/".join(filter(None, (of, ref)))
    key = of or (ref if sort in _NAMED_BY_REF else "")
    return Fact(
        id=f"{kind}:{mark}" if mark else kind,
        kind=kind,
        value=_write_value(value),
        source=source,
        entity=f"{sort}:{key}" if key else sort,
        bearing=bearing,
    )


def clean_id(written: str) -> str:
    """Return a fact's id as somebody cites it, cleaned; the key of an entity in it stays whole."""
    kind, colon, mark = written.partition(":")
    return f"{kind}:{text.key(mark, kind)}" if colon and kind in kinds.KINDS else text.line(written)


def read_system(fact: Fact) -> str:
    """Return the system a fact was read from: `stripe`, `shopify`, `policy`."""
    return fact.source.partition(":")[0]


def read_time(fact: Fact) -> datetime:
    """Return the value of a time fact as an aware time in UTC; a date is its midnight."""
    read = datetime.fromisoformat(str(fact.value))
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


def write_time(at: datetime) -> str:
    """Write a time in UTC for people: `14 March 2026 at 09:12 UTC`."""
    return timespans.write(at.isoformat())


def render(fact: Fact) -> str:
    """Write a fact's value as letters show it: `38.00 USD`, `14 March 2026 at 09:12 UTC`, `14 March 2026`."""
    if isinstance(fact.value, Money):
        return money.write(fact.value)
    if kinds.form(fact.kind) == "time":
        return timespans.write(str(fact.value))
    if isinstance(fact.value, bool):
        return "yes" if fact.value else "no"
    return str(fact.value)


def _write_value(value: FactValue | date) -> FactValue:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value
