"""Invented vendors, each for one feature of the engine."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from disputes.evidence import Evidence, build_fact
from disputes.ports.storage import Storage
from tests.builders import a_dispute
from tests.tools.sources.recording import NOON
from tests.tools.sources.vendor_server import ReceivedCall, Reply, Responder, VendorServer, vendor_server
from tools.sources.http_json.source import HttpJsonSource
from tools.sources.http_json.vendor import Vendor

SECRET = "a-secret-of-the-shop"

ORDER: dict[str, Any] = {
    "name": "order",
    "needs": ["order_id"],
    "path": "/orders/{order_id}",
    "facts": {"shipped_at": "shipped", "carrier": "carrier"},
}
SHIPPED = {"shipped": "2026-10-02T09:12:00Z", "carrier": "UPS"}


def a_vendor(*requests: dict[str, Any], **changes: Any) -> Vendor:
    fields: dict[str, Any] = {
        "name": "shop",
        "title": "Shop",
        "adds": "orders",
        "reference": ["https://shop.example/docs"],
        "api": "version 1",
        "reviewed": "2026-11-21",
        "keys": ["order_id"],
        "base": "https://shop.example",
        "options": {"token": {"about": "a token", "secret": True}},
        "headers": {"X-Token": "{token}"},
        "request": list(requests) or [ORDER],
    }
    return Vendor.model_validate(fields | changes)


def key_facts(**facts: str) -> Evidence:
    return Evidence(
        facts=tuple(build_fact(kind, value, "stripe") for kind, value in (facts or {"order_id": "1001"}).items())
    )


def json_reply(data: Any, status: int = 200, **headers: str) -> Reply:
    return Reply(status, json.dumps(data).encode(), {k.replace("_", "-"): v for k, v in headers.items()})


def by_path(**answers: Any) -> Responder:
    """Answer by the last segment of the path."""
    return lambda call: json_reply(answers.get(call.path.rpartition("/")[2], {}))


def in_turn(*replies: Reply) -> Responder:
    left = list(replies)
    return lambda _: left.pop(0)


@dataclass
class Shop:
    server: VendorServer
    source: HttpJsonSource

    async def ask(self, **facts: str) -> Evidence:
        return await self.ask_with(key_facts(**facts))

    async def ask_with(self, evidence: Evidence) -> Evidence:
        return await self.source.gather(a_dispute(), evidence)

    @property
    def calls(self) -> list[ReceivedCall]:
        return self.server.calls


@asynccontextmanager
async def a_shop(
    vendor: Vendor, responder: Responder, *, seconds: float = 5.0, storage: Storage | None = None
) -> AsyncIterator[Shop]:
    async with vendor_server(responder) as server:
        options = vendor.accept({"token": SECRET}) or {}
        source = HttpJsonSource(vendor, options, now=lambda: NOON, seconds=seconds, storage=storage, base=server.url)
        try:
            yield Shop(server, source)
        finally:
            await source.aclose()
