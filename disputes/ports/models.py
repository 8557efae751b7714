"""Who may judge or write with a model; each has a stand-in without one."""

from collections.abc import Sequence
from typing import Protocol

from disputes.case import Case, Opinion, Rebuttal
from disputes.evidence import Evidence
from disputes.policy.model_budget import Meter


class Writer(Protocol):
    """Writes a rebuttal; the built-in writer and a model are both one."""

    name: str

    async def write(self, case: Case, *, meter: Meter, objections: Sequence[str] = ()) -> Rebuttal:
        """Return claims that cite fact ids. Raises `WriterFailed` when no usable letter came."""
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
