"""A vendor's recorded case, as data and as the answers of a server."""

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
from tests.tools.sources.vendor_server import ReceivedCall, Reply, Responder, VendorServer, vendor_server
from tools.sources.http_json.source import HttpJsonSource
from tools.sources.http_json.vendor import load

FOLDER = Path(__file__).parents[2] / "recordings"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
VENDORS = load()


@cache
def load_recording(name: str) -> dict[str, Any]:
    recorded: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return recorded


def recorded_facts(name: str, **other: str) -> Evidence:
    keys = {**load_recording(name)["known"], **other}
    return Evidence(facts=tuple(build_fact(kind, value, "stripe") for kind, value in keys.items()))


def secrets(name: str) -> list[str]:
    options = VENDORS[name].options
    return [value for option, value in load_recording(name)["options"].items() if options[option].secret]


@dataclass
class RecordedVendor:
    """Answers each call by its recorded exchange; a call that was never recorded is listed as unexpected."""

    name: str
    unexpected: list[ReceivedCall] = field(default_factory=list)
    used: set[int] = field(default_factory=set)

    def __call__(self, call: ReceivedCall) -> Reply:
        for number, exchange in enumerate(load_recording(self.name)["exchanges"]):
            if number not in self.used and matches(call, exchange["request"]):
                self.used.add(number)
                return reply(exchange["response"])
        self.unexpected.append(call)
        return Reply(404, b"{}")


def matches(call: ReceivedCall, recorded: dict[str, Any]) -> bool:
    expected = recorded.get("json") or {}
    body = call.json if isinstance(call.json, dict) else {}
    return (call.method, call.path, call.query, call.form) == (
        recorded.get("method", "GET"),
        recorded["path"],
        recorded.get("query", {}),
        recorded.get("form", {}),
    ) and all(body.get(name) == value for name, value in expected.items())


def reply(recorded: dict[str, Any]) -> Reply:
    body = recorded.get("body")
    data = b"" if body is None else json.dumps(body).encode()
    return Reply(recorded["status"], data, recorded.get("headers", {}))


def after_login(responder: Responder, name: str) -> Responder:
    """Let the login work, so that only the vendor's own answers fail."""
    log_in = RecordedVendor(name)
    return lambda call: log_in(call) if call.path == "/login" else responder(call)


def always(status: int = 200, data: Any = None, *, cut: bool = False, **headers: str) -> Responder:
    """Answer every call alike; `data` is JSON, bytes as they are, or None for nothing."""
    raw = data if isinstance(data, bytes) else b"" if data is None else json.dumps(data).encode()
    return lambda _: Reply(status, raw, {k.replace("_", "-"): v for k, v in headers.items()}, cut)


def never_answers(_: ReceivedCall) -> Reply:
    return Reply(data=None)


@dataclass
class RunningSource:
    """One vendor's source that calls a local server."""

    server: VendorServer
    source: HttpJsonSource
    name: str

    async def ask(self, **other: str) -> Evidence:
        return await self.source.gather(a_dispute(), recorded_facts(self.name, **other))


@asynccontextmanager
async def a_source(
    name: str, responder: Responder, *, seconds: float = 5.0, storage: Storage | None = None
) -> AsyncIterator[RunningSource]:
    vendor = VENDORS[name]
    options = vendor.accept(load_recording(name)["options"])
    assert options is not None
    async with vendor_server(responder) as server:
        source = HttpJsonSource(vendor, options, now=lambda: NOON, seconds=seconds, storage=storage, base=server.url)
        try:
            yield RunningSource(server, source, name)
        finally:
            await source.aclose()
