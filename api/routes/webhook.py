"""The webhook endpoint: an event from Stripe is answered with 200 only once it is stored in the database."""

import structlog
from fastapi import APIRouter, Request

from api import problems
from api.lifespan import OpenDeps
from api.middleware.body_limit import limit_body
from api.problems import Problem
from api.schemas import Received
from disputes.errors import Forged
from disputes.repositories.events import WebhookEvent
from graph.wiring.deps import Deps

MAX_BODY_BYTES = 1_000_000

OPENAPI = {
    "parameters": [{"name": "Stripe-Signature", "in": "header", "required": True, "schema": {"type": "string"}}],
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}},
}
"""What FastAPI cannot describe by itself, since the route reads the raw bytes and answers 401 without the header."""

router = APIRouter(tags=["webhook"], route_class=limit_body(MAX_BODY_BYTES))
log = structlog.get_logger()


@router.post("/webhooks/stripe", responses=problems.document(400, 401, 413, 503), openapi_extra=OPENAPI)
async def receive(request: Request, deps: OpenDeps) -> Received:
    """Store one signed event; the signature is checked on the raw bytes, the content type does not matter.

    Events that are not about disputes and events seen before are acknowledged too.
    """
    event = _read(deps, await request.body(), request.headers.get("stripe-signature"))
    if event is not None and await _store(deps, event):
        # Within two seconds or not at all: the committed row is what counts, and the sweep enqueues what is left.
        await deps.queue.try_enqueue(event.dispute_id, account=event.account)
    return Received()


def _read(deps: Deps, payload: bytes, signature: str | None) -> WebhookEvent | None:
    try:
        return deps.webhooks.read(payload, signature)
    except Forged as forged:
        log.warning("webhook.forged")
        raise Problem(401, "invalid signature") from forged


async def _store(deps: Deps, event: WebhookEvent) -> bool:
    """Store an event and return whether it asks for a run: it is new, and of the key's own mode."""
    is_new = await deps.events.store(event)
    log.info("webhook.received", event_id=event.id, type=event.type, dispute_id=event.dispute_id, is_new=is_new)
    if event.refused:
        log.warning("webhook.refused", event_id=event.id, dispute_id=event.dispute_id)
    return is_new and not event.refused
