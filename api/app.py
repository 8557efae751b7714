"""The HTTP API: its routes, its middleware, and the dependencies they use."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI

from api import problems
from api.lifespan import DepsSupervisor, Opener
from api.middleware.rate_limit import RateLimit, RateLimits
from api.middleware.security_headers import SecurityHeaders
from api.routes import (
    automation,
    disputes,
    exhibits,
    health,
    last_chances,
    plans,
    reviews,
    source_answers,
    templates,
    webhook,
)
from disputes.ports.clock import Clock

PAUSE = 5.0  # seconds between attempts to open
RATES = RateLimits()
ROUTES = (webhook, disputes, exhibits, source_answers, plans, reviews, automation, last_chances, templates, health)


def create(opener: Opener, *, now: Clock, pause: float = PAUSE, rates: RateLimits = RATES) -> FastAPI:
    """Build the app; its dependencies are opened when it starts, again every `pause` seconds while that fails.

    A failure to open does not stop the app: `/readyz` reports it, the other routes answer 503.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        supervisor = DepsSupervisor(app.state, opener, pause=pause)
        running = asyncio.create_task(supervisor.run())
        try:
            await supervisor.attempted.wait()
            yield
        finally:
            supervisor.stopping.set()
            await running

    app = FastAPI(
        title="Rebut",
        summary="Answers Stripe chargebacks.",
        lifespan=lifespan,
        redoc_url=None,
        responses=problems.COMMON_RESPONSES,
    )
    app.state.now, app.state.deps, app.state.failure = now, None, "Rebut has not started yet."
    app.add_middleware(RateLimit, rates=rates)
    app.add_middleware(SecurityHeaders)  # outermost, since it is added last
    problems.register(app)
    for module in ROUTES:
        app.include_router(module.router)
    return app


def create_standalone(environ: Mapping[str, str] = os.environ, *, rates: RateLimits = RATES) -> FastAPI:
    """Build the app alone, without a worker, for `uvicorn --factory api.app:create_standalone`.

    Its dependencies are the real ones, configured by environment and `.env`. Raises `Invalid` on a wrong setting.
    """
    from graph.wiring import deps, servers, settings  # noqa: PLC0415  importing the app must not pull in every adapter

    chosen = settings.read(environ, dotenv=Path(".env"))

    @asynccontextmanager
    async def opener() -> AsyncIterator[deps.Deps]:
        async with servers.open_servers(chosen) as found, deps.open_deps(chosen, found) as opened:
            yield opened

    return create(opener, now=deps.utc, rates=rates)
