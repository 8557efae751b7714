"""The outbox: messages to the world, stored first, then sent at least once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, Protocol

from pydantic import Field, JsonValue

from disputes.model import Value

NoteEvent = Literal[
    "waits", "reminder", "escalation", "deadline", "won", "lost", "warning_closed", "other", "parked", "daily"
]
"""What a note is about, by which a target chooses."""


HOLD = timedelta(seconds=60)
"""How long a note that is not urgent is held back, so that a burst of its kind can be gathered into one digest."""
LEASE = timedelta(seconds=60)
"""How long a message that was claimed for sending is left to who claimed it; longer than any sending takes."""


class OutboxMessage(Value):
    """A handoff of a case, a note to people or a queue card, unique by key, for one target.

    `event` and `queue` say what a note is about; `target` is the name of who gets it. `standing` is True of a message
    about a case that waits: it is tried until the case is decided. `urgent` is sent at once and never held back to be
    gathered. A card of the same key replaces the one before, delivered or not, and `revision` counts that.
    """

    key: str
    kind: Literal["handoff", "note", "card"]
    event: NoteEvent = "other"
    queue: str = ""
    target: str = ""
    dispute_id: str = ""
    body: dict[str, JsonValue] = Field(default_factory=dict)
    standing: bool = False
    urgent: bool = False
    attempts: int = 0
    revision: int = 0


class DueMessage(OutboxMessage):
    """A message that is to be sent now. Its day, after which it may be parked, began at `created_at`."""

    created_at: datetime


class Outgoing(Value):
    """What a write of a case puts into the outbox: messages, after taking back undelivered ones.

    Those taken back are the ones whose key begins with one of `withdraw`.
    """

    messages: tuple[OutboxMessage, ...] = ()
    withdraw: tuple[str, ...] = ()


NOTHING = Outgoing()


class ParkedMessage(Value):
    """A message that is not tried any more, since when, and the last error in a sentence."""

    message: OutboxMessage
    created_at: datetime
    parked_at: datetime
    error: str


class Backlog(Value):
    """How many messages to one target are not delivered yet, and since when the oldest waits."""

    target: str
    count: int
    since: datetime


class Outbox(Protocol):
    """The repository of messages."""

    async def put(self, message: OutboxMessage) -> bool:
        """Store a message; False when its key is already stored. A card replaces the one of its key.

        A replaced card that waits for its time or is being sent keeps that time: no tool is told two things at once.
        """
        ...

    async def due(self, now: datetime, *, limit: int = 20) -> list[OutboxMessage]:
        """Return unsent messages whose time has come, the longest waiting first."""
        ...

    async def gather(self, now: datetime) -> int:
        """Replace the notes of a burst by one digest for their target and event, and return how many were replaced.

        A burst is what `disputes.messages.digest` says is too many, once one of them would be sent. No note is in two
        digests, and none that somebody claimed or took back is in any.
        """
        ...

    async def claim(self, now: datetime, *, each: int = 25, limit: int = 200) -> list[DueMessage]:
        """Return what is to be sent now, and keep it from every other caller for as long as `LEASE`.

        At most `each` for one kind and target, so that one that is down holds back no other. A note that is not urgent
        is first held for as long as `HOLD`.
        """
        ...

    async def backlog(self) -> Sequence[Backlog]:
        """Return what is neither delivered nor parked by target, the longest waiting first."""
        ...

    async def withdraw(self, prefix: str, *, but: str = "") -> int:
        """Take back each undelivered message whose key begins so and not with `but`, and return how many those were."""
        ...

    async def mark_sent(self, key: str, *, revision: int = 0) -> None:
        """Mark a message as delivered; where a newer revision replaced it meanwhile, have that sent at once instead."""
        ...

    async def mark_failed(self, key: str, *, error: str, retry_at: datetime | None) -> None:
        """Note a failed delivery and when to retry; None parks it and keeps the error."""
        ...

    async def parked(self) -> Sequence[ParkedMessage]:
        """Return every message that is parked, oldest first."""
        ...

    async def unpark(self, key: str) -> bool:
        """Have a parked message tried again at once; False when it is not parked."""
        ...
