"""Permits: who allowed a call that cannot be taken back, and for which bytes. A thread's state is data, never one."""

from typing import Protocol

from disputes.model import Value
from disputes.repositories.filings import FilingAction


class Permit(Value):
    """Leave to make one irrevocable call, unique per dispute, stage and action; a newer one replaces an older.

    `digest` is over the very content: texts, files, earlier payments, fee. `by` is the person whose stored verdict on
    case `version` allows it, empty where the router of a run does. `policy` is the policy's name and version.
    """

    dispute_id: str
    stage: str
    action: FilingAction
    digest: str
    version: int
    policy: str
    by: str = ""

    @property
    def automatic(self) -> bool:
        """Whether no person decided it."""
        return not self.by


class Permits(Protocol):
    """The repository of permits."""

    async def grant(self, permit: Permit, *, fence: int) -> None:
        """Write a permit, where the records themselves allow it, in one transaction.

        A person's needs their stored, unapplied verdict on the current case version that decides this action, and a
        known reviewer of that name; the router's needs a case that is being worked on at that version. Raises
        `AskHuman` with the reason otherwise, `LostLease` on an old fencing token.
        """
        ...

    async def find(self, dispute_id: str, stage: str, action: FilingAction) -> Permit | None:
        """Return the permit for an action, or None."""
        ...
