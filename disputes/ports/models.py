"""Who may judge or choose words with a model; each has a stand-in without one."""

from typing import Protocol

from disputes.case import Case, Claim, Opinion
from disputes.evidence import Evidence
from disputes.letter.argument import Argument, Choice
from disputes.letter.templates import Templates
from disputes.model import Value
from disputes.playbook import Playbook
from disputes.policy.model_budget import Meter


class Chosen(Value):
    """What a model chose for a letter, and its free draft, which a reviewer may use."""

    choice: Choice
    draft: tuple[Claim, ...] = ()


class Writer(Protocol):
    """Chooses among the signed phrasings of a letter, and sees no value of the case."""

    name: str

    async def choose(
        self, case: Case, playbook: Playbook, planned: Argument, templates: Templates, *, meter: Meter
    ) -> Chosen:
        """Return a choice. Raises `WriterFailed` when no usable answer came."""
        ...


class MessageReader(Protocol):
    """Reads what people wrote."""

    name: str

    async def read(self, case: Case, *, meter: Meter) -> Evidence:
        """Return facts whose values stand word for word in the case's messages. Raises `WriterFailed`."""
        ...


class Analyst(Protocol):
    """Has an opinion on what is claimed."""

    name: str

    async def judge(self, case: Case, *, meter: Meter) -> Opinion:
        """Return an opinion for people. Raises `WriterFailed`."""
        ...
