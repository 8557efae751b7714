"""A local Stripe that answers what a test scripted."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request, Response

from disputes.dispute import Dispute, parse
from simulator.objects import a_dispute
from tests.simulator.harness import served
from tools.stripe_api.gateway import StripeGateway

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
KEY = "sk_test_scripted"


@dataclass(frozen=True)
class ReceivedRequest:
    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]


@dataclass
class ScriptedStripe:
    """An HTTP server that gives scripted answers in order and records the requests it gets."""

    url: str = ""
    requests: list[ReceivedRequest] = field(default_factory=list)
    answers: list[tuple[int, object]] = field(default_factory=list)
    hang: float = 0.0
    retry: bool = False

    def reset(self) -> None:
        self.requests, self.answers, self.hang, self.retry = [], [], 0.0, False

    def answer(self, body: object, status: int = 200) -> None:
        self.answers.append((status, body))

    def refuse(self, status: int, **error: object) -> None:
        self.answer({"error": error}, status)

    def gateway(self, key: str = KEY, **changes: Any) -> StripeGateway:
        settings: dict[str, Any] = {"api_base": self.url} | changes
        return StripeGateway(key, **settings)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.api_route("/{path:path}", methods=["GET", "POST"])
        async def answer(request: Request) -> Response:
            form = (
                (await request.body()).decode()
                if request.headers.get("content-type", "").endswith("urlencoded")
                else ""
            )
            params = dict(parse_qsl(form or request.url.query, keep_blank_values=True))
            self.requests.append(ReceivedRequest(request.method, request.url.path, params, dict(request.headers)))
            await asyncio.sleep(self.hang)
            status, body = self.answers.pop(0) if self.answers else (200, a_dispute())
            content = body if isinstance(body, str) else json.dumps(body)
            headers = {} if self.retry else {"Stripe-Should-Retry": "false"}
            return Response(content, status, headers, "application/json")

        return app


@asynccontextmanager
async def run_scripted_stripe() -> AsyncIterator[ScriptedStripe]:
    stripe = ScriptedStripe()
    async with served(stripe.app()) as url:
        stripe.url = url
        yield stripe


@asynccontextmanager
async def open_gateway(
    server: ScriptedStripe, key: str = "sk_test_scripted", **changes: Any
) -> AsyncIterator[StripeGateway]:
    gateway = server.gateway(key, **changes)
    try:
        yield gateway
    finally:
        await gateway.aclose()


def a_stripe_dispute(account: str | None = None, **changes: object) -> Dispute:
    return parse(a_dispute(**changes), account=account)
