"""The Stripe objects that evidence is read from."""

import re
from datetime import datetime

import stripe

from disputes.errors import Refused
from tools.stripe_api.calls import StripeJson, perform, request_options

PAGE = 100
"""How many of a customer's payments are read: one page, the newest."""

_OTHERS = ["data.refunds", "data.review"]
_PAYMENT = ["charge.customer", "charge.balance_transaction", "charge.refunds", "charge.review", "payment_intent"]


class StripeLookups:
    """Reads what evidence needs, one API call a method. Each raises `TryAgain` or `Refused`, nothing else.

    A list answers with Stripe's envelope, `{"data": [...], "has_more": ...}`. `account` is the connected account.
    """

    def __init__(self, client: stripe.StripeClient) -> None:
        self._v1 = client.v1

    async def dispute(self, dispute_id: str, account: str | None) -> StripeJson:
        """Read a dispute with its charge, customer, refunds and payment intent."""
        return await perform(
            self._v1.disputes.retrieve_async(dispute_id, {"expand": _PAYMENT}, request_options(account))
        )

    async def latest(self, count: int, account: str | None) -> StripeJson:
        """List the newest payments of the account, at most `PAGE`, with their customers and payment intents."""
        params: stripe.params.ChargeListParams = {"limit": count, "expand": ["data.customer", "data.payment_intent"]}
        return await perform(self._v1.charges.list_async(params, request_options(account)))

    async def charges(self, customer: str, account: str | None) -> StripeJson:
        """List a customer's newest payments with their refunds."""
        params: stripe.params.ChargeListParams = {"customer": customer, "limit": PAGE, "expand": _OTHERS}
        return await perform(self._v1.charges.list_async(params, request_options(account)))

    async def priors(self, customer: str, account: str | None, *, since: datetime, until: datetime) -> StripeJson:
        """List a customer's newest payments from one moment up to another, with their refunds."""
        created: stripe.params.ChargeListParamsCreated = {"gte": _seconds(since), "lt": _seconds(until)}
        params: stripe.params.ChargeListParams = {
            "customer": customer,
            "created": created,
            "limit": PAGE,
            "expand": _OTHERS,
        }
        return await perform(self._v1.charges.list_async(params, request_options(account)))

    async def guest_priors(self, card: str, account: str | None, *, since: datetime, until: datetime) -> StripeJson:
        """Search the newest payments by a card's fingerprint from one moment up to another, with their refunds."""
        if not re.fullmatch(r"\w+", card):
            raise Refused("The card's fingerprint cannot be searched for.")
        same = f'payment_method_details.card.fingerprint:"{card}"'
        query = f"{same} AND created>={_seconds(since)} AND created<{_seconds(until)}"
        params: stripe.params.ChargeSearchParams = {"query": query, "limit": PAGE, "expand": _OTHERS}
        return await perform(self._v1.charges.search_async(params, request_options(account)))

    async def warnings(self, charge: str, account: str | None) -> StripeJson:
        """List the early fraud warnings on a payment."""
        params: stripe.params.radar.EarlyFraudWarningListParams = {"charge": charge, "limit": 1}
        return await perform(self._v1.radar.early_fraud_warnings.list_async(params, request_options(account)))

    async def sessions(self, payment_intent: str, account: str | None) -> StripeJson:
        """List the checkout session of a payment, with its line items."""
        params: stripe.params.checkout.SessionListParams = {
            "payment_intent": payment_intent,
            "limit": 1,
            "expand": ["data.line_items"],
        }
        return await perform(self._v1.checkout.sessions.list_async(params, request_options(account)))

    async def invoice_payments(self, payment_intent: str, account: str | None) -> StripeJson:
        """List the invoice payments of a payment, with the invoice."""
        params: stripe.params.InvoicePaymentListParams = {
            "payment": {"type": "payment_intent", "payment_intent": payment_intent},
            "limit": 1,
            "expand": ["data.invoice"],
        }
        return await perform(self._v1.invoice_payments.list_async(params, request_options(account)))

    async def amount_details(self, payment_intent: str, account: str | None) -> StripeJson:
        """List the items that the merchant gave Stripe with a payment (its `amount_details`)."""
        params: stripe.params.PaymentIntentAmountDetailsLineItemListParams = {"limit": PAGE}
        items = self._v1.payment_intents.amount_details_line_items
        return await perform(items.list_async(payment_intent, params, request_options(account)))

    async def subscription(self, subscription: str, account: str | None) -> StripeJson:
        """Read a subscription."""
        return await perform(self._v1.subscriptions.retrieve_async(subscription, {}, request_options(account)))

    async def invoices(self, subscription: str, account: str | None) -> StripeJson:
        """List a subscription's newest paid invoices."""
        params: stripe.params.InvoiceListParams = {"subscription": subscription, "status": "paid", "limit": PAGE}
        return await perform(self._v1.invoices.list_async(params, request_options(account)))


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
