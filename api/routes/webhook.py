"""Stripe rings here. An event is answered with 200 only once it is safe in the docket."""

import structlog
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from api import lifespan, problems
from api.middleware.body_limit import straight
from api.problems import Problem
from api.schemas import Received
from disputes.errors import Forged
from disputes.repositories.events import WebhookEvent
from graph.wiring.deps import Deps

LARGEST = 1_000_000  # bytes
RECEIVED = JSONResponse(Received().model_dump())

SIGNED = {
    "parameters": [{"name": "Stripe-Signature", "in": "header", "required": True, "schema": {"type": "string"}}],
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}},
}
"""What FastAPI cannot tell by itself of a route that reads the request's own bytes."""

router = APIRouter(tags=["webhook"], responses=problems.ALWAYS, route_class=straight(LARGEST))
log = structlog.get_logger()


@router.post(
    "/webhooks/stripe", response_model=Received, responses=problems.documented(400, 401, 413, 503), openapi_extra=SIGNED
)
async def receive(request: Request) -> Response:
    """Take one signed event; the signature is checked on the raw bytes, the content type does not matter.

    Events that are not about disputes and events seen before are acknowledged too.
    """
    deps = await lifespan.deps(request)
    event = _read(deps, await request.body(), request.headers.get("stripe-signature"))
    if event is not None:
        await _keep(deps, event)
    return RECEIVED


def _read(deps: Deps, payload: bytes, signature: str | None) -> WebhookEvent | None:
    try:
        return deps.webhooks.read(payload, signature)
    except Forged as forged:
        log.warning("webhook.forged")
        raise Problem(401, "invalid signature") from forged


async def _keep(deps: Deps, event: WebhookEvent) -> None:
    fresh = await deps.events.store(event)
    log.info("webhook.heard", event_id=event.id, type=event.type, dispute_id=event.dispute_id, fresh=fresh)
    if event.refused:
        log.warning("webhook.refused", event_id=event.id, dispute_id=event.dispute_id)
    elif fresh:
        # The row is what counts: Stripe need not wait for the queue.
        await deps.queue.try_enqueue(event.dispute_id, account=event.account)
