"""Signed webhooks that may be about a dispute and that Rebut could not take: kept to be shown, never to be acted on."""

from datetime import datetime
from typing import Protocol

from disputes.model import Value

MOST_KEPT = 1_000
"""How many are kept of each installation, the newest first to stay."""


class UnrecognisedEvent(Value):
    """One webhook that was not recognised: its id or the hash of its bytes, its type, and why. Nothing else of it.

    An `acknowledged` one is answered as taken, since another delivery could bring no more; any other is refused, so
    that its sender shows it and delivers it again.
    """

    provider: str
    id: str
    type: str = ""
    reason: str
    acknowledged: bool = False


class UnrecognisedRecord(Value):
    """One that is kept, how often it was delivered, and when last."""

    provider: str
    id: str
    type: str
    reason: str
    times: int = 1
    received_at: datetime


class UnrecognisedEvents(Protocol):
    """The repository of webhooks that were not recognised, unique by provider and id."""

    async def store(self, event: UnrecognisedEvent) -> None:
        """Keep one, or count another delivery of it; the oldest beyond `MOST_KEPT` are dropped."""
        ...

    async def count(self) -> int:
        """Return how many are kept, each once however often it was delivered."""
        ...

    async def newest(self, *, limit: int = 5) -> list[UnrecognisedRecord]:
        """Return those that came last, newest first."""
        ...
