"""A burst of notes as one: which are too many, and what is said instead of them. Pure.

A digest may still be sent where every case in it was decided meanwhile: it says what was so when it was gathered.
"""

import hashlib
from collections.abc import Sequence

from disputes.repositories.outbox import NoteEvent, OutboxMessage

MOST = 5
"""How many notes of one event go to one target by themselves; more at once are gathered."""
LINES = 50
"""How many notes a digest names."""
KEY = "digest:"
GATHERED: dict[NoteEvent, str] = {
    "waits": "⚪ {count} disputes wait for a person",
    "reminder": "🔔 {count} disputes still wait for a decision",
    "escalation": "🔔 {count} disputes need a decision: nobody took one in time",
    "deadline": "⏰ {count} disputes are near their deadline",
    "won": "✅ {count} disputes won",
    "lost": "❌ {count} disputes lost",
    "warning_closed": "⚪ {count} inquiries closed",
    "other": "⚪ {count} messages on disputes",
    "parked": "🛑 {count} disputes are parked: errors stopped them",
}
"""What a digest is called, by event; a daily note is one already and is never gathered."""


def build(notes: Sequence[OutboxMessage]) -> OutboxMessage:
    """Return the digest of notes of one target and event: a line for each, its key made of theirs."""
    first, keys = notes[0], "\n".join(sorted(note.key for note in notes))
    more = len(notes) - LINES
    lines = [_line(note) for note in notes[:LINES]] + ([f"and {more} more"] if more > 0 else [])
    return OutboxMessage(
        key=f"{KEY}{first.target}:{first.event}:{hashlib.sha256(keys.encode()).hexdigest()[:32]}",
        kind="note",
        event=first.event,
        queue=first.queue if len({note.queue for note in notes}) == 1 else "",
        target=first.target,
        body={"title": GATHERED[first.event].format(count=len(notes)), "body": "\n".join(lines)},
        standing=any(note.standing for note in notes),
        # It was held back long enough.
        urgent=True,
    )


def _line(note: OutboxMessage) -> str:
    return " ".join(str(note.body.get("title") or note.key).split())
