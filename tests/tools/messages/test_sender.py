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
class Office:
    """An endpoint that keeps what it was sent and answers as told."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    came: list[tuple[str, Any, str | None]] = field(default_factory=list)

    @property
    def notes(self) -> str:
        return self.url.replace("http://", "json://")

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/{path:path}")
        async def take(path: str, request: Request) -> Response:
            key = request.headers.get("idempotency-key")
            self.came.append((f"/{path}", await request.json(), key))
            status = self.statuses.pop(0) if self.statuses else 204
            return Response(status_code=status, headers={"location": f"{self.url}/elsewhere"})

        return app


@asynccontextmanager
async def an_office() -> AsyncIterator[Office]:
    office = Office()
    async with served(office.app()) as url:
        office.url = url
        yield office


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with an_office() as opened:
        yield opened


async def test_a_handoff_is_one_post_under_its_key(office: Office) -> None:
    await OutboxSender(f"{office.url}/cases", ()).send(HANDOFF)
    assert office.came == [("/cases", HANDOFF.body, "du_1:v1:handoff")]


@pytest.mark.parametrize("status", [301, 307, 400, 409, 500])
async def test_a_handoff_nobody_took_is_tried_again(office: Office, status: int) -> None:
    office.statuses = [status]
    with pytest.raises(TryAgain, match=str(status)):
        await OutboxSender(f"{office.url}/cases", ()).send(HANDOFF)
    assert [path for path, _, _ in office.came] == ["/cases"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/cases?token=hush", "no address, token=hush"])
async def test_a_closed_door_is_tried_again_and_its_address_kept_secret(url: str) -> None:
    with pytest.raises(TryAgain) as raised:
        await OutboxSender(url, ()).send(HANDOFF)
    assert "hush" not in str(raised.value)


async def test_a_note_goes_to_every_url_as_plain_text(office: Office) -> None:
    await OutboxSender(None, (f"{office.notes}/slack", f"{office.notes}/mail")).send(NOTE)
    assert sorted(path for path, _, _ in office.came) == ["/mail", "/slack"]
    for _, said, _ in office.came:
        assert (said["title"], said["message"]) == ("Dispute du_1 waiting", "38.00 USD <b>due</b>")


async def test_a_note_one_service_did_not_take_is_tried_again(office: Office) -> None:
    office.statuses = [500, 200]
    with pytest.raises(TryAgain, match="1 of 2"):
        await OutboxSender(None, (f"{office.notes}/one", f"{office.notes}/two")).send(NOTE)


@pytest.mark.parametrize("message", [HANDOFF, NOTE])
async def test_without_a_url_a_message_goes_to_nobody(message: OutboxMessage) -> None:
    await OutboxSender(None, ()).send(message)


async def test_each_kind_goes_its_own_way(office: Office) -> None:
    couriers = OutboxSender(f"{office.url}/cases", (f"{office.notes}/slack",))
    await couriers.send(HANDOFF)
    assert [path for path, _, _ in office.came] == ["/cases"]
    await couriers.send(NOTE)
    assert [path for path, _, _ in office.came] == ["/cases", "/slack"]


def test_a_url_nobody_understands_stops_the_start_without_being_shown() -> None:
    with pytest.raises(Invalid, match="number 2") as raised:
        OutboxSender(None, ("json://127.0.0.1", "carrier-pigeon://hush"))
    assert "hush" not in str(raised.value)
