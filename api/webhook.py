"""Stripe rings here. An event is answered with 200 only once it is safe in the docket."""

import structlog
from fastapi import APIRouter, BackgroundTasks, Request

from api import nudge, problems
from api.bounded import bounded
from api.door import Opened
from api.problems import Problem
from api.schemas import Received
from disputes.docket import Bell
from disputes.errors import Forged
from graph.deps import Deps

LARGEST = 1_000_000  # bytes

router = APIRouter(tags=["webhook"], route_class=bounded(LARGEST))
log = structlog.get_logger()


@router.post("/webhooks/stripe", responses=problems.documented(400, 401, 413, 503))
async def receive(request: Request, deps: Opened, after: BackgroundTasks) -> Received:
    """Take one signed event; the signature is checked on the raw bytes, the content type does not matter.

    Events that are not about disputes and events seen before are acknowledged too.
    """
    bell = _read(deps, await request.body(), request.headers.get("stripe-signature"))
    if bell is not None:
        await _keep(deps, bell, after)
    return Received()


def _read(deps: Deps, payload: bytes, signature: str | None) -> Bell | None:
    try:
        return deps.stripe.hear(payload, signature)
    except Forged as forged:
        log.warning("webhook.forged")
        raise Problem(401, "invalid signature") from forged


async def _keep(deps: Deps, bell: Bell, after: BackgroundTasks) -> None:
    fresh = await deps.docket.hear(bell)
    log.info("webhook.heard", event_id=bell.id, type=bell.type, dispute_id=bell.dispute_id, fresh=fresh)
    if bell.refused:
        log.warning("webhook.refused", event_id=bell.id, dispute_id=bell.dispute_id)
    elif fresh:
        # The row is what counts: Stripe need not wait for the queue.
        after.add_task(nudge.ring, deps.queue, bell.dispute_id, account=bell.account)
