"""Sending of messages."""

from typing import Protocol

from disputes.repositories.outbox import OutboxMessage


class MessageSender(Protocol):
    """Delivers messages."""

    async def send(self, message: OutboxMessage) -> None:
        """Deliver one message. Raises `TryAgain` when it did not arrive."""
        ...
