"""Earlier payments for Compelling Evidence 3.0."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial

from disputes.ce3 import pairs, selection
from disputes.ce3.payment import ACCOUNT, EMAIL, IP, ADDRESS_LINES, Address, PaymentHistory, Payment
from disputes.ce3.selection import SORTS, Ce3Choice
from disputes.evidence import Gap
from tools.sources.stripe import metadata as stripe_metadata
from tools.sources.stripe.reader import StripeReader
from tools.sources.stripe.history import is_paid
from tools.sources.stripe.payment_objects import PaymentObjects
from tools.sources.stripe.stripe_object import NOTHING, StripeObject
from tools.stripe_api.lookups import StripeLookups

Keys = Mapping[str, tuple[str, ...]]

NOTED = {
    "product_description": "product_description",
    "customer_device_id": "device_id",
    "customer_device_fingerprint": "device_fingerprint",
    ACCOUNT: "account_id",
    IP: "customer_ip",
}
"""Which kind of fact the merchant's metadata holds for each field of a payment."""

_NAME = "earlier payments"


async def gather(objects: PaymentObjects, lookups: StripeLookups, reader: StripeReader, keys: Keys) -> PaymentHistory | None:
    """Give the two payments that Compelling Evidence 3.0 would choose, or all there are where none qualify.

    None where it cannot apply, or Stripe did not tell them. A warning that could not be asked for is a gap.
    Costs nothing for any other dispute. For one, the list of the customer's payments serves where it is whole, and two
    calls ask for fraud warnings on the chosen pair.
    """
    if not (objects.charge and selection.is_applicable(objects.dispute)):
        return None
    charges = await _charges(objects, lookups, reader)
    if charges is None:
        return None
    history = await _warned(read(objects, charges, keys), objects, lookups, reader)
    # Of a pair that is found no other payment tells more; where there is none, all of them tell why.
    pair = _pair(history, objects)
    kept = tuple(prior for prior in history.priors if prior.charge in pair) if pair else history.priors
    return history.model_copy(update={"priors": kept})


def read(objects: PaymentObjects, charges: Sequence[StripeObject], keys: Keys) -> PaymentHistory:
    """Put the disputed payment and the others as they are compared (reference 6)."""
    own = objects.charge.text("id")
    told = stripe_metadata.find((objects.intent, objects.charge, objects.session), keys.get("product_type", ()))
    return PaymentHistory(
        disputed=_disputed(objects, keys),
        sort=SORTS.get(told[0].lower()) if told else None,
        priors=tuple(_payment(charge, (charge,), keys) for charge in charges if charge.text("id") != own),
    )


async def _charges(
    objects: PaymentObjects, lookups: StripeLookups, reader: StripeReader
) -> tuple[StripeObject, ...] | None:
    customer, paid_at = objects.charge.ref("customer"), objects.charge.time("created")
    if customer and objects.charges and not objects.has_more:
        return objects.charges
    if paid_at is None:
        return ()
    since, until = pairs.find_window(paid_at)
    look = lookups.priors if customer else lookups.guest_priors
    ref = customer or objects.charge.text("payment_method_details.card.fingerprint")
    listed = await reader.read(partial(look, since=since, until=until), ref, name=_NAME)
    if ref and not listed:
        return None
    if listed.flag("has_more"):
        why = "More than 100 lie in the window of Compelling Evidence 3.0; the newest were compared."
        reader.gaps.append(Gap(name=_NAME, why=why, source="stripe"))
    return listed.objects("data")


async def _warned(history: PaymentHistory, objects: PaymentObjects, lookups: StripeLookups, reader: StripeReader) -> PaymentHistory:
    """Ask for fraud warnings on the pair that would be chosen, until one is chosen that has none."""
    asked: set[str] = set()
    while pair := set(_pair(history, objects)) - asked:
        asked |= pair
        found = await asyncio.gather(*(reader.read(lookups.warnings, one, name="fraud warnings") for one in sorted(pair)))
        bad = {warning.ref("charge") for answer in found for warning in answer.objects("data")}
        marked = (p.model_copy(update={"fraud_reported": p.fraud_reported or p.charge in bad}) for p in history.priors)
        history = history.model_copy(update={"priors": tuple(marked)})
    return history


def _pair(history: PaymentHistory, objects: PaymentObjects) -> tuple[str, ...]:
    # What sort of purchase it was may be known from elsewhere, and has no part in the choice of the pair.
    whole = history if history.sort else history.model_copy(update={"sort": "merchandise"})
    found = selection.find(objects.dispute, whole, held=objects.dispute.enhanced)
    return found.priors if isinstance(found, Ce3Choice) else ()


def _disputed(objects: PaymentObjects, keys: Keys) -> Payment:
    payment = _payment(objects.charge, (objects.intent, objects.charge, objects.session), keys)
    item = next(iter(objects.session.objects("line_items")), NOTHING)
    line = next(iter(objects.invoice.objects("lines")), NOTHING)
    bought = payment.product_description or line.text("description") or item.text("description")
    ip = payment.customer_purchase_ip or objects.claim.text("evidence.customer_purchase_ip")
    return payment.model_copy(update={"product_description": bought, IP: ip})


def _payment(charge: StripeObject, noted: tuple[StripeObject, ...], keys: Keys) -> Payment:
    told = {field: stripe_metadata.find(noted, keys.get(kind, ())) for field, kind in NOTED.items()}
    texts = {field: found[0] for field, found in told.items() if found}
    texts.setdefault("product_description", charge.text("description"))
    texts.setdefault(IP, charge.text("review.ip_address"))
    return Payment(
        charge=charge.text("id"),
        paid_at=charge.time("created"),
        card=charge.text("payment_method_details.card.fingerprint"),
        amount=charge.number("amount_captured") or charge.number("amount"),
        paid=is_paid(charge),
        disputed=charge.flag("disputed"),
        refunded=_is_refunded(charge),
        fraud_reported="fraudulent" in (charge.text(f"fraud_details.{who}_report") for who in ("user", "stripe")),
        shipping_address=Address(**{line: charge.text(f"shipping.address.{line}") for line in ADDRESS_LINES}),
        **{**texts, EMAIL: charge.text("billing_details.email") or charge.text("receipt_email")},
    )


def _is_refunded(charge: StripeObject) -> bool:
    """Tell whether a payment was given back in full, or in part because it was fraud."""
    whole = charge.flag("refunded") or 0 < charge.number("amount") <= charge.number("amount_refunded")
    return whole or any(refund.text("reason") == "fraudulent" for refund in charge.objects("refunds"))
