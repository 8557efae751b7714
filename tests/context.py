"""Holds a context open in one task: anyio's scopes refuse to be left in another than they were entered in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeVar

Kept = TypeVar("Kept")


@asynccontextmanager
async def held(context: AbstractAsyncContextManager[Kept]) -> AsyncIterator[Kept]:
    opened: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
    leaving = asyncio.Event()

    async def hold() -> None:
        try:
            async with context as kept:
                opened.set_result(kept)
                await leaving.wait()
        except BaseException as failed:
            if not opened.done():
                opened.set_exception(failed)
            raise

    task = asyncio.create_task(hold())
    try:
        yield await opened
    finally:
        leaving.set()
        await asyncio.gather(task, return_exceptions=not opened.done() or opened.exception() is not None)
