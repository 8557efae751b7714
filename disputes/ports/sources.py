"""Sources of evidence."""

from typing import Protocol

from disputes.dispute import Dispute
from disputes.evidence import Evidence


class Source(Protocol):
    """One outside system that knows facts about a dispute.

    `keys` are the kinds of fact it is asked by: as soon as one of them is known, and at once when there are none.
    `offers` are the kinds it has when it has them, so that an answer without one says something.
    """

    name: str
    keys: tuple[str, ...]
    offers: tuple[str, ...]

    async def gather(self, dispute: Dispute, known: Evidence) -> Evidence:
        """Return what this system adds to what is known; what it cannot answer becomes a gap.

        Never raises for a missing record.
        """
        ...
