"""Handoffs and notes, sent to a local HTTP endpoint."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response

from disputes.errors import Invalid, TryAgain
from disputes.repositories.outbox import OutboxMessage
from tests.simulator.harness import served
from tools.messages.sender import OutboxSender

# apprise imports a module of Python 3.11 that 3.13 no longer has, and brings its own for then.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

HANDOFF = OutboxMessage(key="du_1:v1:handoff", kind="handoff", body={"case": {"id": "du_1"}, "name": "Zoë"})
NOTE = OutboxMessage(
    key="du_1:v1:note", kind="note", body={"title": "Dispute du_1 waiting", "body": "38.00 USD <b>due</b>"}
)


@dataclass
class RecordingEndpoint:
    """An HTTP endpoint that records what it receives and answers with scripted statuses."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    received: list[tuple[str, Any, str | None]] = field(default_factory=list)

    @property
    def notes(self) -> str:
        return self.url.replace("http://", "json://")

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/{path:path}")
        async def take(path: str, request: Request) -> Response:
            key = request.headers.get("idempotency-key")
            self.received.append((f"/{path}", await request.json(), key))
            status = self.statuses.pop(0) if self.statuses else 204
            return Response(status_code=status, headers={"location": f"{self.url}/elsewhere"})

        return app


@asynccontextmanager
async def an_endpoint() -> AsyncIterator[RecordingEndpoint]:
    endpoint = RecordingEndpoint()
    async with served(endpoint.app()) as url:
        endpoint.url = url
        yield endpoint


@pytest.fixture
async def endpoint() -> AsyncIterator[RecordingEndpoint]:
    async with an_endpoint() as running:
        yield running


async def test_a_handoff_is_one_post_under_its_key(endpoint: RecordingEndpoint) -> None:
    await OutboxSender(f"{endpoint.url}/cases", ()).send(HANDOFF)
    assert endpoint.received == [("/cases", HANDOFF.body, "du_1:v1:handoff")]


@pytest.mark.parametrize("status", [301, 307, 400, 409, 500])
async def test_a_refused_handoff_is_tried_again(endpoint: RecordingEndpoint, status: int) -> None:
    endpoint.statuses = [status]
    with pytest.raises(TryAgain, match=str(status)):
        await OutboxSender(f"{endpoint.url}/cases", ()).send(HANDOFF)
    assert [path for path, _, _ in endpoint.received] == ["/cases"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/cases?token=hush", "no address, token=hush"])
async def test_an_unreachable_url_is_tried_again_and_kept_secret(url: str) -> None:
    with pytest.raises(TryAgain) as raised:
        await OutboxSender(url, ()).send(HANDOFF)
    assert "hush" not in str(raised.value)


async def test_a_note_goes_to_every_url_as_plain_text(endpoint: RecordingEndpoint) -> None:
    await OutboxSender(None, (f"{endpoint.notes}/slack", f"{endpoint.notes}/mail")).send(NOTE)
    assert sorted(path for path, _, _ in endpoint.received) == ["/mail", "/slack"]
    for _, body, _ in endpoint.received:
        assert (body["title"], body["message"]) == ("Dispute du_1 waiting", "38.00 USD <b>due</b>")


async def test_a_note_one_service_did_not_take_is_tried_again(endpoint: RecordingEndpoint) -> None:
    endpoint.statuses = [500, 200]
    with pytest.raises(TryAgain, match="1 of 2"):
        await OutboxSender(None, (f"{endpoint.notes}/one", f"{endpoint.notes}/two")).send(NOTE)


@pytest.mark.parametrize("message", [HANDOFF, NOTE])
async def test_without_a_url_nothing_is_sent(message: OutboxMessage) -> None:
    await OutboxSender(None, ()).send(message)


async def test_each_kind_goes_its_own_way(endpoint: RecordingEndpoint) -> None:
    sender = OutboxSender(f"{endpoint.url}/cases", (f"{endpoint.notes}/slack",))
    await sender.send(HANDOFF)
    assert [path for path, _, _ in endpoint.received] == ["/cases"]
    await sender.send(NOTE)
    assert [path for path, _, _ in endpoint.received] == ["/cases", "/slack"]


def test_an_unknown_kind_of_url_is_invalid_and_not_quoted() -> None:
    with pytest.raises(Invalid, match="number 2") as raised:
        OutboxSender(None, ("json://127.0.0.1", "carrier-pigeon://hush"))
    assert "hush" not in str(raised.value)
