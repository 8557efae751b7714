"""Cases: one row a dispute, with all that is known, its state and its history."""

from datetime import datetime
from typing import Literal, Protocol

from disputes.case import Case
from disputes.model import Value
from disputes.repositories.outbox import NOTHING, Outgoing

CaseState = Literal["working", "waiting", "filed", "accepted", "rejected", "recorded", "closed", "parked"]
AT_REST: frozenset[CaseState] = frozenset(("waiting", "filed", "accepted", "rejected", "recorded", "closed"))
DECIDED: frozenset[CaseState] = AT_REST - {"waiting"}
"""The states in which nobody is called any more."""


class HistoryStep(Value):
    """One step that a case took."""

    step: str
    at: datetime
    note: str = ""


class CaseRecord(Value):
    """One case as stored. `version` grows with every change that a reviewer could see."""

    dispute_id: str
    account: str | None = None
    state: CaseState
    outcome: str = ""
    case: Case | None = None
    history: tuple[HistoryStep, ...] = ()
    version: int = 0
    received_at: datetime
    updated_at: datetime
    rested_at: datetime | None = None
    error: str = ""


class CasePage(Value):
    """Some cases, newest first, and the cursor of the next page."""

    records: tuple[CaseRecord, ...]
    cursor: str | None = None


class Cases(Protocol):
    """The repository of cases."""

    async def find(self, dispute_id: str) -> CaseRecord | None:
        """Return one case, or None."""
        ...

    async def page(
        self,
        *,
        status: str | None = None,
        queue: str | None = None,
        reason: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> CasePage:
        """Return cases newest first; `status` is the case's state or Stripe's. Raises `Invalid` on a bad cursor."""
        ...

    async def save(  # noqa: PLR0913 - each is a condition or a part of this one write
        self,
        record: CaseRecord,
        *,
        fence: int | None = None,
        carried: int | None = None,
        expected: int | None = None,
        above: int = 0,
        outgoing: Outgoing = NOTHING,
    ) -> int:
        """Write a case whole and return its new version; the record's own version and rest are ignored.

        In the same transaction `outgoing` goes into the outbox, and the timers of a case that is decided end.
        `carried` is the version of the verdict that this write carries out; any other that waits lapses, since the case
        it was about is gone. The new version is higher than `above`. Raises `LostLease` when `fence` is not the newest
        fencing token of the dispute, and `TryAgain` when the case is not at the `expected` version any more, or a
        waiting case would be worked on though somebody decided on it.
        """
        ...

    async def park(self, record: CaseRecord, *, fence: int, outgoing: Outgoing = NOTHING) -> None:
        """Write a case that an error stopped, at the version it has: what a verdict was about did not change.

        `outgoing` goes into the outbox with it. Raises `LostLease`.
        """
        ...

    async def note(self, dispute_id: str, step: HistoryStep) -> None:
        """Add a step to the history of a case, if there is one, at the version it has."""
        ...

    async def of_person(self, person: str) -> list[str]:
        """Return the dispute ids of a person, by an exact Stripe customer id or e-mail address, oldest first."""
        ...

    async def erase(self, record: CaseRecord, *, fence: int) -> None:
        """Write what stays of an erased case, and empty its verdicts and messages. Raises `LostLease`."""
        ...
