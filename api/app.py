"""The HTTP front door: which routes there are, and what they stand on."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI

from api import automation, disputes, exhibits, health, problems, records, reviews, webhook
from api.door import Door, Opener
from api.guard import Guard
from api.pace import Pace, Rates
from disputes.ports import Clock

PAUSE = 5.0  # seconds between attempts to open
RATES = Rates()


def create(opener: Opener, *, now: Clock, pause: float = PAUSE, rates: Rates = RATES) -> FastAPI:
    """Build the app; its parts are opened when it starts, again every `pause` seconds while that fails.

    A failure to open does not stop the app: `/readyz` tells it, the other routes answer 503.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        door = Door(app.state, opener, pause=pause)
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
    app.add_middleware(Pace, rates=rates)
    app.add_middleware(Guard)  # outermost, since it is added last
    problems.register(app)
    # Put in directly, since an included router asks each of its routes twice, and Stripe waits for this one.
    app.router.routes.extend(webhook.router.routes)
    for part in (disputes, exhibits, records, reviews, automation, health):
        app.include_router(part.router)
    return app


def served(environ: Mapping[str, str] = os.environ, *, rates: Rates = RATES) -> FastAPI:
    """Build the app alone, without a worker, for `uvicorn --factory api.app:served`.

    It stands on the real parts, configured by environment and `.env`. Raises `Invalid` on a wrong setting.
    """
    from graph import deps, settings  # noqa: PLC0415  importing the app must not pull in every adapter

    chosen = settings.read(environ, dotenv=Path(".env"))

    @asynccontextmanager
    async def opener() -> AsyncIterator[deps.Deps]:
        async with deps.open_places(chosen) as places, deps.open_deps(chosen, places) as opened:
            yield opened

    return create(opener, now=deps.utc, rates=rates)
