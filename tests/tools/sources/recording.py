"""A vendor's recorded case, as data and as the script of a server."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from disputes.evidence import Evidence, build_fact
from disputes.ports.storage import Storage
from tests.builders import a_dispute
from tests.tools.sources.vendor_server import Asked, Reply, Turn, VendorServer, vendor_server
from tools.sources.http_json import vendor as vendors
from tools.sources.http_json.source import HttpJsonSource

FOLDER = Path(__file__).parents[2] / "recordings"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
VENDORS = vendors.load()


@cache
def recorded(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return told


def known(name: str, **other: str) -> Evidence:
    keys = {**recorded(name)["known"], **other}
    return Evidence(facts=tuple(build_fact(kind, value, "stripe") for kind, value in keys.items()))


def secrets(name: str) -> list[str]:
    options = VENDORS[name].options
    return [value for option, value in recorded(name)["options"].items() if options[option].secret]


@dataclass
class Played:
    """Answers each call by its recorded exchange; what was never recorded is noted as stray."""

    name: str
    strays: list[Asked] = field(default_factory=list)
    used: set[int] = field(default_factory=set)

    def __call__(self, asked: Asked) -> Reply:
        for number, exchange in enumerate(recorded(self.name)["exchanges"]):
            if number not in self.used and fits(asked, exchange["request"]):
                self.used.add(number)
                return reply(exchange["response"])
        self.strays.append(asked)
        return Reply(404, b"{}")


def fits(asked: Asked, told: dict[str, Any]) -> bool:
    given = told.get("json") or {}
    body = asked.json if isinstance(asked.json, dict) else {}
    return (asked.method, asked.path, asked.query, asked.form) == (
        told.get("method", "GET"),
        told["path"],
        told.get("query", {}),
        told.get("form", {}),
    ) and all(body.get(name) == value for name, value in given.items())


def reply(told: dict[str, Any]) -> Reply:
    body = told.get("body")
    data = b"" if body is None else json.dumps(body).encode()
    return Reply(told["status"], data, told.get("headers", {}))


def after_login(turn: Turn, name: str) -> Turn:
    """Let the login work, so that what goes wrong is the vendor's own answer."""
    log_in = Played(name)
    return lambda asked: log_in(asked) if asked.path == "/login" else turn(asked)


def says(status: int = 200, data: Any = None, *, cut: bool = False, **headers: str) -> Turn:
    """Answer every call alike; `data` is JSON, bytes as they are, or None for nothing."""
    raw = data if isinstance(data, bytes) else b"" if data is None else json.dumps(data).encode()
    return lambda _: Reply(status, raw, {k.replace("_", "-"): v for k, v in headers.items()}, cut)


def silent(_: Asked) -> Reply:
    return Reply(data=None)


@dataclass
class Stand:
    """One vendor's source, pointed at a server."""

    server: VendorServer
    source: HttpJsonSource
    name: str

    async def ask(self, **other: str) -> Evidence:
        return await self.source.gather(a_dispute(), known(self.name, **other))


@asynccontextmanager
async def stand(name: str, turn: Turn, *, seconds: float = 5.0, storage: Storage | None = None) -> AsyncIterator[Stand]:
    vendor = VENDORS[name]
    options = vendor.accept(recorded(name)["options"])
    assert options is not None
    async with vendor_server(turn) as server:
        source = HttpJsonSource(vendor, options, now=lambda: NOON, seconds=seconds, storage=storage, base=server.url)
        try:
            yield Stand(server, source, name)
        finally:
            await source.aclose()
