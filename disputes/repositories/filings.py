"""Filings: each call that cannot be taken back has a row before it is made."""

from typing import Literal, Protocol, Self

from pydantic import Field

from disputes.model import Value

FilingAction = Literal["submit", "close", "smart_disputes"]
"""`smart_disputes` hands the answer to Stripe, which then sends one of its own for a share of what it wins."""
FilingState = Literal["intended", "done", "refused"]


class Filing(Value):
    """One irrevocable call, unique per dispute, stage and action.

    `account` is the connected account, empty for the own; `key` is its idempotency key. `automatic` is True when no
    person decided it. `digest` is the permit's. `before` is Stripe's submission count when it was intended, and
    `contents` what Stripe then was to hold (each field with a hash of its value), so that a later read shows whether it
    arrived.
    """

    dispute_id: str
    account: str = ""
    stage: str
    action: FilingAction
    key: str
    before: int
    automatic: bool = False
    digest: str = ""
    contents: dict[str, str] = Field(default_factory=dict)
    state: FilingState = "intended"
    detail: str = ""

    def renewed(self, state: FilingState, detail: str) -> Self:
        """Return it in another state, with a key that was never used."""
        base, _, tries = self.key.partition("#")
        key = f"{base}#{int(tries or 1) + 1}"
        return self.model_copy(update={"state": state, "detail": detail, "key": key})


class Filings(Protocol):
    """The repository of filings."""

    async def intend(
        self, filing: Filing, *, fence: int | None = None, cap: int | None = None, policy: str = ""
    ) -> Filing:
        """Write the intention to file, or return the row that is already done; one not done is replaced.

        In one transaction, so that no two workers pass it at once. Raises `LostLease` on an old fencing token, and
        `AskHuman` without a permit for this digest on the current case version, or when a new automatic filing meets
        the kill switch, would be more than `cap` a UTC day in its account, or was permitted under another policy than
        `policy`, by its title.
        """
        ...

    async def finish(self, filing: Filing) -> None:
        """Write how a filing ended, even when its intention is not stored: what was sent is never forgotten."""
        ...

    async def of(self, dispute_id: str) -> list[Filing]:
        """Return every filing of a dispute, in the order of intention."""
        ...
