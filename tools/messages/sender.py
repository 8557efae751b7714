"""Sends the messages of the outbox."""

from collections.abc import Sequence

from disputes.repositories.outbox import OutboxMessage
from tools.messages.handoff import HandoffSender
from tools.messages.notes import NoteSender


class OutboxSender:
    """Sends each kind of message by its own way. `timeout` is in seconds; raises `Invalid` for an unknown note URL."""

    def __init__(self, handoff_url: str | None, notify_urls: Sequence[str], *, timeout: float = 10.0) -> None:
        self._handoff = HandoffSender(handoff_url, timeout=timeout)
        self._notes = NoteSender(notify_urls, timeout=timeout)

    async def send(self, message: OutboxMessage) -> None:
        """Send one message; do nothing when its kind has no URL. Raises `TryAgain` when it was not delivered."""
        if message.kind == "handoff":
            await self._handoff.send(message)
        else:
            await self._notes.send(message)
