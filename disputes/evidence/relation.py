"""What follows from several facts together: a relation that is true, false or unknown."""

from typing import Literal

from disputes.model import Value

Answer = Literal["true", "false", "unknown"]


class Relation(Value):
    """One relation of one entity: its `answer`, the ids of the facts it rests on, and why, as a sentence for people.

    `name` is the relation's in `disputes.evidence.relations`, `entity` what it is about, such as `parcel:1Z999`.
    """

    name: str
    answer: Answer
    facts: tuple[str, ...]
    why: str
    entity: str = ""
