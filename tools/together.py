import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import structlog

from disputes.errors import Invalid

Item = TypeVar("Item")
Answer = TypeVar("Answer")

_Place = tuple[Item, asyncio.Future[Answer] | None]

MOST = 100

log = structlog.get_logger()


class Together(Generic[Item, Answer]):
    """Does at once what many callers ask for one by one: while one batch is under way, the next gathers.

    `act` takes up to `most` items and gives an answer for each, in their order. Its error goes to every caller of the
    batch, except that after `Invalid` each item is tried alone, so that one bad item spoils no other. After a batch the
    next gathers for `pause` seconds more: who comes alone never waits for company, who comes in a crowd does. When
    nobody came meanwhile, `idle` may put away what `act` held.
    """

    def __init__(
        self,
        act: Callable[[Sequence[Item]], Awaitable[Sequence[Answer]]],
        *,
        most: int = MOST,
        pause: float = 0.0,
        idle: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._act, self._most, self._pause, self._idle = act, most, pause, idle
        self._waiting: list[_Place[Item, Answer]] = []
        self._flight: asyncio.Task[None] | None = None

    async def do(self, item: Item) -> Answer:
        """Give the answer for one item. A caller who stops waiting does not stop the batch."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._join(item, answer)
        return await answer

    def leave(self, item: Item) -> None:
        """Hand in an item and go; if it fails, only the log says so."""
        self._join(item, None)

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        while self._flight is not None and not self._flight.done():
            await asyncio.wait([self._flight])

    def _join(self, item: Item, answer: "asyncio.Future[Answer] | None") -> None:
        self._waiting.append((item, answer))
        if self._flight is None or self._flight.done():
            self._flight = asyncio.create_task(self._fly())

    async def _fly(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            try:
                await self._deliver(batch)
            except Invalid:
                for alone in batch:
                    await self._try([alone])
            if self._pause:
                await asyncio.sleep(self._pause)
            if self._idle and not self._waiting:
                await self._idle()

    async def _try(self, batch: Sequence[_Place[Item, Answer]]) -> None:
        try:
            await self._deliver(batch)
        except Invalid as error:
            _settle(batch, [error])

    async def _deliver(self, batch: Sequence[_Place[Item, Answer]]) -> None:
        try:
            answers: Sequence[Answer | Exception] = await self._act([item for item, _ in batch])
        except Invalid:
            raise
        except Exception as error:  # noqa: BLE001  every caller raises it; those who queue behind go on
            answers = [error] * len(batch)
        _settle(batch, answers)


def _settle(batch: Sequence[_Place[Item, Answer]], answers: Sequence[Answer | Exception]) -> None:
    for (_, waiting), answer in zip(batch, answers, strict=True):
        if waiting is None:
            if isinstance(answer, Exception):
                log.warning("together.failed", error=type(answer).__name__)
        elif waiting.done():
            continue
        elif isinstance(answer, Exception):
            waiting.set_exception(answer)
        else:
            waiting.set_result(answer)
