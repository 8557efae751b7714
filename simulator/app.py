"""Builds the simulated Stripe as a FastAPI app."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from simulator.errors import StripeError
from simulator.faults import Faults, FaultSettings
from simulator.http import admin, event_destinations
from simulator.http.gateway import Gateway
from simulator.http.parameters import JsonObject
from simulator.session import Session
from simulator.state import Store
from simulator.webhooks import WebhookEndpoint, WebhookSender

METHODS = ["GET", "POST", "DELETE", "PUT", "PATCH"]
TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class SimulatorSettings:
    """What one simulator starts with; `run` is part of every new id, so that two runs never share one."""

    webhook: str | None = None
    secret: str = ""
    objects: list[JsonObject] = field(default_factory=list)
    faults: FaultSettings = field(default_factory=FaultSettings)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    run: str = field(default_factory=lambda: "".join(secrets.choice("abcdefghjkmnpqrstvwxyz") for _ in range(8)))


def create(settings: SimulatorSettings) -> FastAPI:
    """Build the simulated Stripe: `/v1` for the SDK, `/_sim` to control it, and `/healthz`.

    When the app starts, the objects of the settings are added and webhook events for their disputes are sent.
    `app.state.session` holds everything.
    """
    session = _open_session(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        session.add_objects(admin.check_objects(settings.objects))
        yield
        await session.webhooks.close()

    app = FastAPI(title="Simulated Stripe", lifespan=lifespan, openapi_url=None)
    app.state.session = session
    app.include_router(admin.router(session))
    app.add_exception_handler(StripeError, _answer_error)
    gateway = Gateway(session)

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.api_route("/v1/{path:path}", methods=METHODS)
    async def stripe(request: Request) -> Response:
        return await gateway.serve(request)

    @app.get(event_destinations.PATH)
    async def destinations(request: Request) -> Response:
        return await event_destinations.serve(session, request)

    return app


def _open_session(settings: SimulatorSettings) -> Session:
    store, faults = Store(settings.now, settings.run), Faults(settings.faults)
    client = httpx.AsyncClient(timeout=httpx.Timeout(TIMEOUT_SECONDS, pool=None), trust_env=False)
    return Session(
        store, WebhookSender(store, faults, WebhookEndpoint(settings.webhook, settings.secret), client), faults
    )


async def _answer_error(_: Request, error: Exception) -> Response:
    if not isinstance(error, StripeError):
        raise error
    return JSONResponse(error.body(), error.status)
