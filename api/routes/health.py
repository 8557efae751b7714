"""Is it alive, is it ready: for load balancers, so without a token."""

import asyncio

from fastapi import APIRouter, Request

from api import problems
from api.problems import Problem
from api.schemas import Health, Ready
from disputes.errors import TryAgain
from graph.wiring.deps import Deps

PATIENCE = 5.0  # seconds

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def alive() -> Health:
    """Answer as long as the process runs."""
    return Health()


@router.get("/readyz", responses=problems.documented(503))
async def ready(request: Request) -> Ready:
    """Tell whether work can be taken: the parts are open and the docket answers."""
    deps: Deps | None = request.app.state.deps
    if deps is None:
        raise Problem(503, request.app.state.trouble, headers=problems.RETRY)
    try:
        async with asyncio.timeout(PATIENCE):
            await deps.cases.page(limit=1)
    except TimeoutError as late:
        raise Problem(503, "The docket does not answer in time.", headers=problems.RETRY) from late
    except TryAgain as away:
        raise Problem(503, str(away), headers=problems.RETRY) from away
    return Ready()
