"""A local HTTP server of our own, on a free port, for whoever plays another system."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

END = b"\r\n\r\n"


@dataclass(kw_only=True)
class LocalServer:
    """Answers one request after another of each connection; what each answer is says the class that extends it.

    `closing` is set when the server ends, for who answers with silence until then.
    """

    url: str = ""
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's requests until it ends."""
        try:
            while head := await reader.readuntil(END):
                await self.answer(head.decode(), reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read the rest of a request, of which `head` is all before the body, and write the answer."""
        raise NotImplementedError


@asynccontextmanager
async def talking(server: LocalServer, *, path: str = "") -> AsyncIterator[None]:
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


async def body(head: str, reader: asyncio.StreamReader) -> bytes:
    """Read a request's body; there is none where the head tells no length."""
    sizes = [int(line[15:]) for line in head.splitlines() if line.lower().startswith("content-length:")]
    return await reader.readexactly(sizes[0]) if sizes else b""


async def tell(writer: asyncio.StreamWriter, told: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Answer with JSON."""
    data = json.dumps(told).encode()
    lead = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    writer.write(lead.encode() + data)
    await writer.drain()
