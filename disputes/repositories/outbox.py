"""The outbox: messages to the world, stored first, then sent at least once."""

from datetime import datetime
from typing import Literal, Protocol

from pydantic import Field, JsonValue

from disputes.model import Value


class OutboxMessage(Value):
    """A handoff payload or a note to people, unique by key."""

    key: str
    kind: Literal["handoff", "note"]
    body: dict[str, JsonValue] = Field(default_factory=dict)
    attempts: int = 0


class Outbox(Protocol):
    """The repository of messages."""

    async def put(self, message: OutboxMessage) -> bool:
        """Store a message that is due at once; False when its key is already stored."""
        ...

    async def due(self, now: datetime, *, limit: int = 20) -> list[OutboxMessage]:
        """Return unsent messages whose time has come, the longest waiting first."""
        ...

    async def withdraw(self, prefix: str, *, but: str = "") -> int:
        """Take back each undelivered message whose key begins so and not with `but`, and return how many those were."""
        ...

    async def mark_sent(self, key: str) -> None:
        """Mark a message as delivered."""
        ...

    async def mark_failed(self, key: str, *, error: str, retry_at: datetime | None) -> None:
        """Note a failed delivery and when to retry; None gives up and keeps the error."""
        ...
