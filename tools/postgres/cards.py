"""The tools' own ids of queue cards, in PostgreSQL."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from tools.postgres.database import transaction
from tools.postgres.tables import cards


@dataclass(frozen=True)
class PostgresCards:
    """The ids, one row per board and card; as `disputes.repositories.cards.Cards` promises."""

    engine: AsyncEngine

    async def find(self, board: str, key: str) -> str | None:
        """Return the tool's id of a card, or None when none is known."""
        query = select(cards.c.remote_id).where(cards.c.board == board, cards.c.key == key)
        async with transaction(self.engine) as connection:
            found: str | None = (await connection.execute(query)).scalar()
        return found

    async def keep(self, board: str, key: str, remote_id: str) -> None:
        """Keep the tool's id of a card; a newer one replaces it."""
        fresh = insert(cards).values(board=board, key=key, remote_id=remote_id)
        written = fresh.on_conflict_do_update(index_elements=["board", "key"], set_={"remote_id": remote_id})
        async with transaction(self.engine) as connection:
            await connection.execute(written)
