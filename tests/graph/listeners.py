"""Local servers that stand between, and remember who asked them: one before Stripe, and a shop for each account."""

import asyncio
import base64
from dataclasses import dataclass, field

import httpx

from evals.http_server import LocalServer, read_body, send_json

_LEFT_OUT = {"host", "content-length", "connection", "accept-encoding"}


Call = tuple[str, str, str | None]


@dataclass
class HeardStripe(LocalServer):
    """Hands each call on to the simulator, and keeps its method, path and account."""

    simulator: httpx.AsyncClient
    calls: list[Call] = field(default_factory=list)

    async def answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *rest = head.splitlines()
        method, path, _ = first.split()
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in rest if line)}
        self.calls.append((method, path, headers.get("stripe-account")))
        kept = {name: value for name, value in headers.items() if name not in _LEFT_OUT}
        got = await self.simulator.request(method, path, content=await read_body(head, reader), headers=kept)
        lead = (
            f"HTTP/1.1 {got.status_code} Said\r\nContent-Type: application/json\r\nContent-Length: {len(got.content)}"
        )
        told = [f"{name}: {got.headers[name]}" for name in ("request-id", "stripe-should-retry") if name in got.headers]
        writer.write("\r\n".join([lead, *told, "", ""]).encode() + got.content)
        await writer.drain()


@dataclass
class Shop(LocalServer):
    """A WooCommerce of one account, which keeps with which key it was asked."""

    mark: str
    keys: list[str] = field(default_factory=list)

    async def answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_body(head, reader)
        asked = next(line for line in head.splitlines() if line.lower().startswith("authorization:"))
        self.keys.append(base64.b64decode(asked.split()[-1]).decode().partition(":")[0])
        order = {"id": 1001, "number": "1001", "line_items": [{"name": f"{self.mark} lamp", "quantity": 1}]}
        path = head.split()[1].partition("?")[0]
        await send_json(writer, order if path.endswith("/orders/1001") else [])
