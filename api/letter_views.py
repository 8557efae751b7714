"""The letter of a case as the API shows it: its sentences with their templates, and a model's free draft apart."""

from typing import Self

from pydantic import BaseModel

from disputes.case import Claim, Rebuttal
from disputes.playbook.criteria import Answered
from disputes.review.agent_inbox import DRAFT_NOTE


class DraftView(BaseModel):
    """A model's free draft of a letter, each sentence with the ids of its facts; `what` says in words what it is."""

    what: str = DRAFT_NOTE
    sentences: tuple[Claim, ...]


class LetterView(BaseModel):
    """The present letter, each claim with the ids of its facts, its topic and the signed template it is from.

    A claim without a `template` is a person's. `draft` is no part of the letter, and null where a model wrote none.
    `criteria` are the questions that the network asks under the reason code, with the topics that answer each.
    """

    claims: tuple[Claim, ...]
    writer: str
    notes: tuple[str, ...]
    draft: DraftView | None = None
    criteria: tuple[Answered, ...] = ()

    @classmethod
    def of(cls, rebuttal: Rebuttal) -> Self:
        """Build the view of a rebuttal."""
        draft = DraftView(sentences=rebuttal.draft) if rebuttal.draft else None
        return cls(
            claims=rebuttal.claims,
            writer=rebuttal.writer,
            notes=rebuttal.notes,
            draft=draft,
            criteria=rebuttal.criteria,
        )
