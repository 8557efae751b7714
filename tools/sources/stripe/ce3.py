"""Earlier payments for Compelling Evidence 3.0."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial

from disputes.ce3 import pairs, selection
from disputes.ce3.payment import ACCOUNT, ADDRESS_LINES, EMAIL, IP, Address, Payment, PaymentHistory
from disputes.ce3.selection import SORTS, Ce3Choice
from disputes.evidence import Gap
from tools.sources.stripe import metadata
from tools.sources.stripe.charge import is_paid, list_refunds, read_captured, read_refunded
from tools.sources.stripe.payment_objects import PaymentObjects
from tools.sources.stripe.reader import StripeReader
from tools.sources.stripe.stripe_object import NOTHING, StripeObject
from tools.stripe_api.lookups import StripeLookups

Keys = Mapping[str, tuple[str, ...]]

METADATA_KINDS = {
    "product_description": "product_description",
    "customer_device_id": "device_id",
    "customer_device_fingerprint": "device_fingerprint",
    ACCOUNT: "account_id",
    IP: "customer_ip",
}
"""Which kind of fact the merchant's metadata holds for each field of a payment."""

_NAME = "earlier payments"
_OF_IDENTITY = frozenset(("fraudulent", "unrecognized"))
_COMPARED = 20


async def gather(
    objects: PaymentObjects, lookups: StripeLookups, reader: StripeReader, keys: Keys
) -> PaymentHistory | None:
    """Return the two payments that Compelling Evidence 3.0 would choose, or all payments where none qualify.

    None where it does not apply, or Stripe did not list them. A warning that could not be read is a gap. Of another
    dispute about identity the newest payments that were read anyway are returned, so that they can be compared; it
    costs no call. Where it applies, the customer's payments are used when the list is complete, and two
    calls read the fraud warnings on the chosen pair.
    """
    if not (objects.charge and selection.is_applicable(objects.dispute)):
        compared = objects.charge and objects.dispute.reason in _OF_IDENTITY and objects.charges[:_COMPARED]
        return read(objects, compared, keys) if compared else None
    charges = await _charges(objects, lookups, reader)
    if charges is None:
        return None
    history = await _with_fraud_warnings(read(objects, charges, keys), objects, lookups, reader)
    # Once a pair is found, no other payment adds to it; where there is none, all of them show why.
    pair = _pair(history, objects)
    priors = tuple(prior for prior in history.priors if prior.charge in pair) if pair else history.priors
    return history.model_copy(update={"priors": priors})


def read(objects: PaymentObjects, charges: Sequence[StripeObject], keys: Keys) -> PaymentHistory:
    """Build the history in which the disputed payment and the others are compared (reference 6)."""
    own = objects.charge.text("id")
    product = metadata.find(
        (objects.intent, objects.charge, objects.session), keys.get("product_type", ()), "product_type"
    )
    return PaymentHistory(
        disputed=_disputed(objects, keys),
        sort=SORTS.get(product[0].lower()) if product else None,
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
    list_priors = lookups.priors if customer else lookups.guest_priors
    ref = customer or objects.charge.text("payment_method_details.card.fingerprint")
    listed = await reader.read(partial(list_priors, since=since, until=until), ref, name=_NAME)
    if ref and not listed:
        return None
    if listed.flag("has_more"):
        why = "More than 100 lie in the window of Compelling Evidence 3.0; the newest were compared."
        reader.gaps.append(Gap(name=_NAME, why=why, source="stripe"))
    return listed.children("data")


async def _with_fraud_warnings(
    history: PaymentHistory, objects: PaymentObjects, lookups: StripeLookups, reader: StripeReader
) -> PaymentHistory:
    """Read the fraud warnings on the pair that would be chosen, until a chosen pair has none."""
    checked: set[str] = set()
    while pair := set(_pair(history, objects)) - checked:
        checked |= pair
        calls = (reader.read(lookups.warnings, charge, name="fraud warnings") for charge in sorted(pair))
        answers = await asyncio.gather(*calls)
        reported = {warning.ref("charge") for answer in answers for warning in answer.children("data")}
        marked = (
            p.model_copy(update={"fraud_reported": p.fraud_reported or p.charge in reported}) for p in history.priors
        )
        history = history.model_copy(update={"priors": tuple(marked)})
    return history


def _pair(history: PaymentHistory, objects: PaymentObjects) -> tuple[str, ...]:
    # The sort of purchase may be known from another source, and plays no part in the choice of the pair.
    whole = history if history.sort else history.model_copy(update={"sort": "merchandise"})
    choice = selection.find(objects.dispute, whole, prefilled=objects.dispute.enhanced)
    return choice.priors if isinstance(choice, Ce3Choice) else ()


def _disputed(objects: PaymentObjects, keys: Keys) -> Payment:
    payment = _payment(objects.charge, (objects.intent, objects.charge, objects.session), keys)
    item = next(iter(objects.session.children("line_items")), NOTHING)
    line = next(iter(objects.invoice.children("lines")), NOTHING)
    bought = payment.product_description or line.text("description") or item.text("description")
    ip = payment.customer_purchase_ip or objects.claim.text("evidence.customer_purchase_ip")
    return payment.model_copy(update={"product_description": bought, IP: ip})


def _payment(charge: StripeObject, objects: tuple[StripeObject, ...], keys: Keys) -> Payment:
    matches = {field: metadata.find(objects, keys.get(kind, ()), kind) for field, kind in METADATA_KINDS.items()}
    texts = {field: match[0] for field, match in matches.items() if match}
    texts.setdefault("product_description", charge.text("description"))
    texts.setdefault(IP, charge.text("review.ip_address"))
    return Payment(
        charge=charge.text("id"),
        paid_at=charge.time("created"),
        card=charge.text("payment_method_details.card.fingerprint"),
        amount=read_captured(charge).amount,
        paid=is_paid(charge),
        disputed=charge.flag("disputed"),
        refunded=_is_refunded(charge),
        fraud_reported="fraudulent" in (charge.text(f"fraud_details.{who}_report") for who in ("user", "stripe")),
        shipping_address=Address(**{line: charge.text(f"shipping.address.{line}") for line in ADDRESS_LINES}),
        **{**texts, EMAIL: charge.text("billing_details.email") or charge.text("receipt_email")},
    )


def _is_refunded(charge: StripeObject) -> bool:
    """Check whether a payment was refunded in full, or in part because it was fraud."""
    whole = charge.flag("refunded") or 0 < read_captured(charge).amount <= read_refunded(charge)
    return whole or any(refund.text("reason") == "fraudulent" for refund in list_refunds(charge))
