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
from simulator.http import admin
from simulator.http.gateway import Gateway
from simulator.http.parameters import Thing
from simulator.session import Session
from simulator.state import Store
from simulator.webhooks import WebhookEndpoint, WebhookSender

METHODS = ["GET", "POST", "DELETE", "PUT", "PATCH"]
PATIENCE = 10.0


@dataclass(frozen=True)
class SimulatorSettings:
    """What one simulator starts with; `run` marks its ids, so that two runs never share one."""

    webhook: str | None = None
    secret: str = ""
    objects: list[Thing] = field(default_factory=list)
    knobs: FaultSettings = field(default_factory=FaultSettings)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    run: str = field(default_factory=lambda: secrets.token_hex(4))


def create(settings: SimulatorSettings) -> FastAPI:
    """Give the simulated Stripe: `/v1` as the SDK speaks it, `/_sim` to steer it, `/healthz`.

    The objects of the settings enter, and their disputes are announced, when the app starts. `app.state.stage` holds
    everything.
    """
    stage = _stage(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        stage.enter(admin.checked(settings.objects))
        yield
        await stage.webhooks.close()

    app = FastAPI(title="Simulated Stripe", lifespan=lifespan, openapi_url=None)
    app.state.stage = stage
    app.include_router(admin.router(stage))
    app.add_exception_handler(StripeError, _refused)
    gateway = Gateway(stage)

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.api_route("/v1/{path:path}", methods=METHODS)
    async def stripe(request: Request) -> Response:
        return await gateway.serve(request)

    return app


def _stage(settings: SimulatorSettings) -> Session:
    world, trouble = Store(settings.now, settings.run), Faults(settings.knobs)
    client = httpx.AsyncClient(timeout=httpx.Timeout(PATIENCE, pool=None), trust_env=False)
    return Session(
        world, WebhookSender(world, trouble, WebhookEndpoint(settings.webhook, settings.secret), client), trouble
    )


async def _refused(_: Request, error: Exception) -> Response:
    if not isinstance(error, StripeError):
        raise error
    return JSONResponse(error.body(), error.status)
