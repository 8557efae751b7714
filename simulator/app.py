import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from simulator import control
from simulator.delivery import Courier, Endpoint
from simulator.gateway import Gateway
from simulator.knobs import Knobs, Trouble
from simulator.refusal import Refusal
from simulator.shapes import Thing
from simulator.stage import Stage
from simulator.state import World

METHODS = ["GET", "POST", "DELETE", "PUT", "PATCH"]
PATIENCE = 10.0


@dataclass(frozen=True)
class Settings:
    """What one simulator starts with; `run` marks its ids, so that two runs never share one."""

    webhook: str | None = None
    secret: str = ""
    objects: list[Thing] = field(default_factory=list)
    knobs: Knobs = field(default_factory=Knobs)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    run: str = field(default_factory=lambda: secrets.token_hex(4))


def create(settings: Settings) -> FastAPI:
    """Give the simulated Stripe: `/v1` as the SDK speaks it, `/_sim` to steer it, `/healthz`.

    The objects of the settings enter, and their disputes are announced, when the app starts. `app.state.stage` holds
    everything.
    """
    stage = _stage(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        stage.enter(control.checked(settings.objects))
        yield
        await stage.courier.close()

    app = FastAPI(title="Simulated Stripe", lifespan=lifespan, openapi_url=None)
    app.state.stage = stage
    app.include_router(control.router(stage))
    app.add_exception_handler(Refusal, _refused)
    gateway = Gateway(stage)

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.api_route("/v1/{path:path}", methods=METHODS)
    async def stripe(request: Request) -> Response:
        return await gateway.serve(request)

    return app


def _stage(settings: Settings) -> Stage:
    world, trouble = World(settings.now, settings.run), Trouble(settings.knobs)
    client = httpx.AsyncClient(timeout=httpx.Timeout(PATIENCE, pool=None), trust_env=False)
    return Stage(world, Courier(world, trouble, Endpoint(settings.webhook, settings.secret), client), trouble)


async def _refused(_: Request, error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    return JSONResponse(error.body(), error.status)
