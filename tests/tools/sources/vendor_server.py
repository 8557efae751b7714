"""A real HTTP server that plays a recording, or goes wrong in one way for every call."""

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
class Asked:
    """One call as it came in."""

    method: str
    path: str
    query: dict[str, Any]
    json: Any
    form: dict[str, Any]
    headers: Headers


@dataclass
class Reply:
    """What goes out; no `data` at all is silence until the server closes, `cut` breaks off in the middle."""

    status: int = 200
    data: bytes | None = b""
    headers: Headers = field(default_factory=dict)
    cut: bool = False


Turn = Callable[[Asked], Reply]


@dataclass
class VendorServer(LocalServer):
    """`asked` keeps every call."""

    turn: Turn
    asked: list[Asked] = field(default_factory=list)

    async def answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *lines = head.splitlines()
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        asked = _read(first, headers, body)
        self.asked.append(asked)
        reply = self.turn(asked)
        if reply.data is None:
            await self.closing.wait()
            return
        data = reply.data.replace(b"{base}", self.url.encode())
        told = {name: value.replace("{base}", self.url) for name, value in reply.headers.items()}
        sent = {"Content-Type": "application/json", "Content-Length": str(len(data)), **told}
        lead = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        if reply.status == 204:
            lead = ""
        writer.write(f"HTTP/1.1 {reply.status} Said\r\n{lead}\r\n".encode() + data[: len(data) // (1 + reply.cut)])
        await writer.drain()
        if reply.cut:
            raise ConnectionAbortedError


def _read(first: str, headers: Headers, body: bytes) -> Asked:
    method, target, _ = first.split()
    parts = urlsplit(target)
    is_form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    told = json.loads(body) if body and not is_form else None
    form = _plain(parse_qs(body.decode())) if is_form else {}
    return Asked(method, unquote(parts.path), _plain(parse_qs(parts.query)), told, form, headers)


def _plain(parsed: dict[str, list[str]]) -> dict[str, Any]:
    return {name: values[0] if len(values) == 1 else values for name, values in parsed.items()}


@asynccontextmanager
async def vendor_server(turn: Turn) -> AsyncIterator[VendorServer]:
    """Serve on a free port of localhost."""
    server = VendorServer(turn)
    async with serving(server):
        yield server
