"""Whom to tell what: targets of notes by review queue and event. Pure."""

from collections.abc import Iterable, Sequence

from disputes.messages.note import Note
from disputes.model import Value
from disputes.repositories.outbox import NoteEvent, OutboxMessage

LOG = "log"
"""The target of a note that nobody configured a target for: our own log, so that none is silent."""


class Target(Value):
    """One place that notes go to, by its name in the settings. Without queues or events it gets those of all."""

    name: str
    queues: tuple[str, ...] = ()
    events: tuple[NoteEvent, ...] = ()

    def wants(self, note: Note) -> bool:
        """Return whether a note is for this target. One that is about no queue is for the targets of every queue."""
        by_queue = not self.queues or not note.queue or note.queue in self.queues
        return by_queue and (not self.events or note.event in self.events)


def address(notes: Iterable[Note], targets: Sequence[Target]) -> tuple[OutboxMessage, ...]:
    """Return a message for each note and target that wants it, unique by both: a target that fails doubles no other."""
    return tuple(
        OutboxMessage(
            key=f"{note.key}:note:{name}",
            kind="note",
            event=note.event,
            queue=note.queue,
            target=name,
            dispute_id=note.dispute_id,
            body={"title": note.title, "body": note.body},
            standing=note.standing,
            urgent=note.urgent,
        )
        for note in notes
        for name in [target.name for target in targets if target.wants(note)] or [LOG]
    )
