"""Makes the webhook endpoint at Stripe by which disputes are heard of."""

from typing import cast
from uuid import uuid4

import stripe
from pydantic import SecretStr

from disputes.errors import Refused
from disputes.model import Value
from tools.stripe_api.calls import connect, perform, request_options
from tools.stripe_api.endpoints import PINNED

EVENTS: tuple[str, ...] = (
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "radar.early_fraud_warning.created",
    "radar.early_fraud_warning.updated",
)
"""What Rebut is told of: disputes, and what may end or foretell one. Stripe takes no pattern but `*` here."""
DESCRIPTION = "Rebut answers disputes"


class NewEndpoint(Value):
    """An endpoint that was made; its signing secret is told this once."""

    id: str
    secret: SecretStr


class EndpointCreation:
    """The webhook endpoints of one key's account, to add one. A call raises `TryAgain` or `Refused`."""

    def __init__(self, api_key: str, *, api_base: str | None = None, timeout: float = 20.0) -> None:
        self._http = stripe.HTTPXClient(timeout=timeout)
        self._endpoints = connect(api_key, api_base=api_base, http=self._http).v1.webhook_endpoints

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.close_async()  # type: ignore[no-untyped-call]  # the SDK leaves it untyped

    async def create(self, url: str) -> NewEndpoint:
        """Make an endpoint for this URL, which gets `EVENTS` as the SDK's version of the API writes them."""
        given = {"url": url, "enabled_events": EVENTS, "api_version": PINNED, "description": DESCRIPTION}
        params = cast("stripe.params.WebhookEndpointCreateParams", given)
        raw = await perform(self._endpoints.create_async(params, request_options(None, f"rebut-init-{uuid4()}")))
        if not (raw.get("id") and raw.get("secret")):
            raise Refused("Stripe made the endpoint and told no signing secret; the dashboard shows it.")
        return NewEndpoint(id=str(raw["id"]), secret=SecretStr(str(raw["secret"])))
