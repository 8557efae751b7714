from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, cast

import stripe
import structlog

from disputes.dispute import moment
from disputes.errors import Invalid
from disputes.repositories.events import WebhookEvent
from tools.stripe_api import webhook
from tools.stripe_api.calls import StripeJson, answer

PAGE = 100
MOST_PAGES = 100
KINDS = "charge.dispute.*"

log = structlog.get_logger()


class StripeEvents:
    """Lists what webhooks may not have brought, of the key's own account. Each raises `TryAgain` or `Refused`.

    Stripe keeps events for 30 days (docs.stripe.com/api/events); a connected account's are not listed here.
    """

    def __init__(self, client: stripe.StripeClient, *, livemode: bool) -> None:
        self._v1, self._livemode = client.v1, livemode

    async def events(self, since: datetime) -> list[WebhookEvent]:
        """Give the events of disputes created at or after a moment, oldest first, as their webhooks would have rung."""

        async def page(more: dict[str, Any]) -> StripeJson:
            asked = cast("stripe.params.EventListParams", {"type": KINDS} | _window(since) | more)
            return await answer(self._v1.events.list_async(asked))

        found = [self._bell(event) for event in await _everything(page)]
        return [bell for bell in reversed(found) if bell]

    async def opened(self, since: datetime) -> list[WebhookEvent]:
        """Give one bell for each dispute created at or after a moment, oldest first, whatever became of its events."""

        async def page(more: dict[str, Any]) -> StripeJson:
            asked = cast("stripe.params.DisputeListParams", _window(since) | more)
            return await answer(self._v1.disputes.list_async(asked))

        return [_opening(dispute) for dispute in reversed(await _everything(page))]

    def _bell(self, event: StripeJson) -> WebhookEvent | None:
        try:
            return webhook.envelope(event, livemode=self._livemode)
        except Invalid as wrong:
            log.warning("event.unreadable", why=str(wrong))
            return None


def _window(since: datetime) -> dict[str, Any]:
    return {"created": {"gte": int(since.timestamp())}, "limit": PAGE}


async def _everything(page: Callable[[dict[str, Any]], Awaitable[StripeJson]]) -> list[StripeJson]:
    """Read page after page, newest first, up to `MOST_PAGES`."""
    found: list[StripeJson] = []
    for _ in range(MOST_PAGES):
        answered = await page({"starting_after": found[-1]["id"]} if found else {})
        found += answered["data"]
        if not answered.get("has_more") or not answered["data"]:
            break
    return found


def _opening(dispute: StripeJson) -> WebhookEvent:
    return WebhookEvent(
        id=f"opened_{dispute['id']}",
        type="charge.dispute.created",
        dispute_id=str(dispute["id"]),
        livemode=dispute.get("livemode") is True,
        created=moment(dispute.get("created")) or datetime.fromtimestamp(0, UTC),
    )
