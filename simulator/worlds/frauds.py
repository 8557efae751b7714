"""Scenarios of fraud claims and unrecognized payments."""

from datetime import datetime, timedelta

from simulator.objects import StripeObject, a_card, an_outcome
from simulator.worlds.claims import DisputedClaim
from simulator.worlds.orders import SoldOrder, iso_utc
from simulator.worlds.story import Story

FRAUD_VISA = DisputedClaim("fraudulent", "10.4")
FRAUD_MASTERCARD = DisputedClaim("fraudulent", "4837")
UNRECOGNIZED_AMEX = DisputedClaim("unrecognized", "127")

THREE_D_SECURE_CHALLENGE = {
    "authentication_flow": "challenge",
    "electronic_commerce_indicator": "05",
    "exemption_indicator": None,
    "result": "authenticated",
    "result_reason": None,
    "transaction_id": "5f9c1c3e-7a40-4b1d-9d65-2c0f6e1b8a27",
    "version": "2.2.0",
}
EARLIER_ORDERS = {"Cork pinboard": 295, "Copper watering can": 210, "Enamel bread bin": 140}


def authenticated(now: datetime, tag: str) -> list[StripeObject]:
    """Build a download whose buyer passed a 3D Secure challenge and used it later."""
    story = Story(now, tag)
    order = SoldOrder(
        amount=2_400,
        product="Typeface licence, desktop",
        product_type="digital",
        method=a_card(three_d_secure=THREE_D_SECURE_CHALLENGE),
        notes={"last_used_at": iso_utc(now - timedelta(days=6)), "usage_count": "9"},
    )
    story.dispute(story.pay(order), FRAUD_VISA)
    return story.objects


def returning_buyer(now: datetime, tag: str, *, refused: bool = False) -> list[StripeObject]:
    """Build a buyer with three older undisputed orders by the same card, device and IP address.

    Each is 120 to 364 days older than the disputed payment, as Compelling Evidence 3.0 requires (Visa's rule).
    With `refused`, Stripe refuses that evidence when it is sent.
    """
    story = Story(now, tag)
    charge = _pay_with_earlier_orders(
        story, SoldOrder(amount=18_000, product="Maple side table", delivered=True, ago=timedelta(days=5))
    )
    story.dispute(charge, FRAUD_VISA, enhanced_eligibility_types=["visa_compelling_evidence_3"], _ce3_closed=refused)
    return story.objects


def without_description(now: datetime, tag: str) -> list[StripeObject]:
    """Build the same buyer, without a description of what the disputed payment was for."""
    story = Story(now, tag)
    order = SoldOrder(amount=16_500, product="Folding chairs", delivered=True, ago=timedelta(days=5), checkout=False)
    charge = _pay_with_earlier_orders(story, order)
    for paid in (charge, *(obj for obj in story.objects if obj["id"] == charge["payment_intent"])):
        paid["description"] = None
    story.dispute(charge, FRAUD_VISA, enhanced_eligibility_types=["visa_compelling_evidence_3"])
    return story.objects


def _pay_with_earlier_orders(story: Story, order: SoldOrder) -> StripeObject:
    for product, days in EARLIER_ORDERS.items():
        amount, ago = 4_000 + 10 * days, timedelta(days=days)
        story.pay(SoldOrder(amount=amount, name=product, product=product, delivered=True, ago=ago))
    return story.pay(order)


def high_amount(now: datetime, tag: str) -> list[StripeObject]:
    """Build an expensive order with an elevated Radar risk, possibly made by somebody else."""
    story = Story(now, tag)
    order = SoldOrder(
        amount=125_000,
        product="Standing desk, walnut",
        delivered=True,
        method=a_card(brand="mastercard", network="mastercard", last4="4444"),
        outcome=an_outcome(risk_level="elevated", risk_score=68),
    )
    story.dispute(story.pay(order), FRAUD_MASTERCARD)
    return story.objects


def unrecognized(now: datetime, tag: str) -> list[StripeObject]:
    """Build a small download that the buyer does not recognize on the statement."""
    story = Story(now, tag)
    order = SoldOrder(
        amount=1_500,
        product="Sewing pattern, PDF",
        product_type="digital",
        method=a_card(brand="amex", network="amex", last4="1008"),
        notes={"last_used_at": iso_utc(now - timedelta(days=18)), "usage_count": "2"},
    )
    story.dispute(story.pay(order), UNRECOGNIZED_AMEX)
    return story.objects
