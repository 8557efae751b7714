"""Cards: which card of a team's tool is which dispute's."""

from typing import Protocol


class Cards(Protocol):
    """The repository of the tools' own ids."""

    async def find(self, board: str, key: str) -> str | None:
        """Return the tool's id of a card, or None when none is known."""
        ...

    async def keep(self, board: str, key: str, remote_id: str) -> None:
        """Keep the tool's id of a card; a newer one replaces it."""
        ...
