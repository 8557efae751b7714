"""A note to people: what happened, in a title and a text. Pure."""

from disputes.model import Value
from disputes.repositories.outbox import NoteEvent


class Note(Value):
    """A note before it is addressed, unique by key. No customer's words go into it.

    `standing` says that it is about a case that waits and is tried until the case is decided; `urgent` that it may not
    be held back to be gathered with others.
    """

    key: str
    event: NoteEvent
    title: str
    body: str
    queue: str = ""
    dispute_id: str = ""
    standing: bool = False
    urgent: bool = False
