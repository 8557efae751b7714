"""A local HTTP server of our own, on a free port, for whoever plays another system."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol


class Talking(Protocol):
    """Answers one connection after another until `closing` is set."""

    url: str
    closing: asyncio.Event

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's requests until it ends."""
        ...


@asynccontextmanager
async def talking(server: Talking, *, path: str = "") -> AsyncIterator[None]:
    """Serve on localhost, with the server's `url` set, and end every talk on the way out."""
    talks: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks[writer] = asyncio.current_task()
        await server.serve(reader, writer)

    listening = await asyncio.start_server(accept, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}{path}"
    try:
        yield
    finally:
        listening.close()
        server.closing.set()
        for writer in talks:
            writer.close()
        await asyncio.gather(*filter(None, talks.values()))
