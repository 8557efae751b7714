from datetime import datetime, timedelta

from simulator.objects import Object, a_card, an_outcome
from simulator.worlds.claims import DisputedClaim
from simulator.worlds.orders import SoldOrder, stamp
from simulator.worlds.story import Story

NOT_ME = DisputedClaim("fraudulent", "10.4")
NOT_ME_MASTERCARD = DisputedClaim("fraudulent", "4837")
UNKNOWN = DisputedClaim("unrecognized", "127")

CHALLENGED = {
    "authentication_flow": "challenge",
    "electronic_commerce_indicator": "05",
    "exemption_indicator": None,
    "result": "authenticated",
    "result_reason": None,
    "transaction_id": "5f9c1c3e-7a40-4b1d-9d65-2c0f6e1b8a27",
    "version": "2.2.0",
}
EARLIER = {"Cork pinboard": 295, "Copper watering can": 210, "Enamel bread bin": 140}


def authenticated(now: datetime, tag: str) -> list[Object]:
    """Tell of a download whose buyer passed a 3D Secure challenge and came back to use it."""
    story = Story(now, tag)
    order = SoldOrder(
        amount=2_400,
        product="Typeface licence, desktop",
        product_type="digital",
        method=a_card(three_d_secure=CHALLENGED),
        notes={"last_used_at": stamp(now - timedelta(days=6)), "usage_count": "9"},
    )
    story.dispute(story.pay(order), NOT_ME)
    return story.objects


def familiar(now: datetime, tag: str, *, refused: bool = False) -> list[Object]:
    """Tell of a buyer with three older undisputed orders by the same card, device and IP address.

    Each is 120 to 364 days older than the disputed payment, as Compelling Evidence 3.0 wants it (Visa's rule).
    `refused` lets Stripe refuse that evidence when it comes.
    """
    story = Story(now, tag)
    charge = _return(story, SoldOrder(amount=18_000, product="Maple side table", delivered=True, ago=timedelta(days=5)))
    story.dispute(charge, NOT_ME, enhanced_eligibility_types=["visa_compelling_evidence_3"], _ce3_closed=refused)
    return story.objects


def undescribed(now: datetime, tag: str) -> list[Object]:
    """Tell of the same buyer where only one thing is not on record: what the disputed payment was for."""
    story = Story(now, tag)
    order = SoldOrder(amount=16_500, product="Folding chairs", delivered=True, ago=timedelta(days=5), checkout=False)
    charge = _return(story, order)
    for paid in (charge, *(thing for thing in story.objects if thing["id"] == charge["payment_intent"])):
        paid["description"] = None
    story.dispute(charge, NOT_ME, enhanced_eligibility_types=["visa_compelling_evidence_3"])
    return story.objects


def _return(story: Story, order: SoldOrder) -> Object:
    for product, days in EARLIER.items():
        amount, ago = 4_000 + 10 * days, timedelta(days=days)
        story.pay(SoldOrder(amount=amount, name=product, product=product, delivered=True, ago=ago))
    return story.pay(order)


def costly(now: datetime, tag: str) -> list[Object]:
    """Tell of an expensive order that Radar found risky and a stranger may have made."""
    story = Story(now, tag)
    order = SoldOrder(
        amount=125_000,
        product="Standing desk, walnut",
        delivered=True,
        method=a_card(brand="mastercard", network="mastercard", last4="4444"),
        outcome=an_outcome(risk_level="elevated", risk_score=68),
    )
    story.dispute(story.pay(order), NOT_ME_MASTERCARD)
    return story.objects


def unrecognized(now: datetime, tag: str) -> list[Object]:
    """Tell of a small download the buyer does not find familiar on the statement."""
    story = Story(now, tag)
    order = SoldOrder(
        amount=1_500,
        product="Sewing pattern, PDF",
        product_type="digital",
        method=a_card(brand="amex", network="amex", last4="1008"),
        notes={"last_used_at": stamp(now - timedelta(days=18)), "usage_count": "2"},
    )
    story.dispute(story.pay(order), UNKNOWN)
    return story.objects
