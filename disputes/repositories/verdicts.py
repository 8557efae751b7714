"""Verdicts of people, stored before anything happens, and applied once."""

from typing import Protocol

from disputes.case import Verdict


class Verdicts(Protocol):
    """The repository of verdicts; at most one waits per dispute."""

    async def store(self, dispute_id: str, verdict: Verdict) -> None:
        """Store a verdict on the case version that it names.

        Raises `Stale` when the case has another version, takes no such verdict now or was decided already, and
        `Invalid` when there is no such case.
        """
        ...

    async def pending(self, dispute_id: str) -> Verdict | None:
        """Return the verdict that waits to be applied, or None."""
        ...

    async def lapse(self, dispute_id: str, version: int, *, why: str) -> None:
        """End a verdict that cannot be carried out, with a step in the case's history and a message to who decided.

        The case becomes a new version, since the one before was decided on. A second time changes nothing. One that
        is carried out ends with the case that it changes (`Cases.save`).
        """
        ...
