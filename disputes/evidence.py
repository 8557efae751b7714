"""Facts, and what is missing."""

from datetime import UTC, datetime
from typing import Literal

from disputes import facts as kinds
from disputes import money
from disputes.ce3_payment import History
from disputes.model import Value
from disputes.money import Money

Held = str | int | bool | Money
Bearing = Literal["helps", "hurts", "neutral"]


class Fact(Value):
    """One thing on record. `value` is text, an amount, a count or an ISO 8601 UTC time, by the form of its kind.

    `source` says where it was read, such as `stripe:charge/ch_1:billing_details.email`.
    """

    id: str
    kind: str
    value: Held
    source: str
    at: datetime | None = None
    bearing: Bearing = "helps"


class Gap(Value):
    """Something that should be known and is not. `fatal` when the case is lost without it."""

    name: str
    why: str
    source: str = ""
    fatal: bool = False


class Evidence(Value):
    """All that was found, in the order of finding, and all that was not."""

    facts: tuple[Fact, ...] = ()
    gaps: tuple[Gap, ...] = ()
    history: History | None = None

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
        """Join two finds; a fact id that is already here wins."""
        known, history = {fact.id for fact in self.facts}, self.history or other.history
        fresh = tuple(fact for fact in other.facts if fact.id not in known)
        return Evidence(facts=self.facts + fresh, gaps=self.gaps + other.gaps, history=history)


def a_fact(kind: str, value: Held | datetime, source: str, *, ref: str = "") -> Fact:
    """Make a fact: its id is its kind, with `ref` when there may be several; adverse kinds hurt."""
    held = value.astimezone(UTC).isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
    bearing: Bearing = "hurts" if kind in kinds.ADVERSE else "helps"
    return Fact(id=f"{kind}:{ref}" if ref else kind, kind=kind, value=held, source=source, bearing=bearing)


def when(fact: Fact) -> datetime:
    """Read a time fact as aware UTC."""
    return datetime.fromisoformat(str(fact.value)).astimezone(UTC)


def render(fact: Fact) -> str:
    """Write a fact's value as letters show it: `38.00 USD`, `14 March 2026 at 09:12 UTC`."""
    if isinstance(fact.value, Money):
        return money.write(fact.value)
    if kinds.form(fact.kind) == "time":
        moment = when(fact)
        return f"{moment.day} {moment:%B %Y} at {moment:%H:%M} UTC"
    if isinstance(fact.value, bool):
        return "yes" if fact.value else "no"
    return str(fact.value)
