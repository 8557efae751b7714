"""A local HTTP server on a free port, for tests and evaluations that stand in for another system."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

HEAD_END = b"\r\n\r\n"


@dataclass(kw_only=True)
class LocalServer:
    """A server that answers the requests of each connection in turn; a subclass defines the answers.

    `closing` is set when the server ends, for a subclass that answers nothing until then.
    """

    url: str = ""
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's requests until it ends."""
        try:
            while head := await reader.readuntil(HEAD_END):
                await self.answer(head.decode(), reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read the rest of a request and write the answer; `head` is the request up to its body."""
        raise NotImplementedError


@asynccontextmanager
async def serving(server: LocalServer, *, path: str = "") -> AsyncIterator[None]:
    """Serve on localhost, with the server's `url` set, and close every connection at the end."""
    connections: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections[writer] = asyncio.current_task()
        await server.serve(reader, writer)

    listener = await asyncio.start_server(accept, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}{path}"
    try:
        yield
    finally:
        listener.close()
        server.closing.set()
        for writer in connections:
            writer.close()
        await asyncio.gather(*filter(None, connections.values()))


async def read_body(head: str, reader: asyncio.StreamReader) -> bytes:
    """Read the body of a request as bytes; it is empty where the head has no content length."""
    sizes = [int(line[15:]) for line in head.splitlines() if line.lower().startswith("content-length:")]
    return await reader.readexactly(sizes[0]) if sizes else b""


async def send_json(writer: asyncio.StreamWriter, payload: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Write a JSON answer with status 200."""
    data = json.dumps(payload).encode()
    lead = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    writer.write(lead.encode() + data)
    await writer.drain()
