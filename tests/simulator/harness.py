"""A running simulator for tests, the SDK pointed at it, a webhook endpoint, and small Stripe objects."""

import asyncio
import io
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import stripe
import uvicorn
from fastapi import FastAPI, Request, Response
from pypdf import PdfWriter

from simulator.app import SimulatorSettings, create
from simulator.faults import FaultSettings

SECRET = "whsec_simulated"
# the SDK hands httpx its form body in a way httpx deprecates
SDK_WARNING = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
PNG = b"\x89PNG\r\n\x1a\n"
JsonObject = dict[str, Any]


class _SimulatorServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    config = uvicorn.Config(app, port=0, log_level="critical", access_log=False, timeout_graceful_shutdown=1)
    server = _SimulatorServer(config)
    running = asyncio.create_task(server._serve())
    await server.ready.wait()
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await running


class SimulatorClient:
    """A running simulator, the SDK pointed at it, and plain HTTP to its control routes."""

    def __init__(self, url: str, control: httpx.AsyncClient) -> None:
        self.url, self.control = url, control
        self._transport = stripe.HTTPXClient(verify_ssl_certs=False)

    def sdk(self, key: str = "sk_test_1", *, retries: int = 0) -> stripe.StripeClient:
        addresses: Any = {"api": self.url, "files": self.url}
        return stripe.StripeClient(
            key, base_addresses=addresses, http_client=self._transport, max_network_retries=retries
        )

    async def close(self) -> None:
        await self._transport.close_async()

    async def post(self, path: str, body: JsonObject, **query: str) -> Any:
        response = await self.control.post(f"/_sim{path}", json=body, params=query)
        response.raise_for_status()
        return response.json()

    async def add_objects(self, *objects: JsonObject, **query: str) -> None:
        await self.post("/objects", {"objects": list(objects)}, **query)

    async def counts(self, dispute: str) -> JsonObject:
        counts: JsonObject = (await self.control.get("/_sim/counts")).json()["disputes"][dispute]
        return counts

    async def until(self, dispute: str, status: str) -> stripe.Dispute:
        client = self.sdk()
        for _ in range(1_000):
            current = await client.v1.disputes.retrieve_async(dispute)
            if current.status == status:
                return current
        raise AssertionError(f"{dispute} stayed {current.status}")

    async def event_types(self) -> list[str]:
        events = await self.sdk().v1.events.list_async({"limit": 100})
        return [event.type for event in reversed(events.data)]


@asynccontextmanager
async def simulated(
    *objects: JsonObject, webhook: str | None = None, **faults: float | list[str]
) -> AsyncIterator[SimulatorClient]:
    fault_settings = FaultSettings.model_validate({"outcome_delay": 0.0, "backoff": 0.01, **faults})
    settings = SimulatorSettings(webhook, SECRET, list(objects), fault_settings)
    async with (
        served(create(settings)) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as control,
    ):
        simulator = SimulatorClient(url, control)
        try:
            yield simulator
        finally:
            await simulator.close()


class WebhookInbox:
    """A webhook endpoint that checks every signature and answers with the given statuses, then 200."""

    def __init__(self, answers: list[int]) -> None:
        self.events: list[JsonObject] = []
        self.rejected: list[JsonObject] = []
        self._answers = answers
        self._received = asyncio.Condition()

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/hook")
        async def hook(request: Request) -> Response:
            event = await self._verified(request)
            status = self._answers.pop(0) if self._answers else 200
            async with self._received:
                (self.events if status == 200 else self.rejected).append(event)
                self._received.notify_all()
            return Response(status_code=status)

        return app

    async def until(self, count: int) -> list[JsonObject]:
        async with self._received, asyncio.timeout(10):
            await self._received.wait_for(lambda: len(self.events) >= count)
        return self.events

    async def _verified(self, request: Request) -> JsonObject:
        payload = (await request.body()).decode()
        stripe.WebhookSignature.verify_header(payload, request.headers["stripe-signature"], SECRET, 300)
        event: JsonObject = await request.json()
        return event


@asynccontextmanager
async def inbox(*answers: int) -> AsyncIterator[tuple[WebhookInbox, str]]:
    box = WebhookInbox(list(answers))
    async with served(box.app()) as url:
        yield box, f"{url}/hook"


def a_dispute(**changes: Any) -> JsonObject:
    dispute: JsonObject = {
        "id": "du_1",
        "object": "dispute",
        "amount": 4_200,
        "currency": "usd",
        "charge": "ch_1",
        "payment_intent": "pi_1",
        "created": 1_790_000_000,
        "livemode": False,
        "reason": "product_not_received",
        "status": "needs_response",
        "balance_transactions": [],
        "evidence_details": {"due_by": 4_102_444_799},
        "payment_method_details": {
            "type": "card",
            "card": {"brand": "visa", "network": "visa", "case_type": "chargeback", "network_reason_code": "13.1"},
        },
    }
    return {**dispute, **changes}


def an_inquiry(**changes: Any) -> JsonObject:
    card = {"brand": "amex", "network": "amex", "case_type": "inquiry", "network_reason_code": "10"}
    details = {"type": "card", "card": card}
    inquiry = {"status": "warning_needs_response", "is_charge_refundable": True, "payment_method_details": details}
    return a_dispute(**{**inquiry, **changes})


def a_charge(**changes: Any) -> JsonObject:
    charge: JsonObject = {
        "id": "ch_1",
        "object": "charge",
        "amount": 4_200,
        "amount_refunded": 0,
        "currency": "usd",
        "created": 1_789_000_000,
        "customer": "cus_1",
        "payment_intent": "pi_1",
        "livemode": False,
        "refunded": False,
        "balance_transaction": None,
    }
    return {**charge, **changes}


def a_customer(**changes: Any) -> JsonObject:
    return {"id": "cus_1", "object": "customer", "email": "ada@example.com", "livemode": False, **changes}


def a_pdf(pages: int = 1) -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(width=612, height=792)
    writer.write(out)
    return out.getvalue()


def a_file(content: bytes = PNG, name: str = "proof.png") -> io.BytesIO:
    handle = io.BytesIO(content)
    handle.name = name
    return handle


async def uploaded(client: stripe.StripeClient, content: bytes = PNG) -> str:
    file = await client.v1.files.create_async({"purpose": "dispute_evidence", "file": a_file(content)})
    return file.id
