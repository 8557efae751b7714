"""Scenarios of parcels that their buyers say never arrived."""

from datetime import datetime, timedelta

from simulator.objects import StripeObject, a_card, some_evidence
from simulator.worlds.claims import NOT_RECEIVED, DisputedClaim
from simulator.worlds.orders import SoldOrder
from simulator.worlds.story import Story

AMEX = a_card(brand="amex", network="amex", last4="1008")
KLARNA = {
    "type": "klarna",
    "klarna": {
        "payer_details": {"address": {"country": "US"}},
        "payment_method_category": "pay_later",
        "preferred_locale": "en-US",
    },
}


def delivered_parcel(
    now: datetime, tag: str, *, order: SoldOrder, claim: DisputedClaim = NOT_RECEIVED
) -> list[StripeObject]:
    """Build a parcel that was signed for, and a buyer who says it never arrived."""
    story = Story(now, tag)
    story.dispute(story.pay(order), claim)
    return story.objects


def captured_in_part(now: datetime, tag: str) -> list[StripeObject]:
    """Build a signed-for parcel of which 70.00 of the 100.00 authorised were taken, all of them disputed."""
    story = Story(now, tag)
    order = SoldOrder(amount=10_000, captured=7_000, product="Beech stool", delivered=True)
    story.dispute(story.pay(order), NOT_RECEIVED, amount=7_000)
    return story.objects


def unshipped_parcel(now: datetime, tag: str) -> list[StripeObject]:
    """Build a parcel that was never shipped."""
    story = Story(now, tag)
    story.dispute(story.pay(SoldOrder(amount=8_400, product="Oak bookend pair")), NOT_RECEIVED)
    return story.objects


def refunded_parcel(now: datetime, tag: str) -> list[StripeObject]:
    """Build a parcel that was never shipped and whose price was already refunded, except a deposit."""
    story = Story(now, tag)
    charge = story.pay(SoldOrder(amount=5_500, product="Linen floor cushion"))
    story.refund(charge, 4_000, ago=timedelta(days=4))
    story.dispute(charge, NOT_RECEIVED, amount=4_000)
    return story.objects


def charge_missing(now: datetime, tag: str) -> list[StripeObject]:
    """Build a dispute whose charge Stripe no longer finds."""
    story = Story(now, tag)
    dispute = story.dispute(
        story.pay(SoldOrder(amount=4_800)), NOT_RECEIVED, payment_intent=None, evidence=some_evidence()
    )
    return [obj for obj in story.objects if obj is dispute or obj.get("source") == dispute["id"]]


def without_deadline(now: datetime, tag: str) -> list[StripeObject]:
    """Build a parcel that was signed for, disputed without a deadline."""
    story = Story(now, tag)
    charge = story.pay(SoldOrder(amount=4_200, product="Stoneware teapot", delivered=True))
    story.dispute(charge, NOT_RECEIVED, details={"due_by": None})
    return story.objects


def connected_account(now: datetime, tag: str) -> list[StripeObject]:
    """Build a parcel that was signed for, sold by a connected account."""
    story = Story(now, tag)
    story.dispute(story.pay(SoldOrder(amount=3_800, delivered=True)), NOT_RECEIVED)
    return [obj | {"_account": story.key("acct")} for obj in story.objects]
