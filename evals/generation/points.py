"""Which points a good answer to a case makes: the rows of `points.toml` whose facts are on record."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import Field

from disputes import toml_file
from disputes.model import Strict
from evals.case import CaseFact, Wanted


class Row(Strict):
    """A point of a good answer. `facts` are kinds or ids, and must `differ` where it says so.

    `unless` are kinds that make it pointless.
    """

    name: str
    facts: tuple[str, ...]
    reasons: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    differ: bool = False

    def want(self, reason: str, records: Sequence[CaseFact]) -> Wanted | None:
        """Give this point with the ids of its facts, or None where it is not asked."""
        if (self.reasons and reason not in self.reasons) or any(record.kind in self.unless for record in records):
            return None
        found = [next((r for r in records if fact in {r.id, r.kind}), None) for fact in self.facts]
        held = [record for record in found if record]
        alike = self.differ and len({str(record.value) for record in held}) < len(held)
        return Wanted(name=self.name, facts=tuple(r.id for r in held)) if all(found) and not alike else None


class Rows(Strict):
    """Every point that is asked of any answer."""

    point: tuple[Row, ...] = Field(min_length=1)


def read() -> Rows:
    """Read the table of points."""
    return toml_file.load(Path(__file__).parent / "points.toml", Rows, "The table points.toml")


def wanted(rows: Rows, reason: str, records: Sequence[CaseFact], *, hostile: str = "") -> tuple[Wanted, ...]:
    """Give the points a good answer makes.

    None is asked of the fact that carries a `hostile` text, nor of one of which two systems say two things.
    """
    first = {record.id: record.value for record in reversed(records)}
    unsure = {record.id for record in records if record.value != first[record.id]} | {hostile}
    found = [row.want(reason, records) for row in rows.point]
    return tuple(point for point in found if point and not unsure & set(point.facts))
