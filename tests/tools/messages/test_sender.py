"""Handoffs and notes, sent to a local HTTP endpoint and a local mail server."""

import asyncio
import base64
import dataclasses
import email
import runpy
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from fastapi import FastAPI, Request, Response
from standardwebhooks import Webhook, WebhookVerificationError

from disputes.errors import Invalid, Refused, TryAgain
from disputes.repositories.outbox import OutboxMessage
from tests.fakes import FakeClock
from tests.simulator.harness import served
from tools.messages.handoff import HandoffSender
from tools.messages.notes import NoteSender
from tools.messages.sender import OutboxSender

# apprise imports a module of Python 3.11 that 3.13 no longer has, and brings its own for then.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

HANDOFF = OutboxMessage(key="du_1:v1:handoff", kind="handoff", body={"case": {"id": "du_1"}, "name": "Zoë"})
NOTE = OutboxMessage(
    key="du_1:v1:note:slack",
    kind="note",
    target="slack",
    body={"title": "Dispute du_1 waiting", "body": "38.00 USD <b>due</b>"},
)


class Inbox:
    """What a mail server was handed."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append(email.message_from_bytes(envelope.content))
        return "250 taken"


@dataclass
class Received:
    path: str
    raw: bytes
    body: Any
    headers: dict[str, str]


@dataclass
class RecordingEndpoint:
    """An HTTP endpoint that records what it receives and answers with scripted statuses."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)

    @property
    def notes(self) -> str:
        return self.url.replace("http://", "json://")

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/{path:path}")
        async def take(path: str, request: Request) -> Response:
            headers = dict(request.headers)
            self.received.append(Received(f"/{path}", await request.body(), await request.json(), headers))
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


SECRETS = [f"whsec_{base64.b64encode(bytes([number]) * 32).decode()}" for number in range(3)]


def handoffs(url: str | None, *secrets: str) -> HandoffSender:
    return HandoffSender(url, secrets=secrets, timeout=10.0, now=lambda: datetime.now(UTC))


def a_sender(url: str | None = None, **urls: str) -> OutboxSender:
    notes = {name: NoteSender(each, setting=f"NOTIFY__{name}__URL", timeout=10.0) for name, each in urls.items()}
    return OutboxSender(handoffs(url), notes)


def verify(secret: str, taken: Received) -> Any:
    return Webhook(secret).verify(taken.raw, taken.headers)


async def test_a_handoff_is_one_post_under_its_key(endpoint: RecordingEndpoint) -> None:
    await a_sender(f"{endpoint.url}/cases").send(HANDOFF)
    (taken,) = endpoint.received
    assert (taken.path, taken.body, taken.headers["idempotency-key"]) == ("/cases", HANDOFF.body, "du_1:v1:handoff")
    assert "webhook-signature" not in taken.headers


async def test_a_receiver_checks_a_handoff_as_standard_webhooks_says(endpoint: RecordingEndpoint) -> None:
    await handoffs(endpoint.url, SECRETS[0]).send(HANDOFF)
    (taken,) = endpoint.received
    assert verify(SECRETS[0], taken) == HANDOFF.body
    assert taken.headers["webhook-id"] == taken.headers["idempotency-key"] == HANDOFF.key
    with pytest.raises(WebhookVerificationError):
        verify(SECRETS[1], taken)
    with pytest.raises(WebhookVerificationError):
        verify(SECRETS[0], dataclasses.replace(taken, raw=taken.raw.replace(b"du_1", b"du_2")))


async def test_while_a_secret_is_changed_receivers_with_the_old_and_the_new_one_take_it(
    endpoint: RecordingEndpoint,
) -> None:
    new, old, foreign = SECRETS
    await handoffs(endpoint.url, new, old).send(HANDOFF)
    (taken,) = endpoint.received
    assert verify(new, taken) == verify(old, taken) == HANDOFF.body
    assert len(taken.headers["webhook-signature"].split(" ")) == 2
    with pytest.raises(WebhookVerificationError):
        verify(foreign, taken)


async def test_a_handoff_that_is_tried_again_keeps_its_id_and_is_signed_anew(endpoint: RecordingEndpoint) -> None:
    clock = FakeClock()
    sender = HandoffSender(endpoint.url, secrets=[SECRETS[0]], timeout=10.0, now=clock)
    endpoint.statuses = [503]
    with pytest.raises(TryAgain):
        await sender.send(HANDOFF)
    clock.advance(hours=3)
    await sender.send(HANDOFF)
    first, second = endpoint.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    times = [int(one.headers["webhook-timestamp"]) for one in (first, second)]
    assert times[1] - times[0] == 3 * 3600
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]


