"""The webhook endpoint: an event of a processor is answered with 200 only once it is stored in the database."""

import structlog
from fastapi import APIRouter, Request

from api import problems
from api.lifespan import OpenDeps
from api.middleware.body_limit import limit_body
from api.problems import Problem
from api.schemas import Received
from disputes.errors import Forged
from disputes.ports.webhooks import Heard, Webhooks
from disputes.repositories.events import WebhookEvent
from disputes.repositories.unrecognised_events import UnrecognisedEvent
from graph.wiring.deps import Deps

MAX_BODY_BYTES = 1_000_000

OPENAPI = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}}
"""What FastAPI cannot describe by itself, since the route reads the raw bytes."""

router = APIRouter(tags=["webhook"], route_class=limit_body(MAX_BODY_BYTES))
log = structlog.get_logger()


@router.post("/webhooks/{provider}", responses=problems.document(400, 401, 404, 413, 503), openapi_extra=OPENAPI)
async def receive(provider: str, request: Request, deps: OpenDeps) -> Received:
    """Store one signed event; the signature is checked on the raw bytes, the content type does not matter.

    Events that are not about disputes and events seen before are acknowledged too.
    """
    webhooks = _find(deps, provider)
    heard = _read(webhooks, provider, await request.body(), request)
    if isinstance(heard, UnrecognisedEvent):
        await _keep(deps, heard)
    elif heard is not None and await _store(deps, heard):
        # Within two seconds or not at all: the committed row is what counts, and the sweep enqueues what is left.
        await deps.queue.try_enqueue(heard.dispute_id, account=heard.account)
    return Received()


def _find(deps: Deps, provider: str) -> Webhooks:
    webhooks = deps.webhooks.get(provider)
    if webhooks is None:
        raise Problem(404, f"No webhooks of this processor are taken here, only those of: {', '.join(deps.webhooks)}.")
    return webhooks


def _read(webhooks: Webhooks, provider: str, payload: bytes, request: Request) -> Heard:
    try:
        return webhooks.read(payload, request.headers)
    except Forged as forged:
        told = {"seconds": forged.seconds} if forged.seconds else {}
        log.warning("webhook.forged", provider=provider, reason=forged.reason, why=str(forged), **told)
        raise Problem(401, "invalid signature") from forged


async def _keep(deps: Deps, event: UnrecognisedEvent) -> None:
    """Keep what was not recognised where `rebut doctor` shows it, and refuse what another delivery may mend."""
    await deps.unrecognised_events.store(event)
    log.warning("webhook.unrecognised", provider=event.provider, event_id=event.id, type=event.type, why=event.reason)
    if not event.acknowledged:
        raise Problem(400, event.reason)


async def _store(deps: Deps, event: WebhookEvent) -> bool:
    """Store an event and return whether it asks for a run: it is new, and of the key's own mode."""
    is_new = await deps.events.store(event)
    log.info("webhook.received", event_id=event.id, type=event.type, dispute_id=event.dispute_id, is_new=is_new)
    if event.refused:
        log.warning("webhook.refused", event_id=event.id, dispute_id=event.dispute_id)
    return is_new and not event.refused
