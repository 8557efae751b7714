"""What a good answer to a case is: which ways are right, which evidence is for it, and which must stay out."""

from collections.abc import Iterable
from typing import Literal

from disputes.model import Strict
from evals.case import CaseFact, EvalCase

Family = Literal["concede", "contest", "refund", "trap"]
FAMILIES: tuple[Family, ...] = ("concede", "contest", "refund", "trap")
Way = Literal["contest", "accept", "wait"]
"""An answer is filed, the loss is accepted, or the case waits for a person."""
Bearing = Literal["required", "helpful", "harmful"]


class EvidenceItem(Strict):
    """One piece of evidence: the kinds of fact it consists of.

    With a `mark`, only a fact that holds these words counts, which tells one message from another.
    """

    name: str
    kinds: tuple[str, ...]
    bearing: Bearing
    mark: str = ""

    def is_on_record(self, records: Iterable[CaseFact]) -> bool:
        """Check whether all of it is on record."""
        kinds = {record.kind for record in records if self.mark in str(record.value)}
        return set(self.kinds) <= kinds


class AnswerKey(Strict):
    """The right answer: any of the `best` ways; an `acceptable` one earns part of the points.

    A letter names each of the `topics`; one written as `delivered|used` is named by either word.
    """

    best: tuple[Way, ...]
    acceptable: tuple[Way, ...] = ()
    items: tuple[EvidenceItem, ...] = ()
    topics: tuple[str, ...] = ()

    @property
    def contestable(self) -> bool:
        """Whether filing an answer is right or acceptable."""
        return "contest" in {*self.best, *self.acceptable}

    def names(self, *bearings: Bearing) -> frozenset[str]:
        """Return the names of the items of these bearings."""
        return frozenset(item.name for item in self.items if item.bearing in bearings)


class OpsCase(Strict):
    """A case of a family with its answer key; `plot` names what happened."""

    family: Family
    plot: str
    case: EvalCase
    key: AnswerKey
