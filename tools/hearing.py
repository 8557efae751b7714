from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disputes.docket import Bell
from disputes.ports import Clock
from tools import bells
from tools.database import failures
from tools.together import Together

GATHER_SECONDS = 0.001


class Hearing:
    """Keeps events as fast as they come: together, over one connection that is held for as long as they keep coming.

    Stripe waits for this, and every dispute of a busy shop passes here first.
    """

    def __init__(self, engine: AsyncEngine, *, now: Clock) -> None:
        # One statement is a transaction of its own, and BEGIN and COMMIT would cost a round trip each.
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._now = now
        self._connection: AsyncConnection | None = None
        self._together = Together(self._keep, pause=GATHER_SECONDS, idle=self._hang_up)

    async def hear(self, bell: Bell) -> bool:
        """Keep one event; False when its id is already here. Raises `TryAgain` when the database fails."""
        return await self._together.do(bell)

    async def _keep(self, rung: Sequence[Bell]) -> Sequence[bool]:
        try:
            with failures():
                self._connection = self._connection or await self._engine.connect()
                return await bells.keep(self._connection, rung, now=self._now())
        except BaseException:
            await self._hang_up()
            raise

    async def _hang_up(self) -> None:
        held, self._connection = self._connection, None
        if held is not None:
            await held.close()
