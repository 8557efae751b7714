"""A real HTTP server that answers by a recording, or fails in one way for every call."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from evals.http_server import LocalServer, serving

Headers = dict[str, str]


@dataclass
class ReceivedCall:
    """One HTTP call that the server received."""

    method: str
    path: str
    query: dict[str, Any]
    json: Any
    form: dict[str, Any]
    headers: Headers


@dataclass
class Reply:
    """One answer; without `data` the server never answers, with `cut` it breaks off in the middle."""

    status: int = 200
    data: bytes | None = b""
    headers: Headers = field(default_factory=dict)
    cut: bool = False


Responder = Callable[[ReceivedCall], Reply]


@dataclass
class VendorServer(LocalServer):
    """A vendor's server; `calls` holds every call."""

    responder: Responder
    calls: list[ReceivedCall] = field(default_factory=list)

    async def answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *lines = head.splitlines()
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        call = _read(first, headers, body)
        self.calls.append(call)
        reply = self.responder(call)
        if reply.data is None:
            await self.closing.wait()
            return
        data = reply.data.replace(b"{base}", self.url.encode())
        headers = {name: value.replace("{base}", self.url) for name, value in reply.headers.items()}
        sent = {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        if reply.status == 204:
            head = ""
        writer.write(f"HTTP/1.1 {reply.status} Reply\r\n{head}\r\n".encode() + data[: len(data) // (1 + reply.cut)])
        await writer.drain()
        if reply.cut:
            raise ConnectionAbortedError


def _read(first: str, headers: Headers, body: bytes) -> ReceivedCall:
    method, target, _ = first.split()
    parts = urlsplit(target)
    is_form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    document = json.loads(body) if body and not is_form else None
    form = _plain(parse_qs(body.decode())) if is_form else {}
    return ReceivedCall(method, unquote(parts.path), _plain(parse_qs(parts.query)), document, form, headers)


def _plain(parsed: dict[str, list[str]]) -> dict[str, Any]:
    return {name: values[0] if len(values) == 1 else values for name, values in parsed.items()}


@asynccontextmanager
async def vendor_server(responder: Responder) -> AsyncIterator[VendorServer]:
    """Serve on a free port of localhost."""
    server = VendorServer(responder)
    async with serving(server):
        yield server
