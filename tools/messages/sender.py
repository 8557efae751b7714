"""Sends the messages of the outbox, each to its one target."""

from collections.abc import Mapping

from disputes.errors import Refused
from disputes.repositories.outbox import OutboxMessage
from tools.messages.handoff import HandoffSender
from tools.messages.notes import NoteSender


class OutboxSender:
    """Sends each kind of message by its own way; `notes` are the targets of notes by name."""

    def __init__(self, handoff: HandoffSender, notes: Mapping[str, NoteSender]) -> None:
        self._handoff, self._notes = handoff, notes

    async def send(self, message: OutboxMessage) -> None:
        """Send one message; a note that names no target goes to each.

        Raises `TryAgain` when it was not delivered, `Refused` when its target is gone.
        """
        if message.kind == "handoff":
            await self._handoff.send(message)
            return
        if message.target and message.target not in self._notes:
            raise Refused(f"The settings name no target {message.target} any more.")
        for notes in [self._notes[message.target]] if message.target else self._notes.values():
            await notes.send(message)

    def close(self) -> None:
        """Let go of what sending used."""
        for notes in self._notes.values():
            notes.close()
