"""The points that a good answer to a case makes: the rules of `points.toml` whose facts are on record."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import Field

from disputes import toml_file
from disputes.model import Strict
from evals.case import CaseFact, ExpectedPoint


class PointRule(Strict):
    """The rule for one point: `facts` are the kinds or ids it rests on, whose values must be distinct with `differ`.

    The point is expected for the `reasons` (all when empty), `unless` a fact of one of those kinds is on record.
    """

    name: str
    facts: tuple[str, ...]
    reasons: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    differ: bool = False

    def expect(self, reason: str, records: Sequence[CaseFact]) -> ExpectedPoint | None:
        """Return this point with the ids of its facts, or None where it is not expected."""
        if (self.reasons and reason not in self.reasons) or any(record.kind in self.unless for record in records):
            return None
        matches = [
            next((record for record in records if fact in {record.id, record.kind}), None) for fact in self.facts
        ]
        facts = [record for record in matches if record]
        alike = self.differ and len({str(record.value) for record in facts}) < len(facts)
        return (
            ExpectedPoint(name=self.name, facts=tuple(record.id for record in facts))
            if all(matches) and not alike
            else None
        )


class PointRules(Strict):
    """The rules for all points."""

    point: tuple[PointRule, ...] = Field(min_length=1)


def read() -> PointRules:
    """Read the rules of `points.toml`."""
    return toml_file.load(Path(__file__).parent / "points.toml", PointRules, "The table points.toml")


def expected_points(
    rules: PointRules, reason: str, records: Sequence[CaseFact], *, hostile: str = ""
) -> tuple[ExpectedPoint, ...]:
    """Return the points a good answer makes.

    No point rests on the fact that carries a `hostile` text, nor on a fact about which two systems disagree.
    """
    first = {record.id: record.value for record in reversed(records)}
    excluded = {record.id for record in records if record.value != first[record.id]} | {hostile}
    matches = [rule.expect(reason, records) for rule in rules.point]
    return tuple(point for point in matches if point and not excluded & set(point.facts))
