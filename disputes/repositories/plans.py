"""Plans: when people are called on a case and what happens at its end, kept until the case is decided."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from disputes.lifecycle.plan import Plan
from disputes.model import Value
from disputes.policy.deadlines import LastChance
from disputes.repositories.events import WebhookEvent
from disputes.repositories.outbox import OutboxMessage


class DueTimers(Value):
    """The timers of one dispute and round that are due and have not fired, the earliest first.

    `until` is the moment at which they were due. Without any timer it is a case that was recorded as past due and is
    not, as after a clock that went ahead and back.
    """

    dispute_id: str
    account: str | None
    round: str
    names: tuple[str, ...]
    until: datetime


class PlanChange(Value):
    """What a person changes in a plan; None leaves the choice as it is. `times` are aware UTC."""

    choice: LastChance | None = None
    times: Mapping[str, datetime] = {}


class Plans(Protocol):
    """The repository of plans and their timers. The timers of a case end when it is decided (`Cases.save`)."""

    async def find(self, dispute_id: str) -> Plan | None:
        """Return the plan of a dispute with the timers of its round, fired ones included, or None."""
        ...

    async def write(self, plan: Plan, *, fence: int) -> None:
        """Write a plan; what was left of another round ends.

        What people did meanwhile stands: claims, contact, and at the same stage their choice and the times they set;
        and so do timers that fired.

        Raises `LostLease`.
        """
        ...

    async def due(self, now: datetime, *, limit: int = 100) -> list[DueTimers]:
        """Return the due timers of undecided cases, the longest due first.

        A case that a run works on is none of these until it has been at that for two minutes. A timer that fired by a
        clock that was ahead has not fired.
        """
        ...

    async def fire(
        self, due: DueTimers, *, messages: Sequence[OutboxMessage] = (), event: WebhookEvent | None = None
    ) -> bool:
        """Mark timers as fired with their messages and event, all or none.

        False, and nothing is written, when one of them fired already or was moved, or the case was decided meanwhile.
        """
        ...

    async def retry(self, dispute_id: str, at: datetime) -> None:
        """Have a parked case run again at a moment."""
        ...

    async def hasten(self) -> None:
        """Have every case that an outage parked run again at once."""
        ...

    async def claim(self, dispute_id: str, *, by: str) -> None:
        """Note who takes a case; an empty name puts it back. Raises `Invalid` when it has no plan."""
        ...

    async def change(self, dispute_id: str, change: PlanChange, *, by: str) -> None:
        """Write what a person wants to happen, and a step in the history.

        Raises `Invalid` when the case has no plan, or a timer is none of it or has fired.
        """
        ...
