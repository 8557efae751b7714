from collections.abc import Sequence

from disputes.repositories.outbox import OutboxMessage
from tools.messages.handoff import Handoff
from tools.messages.notes import Notes


class OutboxSender:
    """Delivers each kind of message its own way. `timeout` is in seconds; raises `Invalid` for an unknown note URL."""

    def __init__(self, handoff_url: str | None, notify_urls: Sequence[str], *, timeout: float = 10.0) -> None:
        self._handoff = Handoff(handoff_url, timeout=timeout)
        self._notes = Notes(notify_urls, timeout=timeout)

    async def send(self, message: OutboxMessage) -> None:
        """Send one message; what has no URL goes to nobody. Raises `TryAgain` when it did not arrive."""
        if message.kind == "handoff":
            await self._handoff.post(message)
        else:
            await self._notes.tell(message)
