"""Dispute events listed from Stripe."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, cast

import stripe
import structlog

from disputes.dispute import parse_time
from disputes.errors import Invalid, Refused
from disputes.repositories.events import WebhookEvent
from tools.stripe_api import envelope
from tools.stripe_api.calls import StripeJson, perform, request_options

PAGE = 100
MAX_PAGES = 100
TYPES = "charge.dispute.*"

log = structlog.get_logger()


class StripeEvents:
    """Lists events that webhooks may not have delivered, of one account a call. Raises `TryAgain` or `Refused`.

    Stripe keeps events for 30 days (docs.stripe.com/api/events); None is the key's own account, whose list holds none
    of a connected one.
    """

    def __init__(self, client: stripe.StripeClient, *, livemode: bool) -> None:
        self._v1, self._livemode = client.v1, livemode

    async def events(self, since: datetime, *, account: str | None = None) -> list[WebhookEvent]:
        """Return the dispute events created at or after a moment, oldest first, as their webhooks would have read."""

        async def page(more: dict[str, Any]) -> StripeJson:
            params = cast("stripe.params.EventListParams", {"type": TYPES} | _window(since) | more)
            return await perform(self._v1.events.list_async(params, request_options(account)))

        events = [self._read(event, account) for event in await _all_pages(page)]
        return [event for event in reversed(events) if event]

    async def created_disputes(self, since: datetime, *, account: str | None = None) -> list[WebhookEvent]:
        """Return one event for each dispute created at or after a moment, oldest first, whatever became of its own."""

        async def page(more: dict[str, Any]) -> StripeJson:
            params = cast("stripe.params.DisputeListParams", _window(since) | more)
            return await perform(self._v1.disputes.list_async(params, request_options(account)))

        return [_creation_event(dispute, account) for dispute in reversed(await _all_pages(page))]

    async def connected_accounts(self) -> tuple[str, ...]:
        """Return the ids of the connected accounts, at most `MAX_PAGES` pages; none where the key may not list them."""

        async def page(more: dict[str, Any]) -> StripeJson:
            params = cast("stripe.params.AccountListParams", {"limit": PAGE} | more)
            return await perform(self._v1.accounts.list_async(params))

        try:
            return tuple(str(account["id"]) for account in await _all_pages(page))
        except Refused as refused:
            log.info("accounts.unlisted", why=str(refused))
            return ()

    def _read(self, event: StripeJson, account: str | None) -> WebhookEvent | None:
        try:
            # A list says by its caller whose events it holds; only a delivery says so in the event.
            return envelope.read(event | {"account": account, "context": None}, livemode=self._livemode)
        except Invalid as wrong:
            log.warning("event.unreadable", why=str(wrong))
            return None


def _window(since: datetime) -> dict[str, Any]:
    return {"created": {"gte": int(since.timestamp())}, "limit": PAGE}


async def _all_pages(page: Callable[[dict[str, Any]], Awaitable[StripeJson]]) -> list[StripeJson]:
    """Read page after page, newest first, up to `MAX_PAGES`."""
    objects: list[StripeJson] = []
    for _ in range(MAX_PAGES):
        answer = await page({"starting_after": objects[-1]["id"]} if objects else {})
        objects += answer["data"]
        if not answer.get("has_more") or not answer["data"]:
            break
    return objects


def _creation_event(dispute: StripeJson, account: str | None) -> WebhookEvent:
    return WebhookEvent(
        provider=envelope.PROVIDER,
        id=f"opened_{dispute['id']}",
        type="charge.dispute.created",
        dispute_id=str(dispute["id"]),
        account=account,
        livemode=dispute.get("livemode") is True,
        created=parse_time(dispute.get("created")) or datetime.fromtimestamp(0, UTC),
    )