async def test_the_receiver_of_the_documents_takes_what_is_signed_and_nothing_else(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs/messages.md").read_text("utf-8")
    program = page.partition("```python\n")[2].partition("```")[0]
    (tmp_path / "receiver.py").write_text(program.replace('os.environ["REBUT_HANDOFF_SECRET"]', repr(SECRETS[0])))
    known = runpy.run_path(str(tmp_path / "receiver.py"))
    server = HTTPServer(("127.0.0.1", 0), known["Receiver"])
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/"
        sent = HANDOFF.model_copy(update={"body": {"case": {"dispute": {"id": "du_1"}}}})
        await handoffs(url, SECRETS[0]).send(sent)
        with pytest.raises(TryAgain, match="401"):
            await handoffs(url, SECRETS[1]).send(sent)
    finally:
        await asyncio.to_thread(server.shutdown)
        server.server_close()
        thread.join()
    assert known["seen"] == {HANDOFF.key}


@pytest.mark.parametrize("status", [301, 307, 400, 409, 500])
async def test_a_refused_handoff_is_tried_again(endpoint: RecordingEndpoint, status: int) -> None:
    endpoint.statuses = [status]
    with pytest.raises(TryAgain, match=str(status)):
        await a_sender(f"{endpoint.url}/cases").send(HANDOFF)
    assert [taken.path for taken in endpoint.received] == ["/cases"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/cases?token=hush", "no address, token=hush"])
async def test_an_unreachable_url_is_tried_again_and_kept_secret(url: str) -> None:
    with pytest.raises(TryAgain) as raised:
        await a_sender(url).send(HANDOFF)
    assert "hush" not in str(raised.value)


async def test_a_note_goes_to_its_one_target_as_plain_text(endpoint: RecordingEndpoint) -> None:
    await a_sender(slack=f"{endpoint.notes}/slack", mail=f"{endpoint.notes}/mail").send(NOTE)
    (taken,) = endpoint.received
    assert taken.path == "/slack"
    assert (taken.body["title"], taken.body["message"]) == ("Dispute du_1 waiting", "38.00 USD <b>due</b>")


async def test_a_note_that_names_no_target_goes_to_each(endpoint: RecordingEndpoint) -> None:
    sender = a_sender(slack=f"{endpoint.notes}/slack", mail=f"{endpoint.notes}/mail")
    await sender.send(NOTE.model_copy(update={"target": ""}))
    assert [taken.path for taken in endpoint.received] == ["/slack", "/mail"]


async def test_a_note_that_was_not_taken_is_tried_again(endpoint: RecordingEndpoint) -> None:
    endpoint.statuses = [500]
    with pytest.raises(TryAgain, match="did not take"):
        await a_sender(slack=endpoint.notes).send(NOTE)


async def test_a_note_to_a_target_that_is_gone_is_refused_by_its_name() -> None:
    with pytest.raises(Refused, match="no target slack"):
        await a_sender(mail="json://127.0.0.1").send(NOTE)


async def test_without_a_url_no_handoff_is_sent() -> None:
    await a_sender().send(HANDOFF)


@pytest.mark.parametrize("url", ["carrier-pigeon://hush", "json://127.0.0.1/hush, json://127.0.0.1/two"])
def test_a_url_that_is_none_or_several_is_invalid_and_not_quoted(url: str) -> None:
    with pytest.raises(Invalid, match="NOTIFY__OPS__URL") as raised:
        NoteSender(url, setting="NOTIFY__OPS__URL", timeout=1.0)
    assert "hush" not in str(raised.value)


async def test_a_note_arrives_as_an_e_mail() -> None:
    inbox = Inbox()
    loop = asyncio.get_running_loop()
    async with await loop.create_server(lambda: SMTP(inbox), "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await a_sender(slack=f"mailto://127.0.0.1:{port}?from=rebut@example.com&to=disputes@example.com").send(NOTE)
    (mail,) = inbox.mails
    assert (mail["subject"], mail["to"]) == ("Dispute du_1 waiting", "disputes@example.com")
    assert "38.00 USD" in mail.get_payload()
