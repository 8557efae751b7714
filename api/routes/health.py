"""Liveness and readiness, for load balancers and so without a token."""

import asyncio

from fastapi import APIRouter, Request

from api import problems
from api.problems import Problem
from api.schemas import Health, Ready
from disputes.errors import TryAgain
from graph.wiring.deps import Deps

TIMEOUT = 5.0  # seconds

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def alive() -> Health:
    """Answer as long as the process runs."""
    return Health()


@router.get("/readyz", responses=problems.document(503))
async def ready(request: Request) -> Ready:
    """Check that work can be taken: the records, the job queue with the suspended runs, and the files, really tried.

    What was found out counts for some seconds; the answer names each part that fails, and no address.
    """
    deps: Deps | None = request.app.state.deps
    if deps is None:
        raise Problem(503, request.app.state.failure, headers=problems.RETRY_AFTER)
    try:
        async with asyncio.timeout(TIMEOUT):
            await deps.cases.page(limit=1)
    except TimeoutError as late:
        raise Problem(503, "The database does not answer in time.", headers=problems.RETRY_AFTER) from late
    except TryAgain as away:
        raise Problem(503, str(away), headers=problems.RETRY_AFTER) from away
    if deps.readiness and (failures := await deps.readiness.failures()):
        raise Problem(503, " ".join(failures), headers=problems.RETRY_AFTER)
    return Ready()
