"""The HTTP front door: which routes there are, and what they stand on."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI

from api import problems
from api.lifespan import Opener, PartsKeeper
from api.middleware.rate_limit import RateLimit, RateLimits
from api.middleware.security_headers import SecurityHeaders
from api.routes import automation, disputes, exhibits, health, reviews, source_answers, webhook
from disputes.ports.clock import Clock

PAUSE = 5.0  # seconds between attempts to open
RATES = RateLimits()


def create(opener: Opener, *, now: Clock, pause: float = PAUSE, rates: RateLimits = RATES) -> FastAPI:
    """Build the app; its parts are opened when it starts, again every `pause` seconds while that fails.

    A failure to open does not stop the app: `/readyz` tells it, the other routes answer 503.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        door = PartsKeeper(app.state, opener, pause=pause)
        holding = asyncio.create_task(door.hold())
        try:
            await door.tried.wait()
            yield
        finally:
            door.leaving.set()
            await holding

    app = FastAPI(
        title="Rebut",
        summary="Answers Stripe chargebacks.",
        lifespan=lifespan,
        redoc_url=None,
        responses=problems.ALWAYS,
    )
    app.state.now, app.state.deps, app.state.trouble = now, None, "Rebut has not started yet."
    app.add_middleware(RateLimit, rates=rates)
    app.add_middleware(SecurityHeaders)  # outermost, since it is added last
    problems.register(app)
    # Put in directly, since an included router asks each of its routes twice, and Stripe waits for this one.
    app.router.routes.extend(webhook.router.routes)
    for part in (disputes, exhibits, source_answers, reviews, automation, health):
        app.include_router(part.router)
    return app


def served(environ: Mapping[str, str] = os.environ, *, rates: RateLimits = RATES) -> FastAPI:
    """Build the app alone, without a worker, for `uvicorn --factory api.app:served`.

    It stands on the real parts, configured by environment and `.env`. Raises `Invalid` on a wrong setting.
    """
    from graph.wiring import deps, settings  # noqa: PLC0415  importing the app must not pull in every adapter

    chosen = settings.read(environ, dotenv=Path(".env"))

    @asynccontextmanager
    async def opener() -> AsyncIterator[deps.Deps]:
        async with deps.open_servers(chosen) as places, deps.open_deps(chosen, places) as opened:
            yield opened

    return create(opener, now=deps.utc, rates=rates)
