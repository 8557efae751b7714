"""Scenarios of duplicate payments and refunds."""

from datetime import datetime, timedelta

from simulator.objects import StripeObject
from simulator.worlds.claims import DisputedClaim
from simulator.worlds.orders import SoldOrder, iso_utc
from simulator.worlds.story import Story

DUPLICATE = DisputedClaim("duplicate", "12.6.1")
NO_CREDIT = DisputedClaim("credit_not_processed", "13.6")
NO_SHOW = DisputedClaim("credit_not_processed", "13.7")
TWENTY_MINUTES = timedelta(minutes=20)


def two_orders(now: datetime, tag: str) -> list[StripeObject]:
    """Build two different orders of the same price, twenty minutes apart, both delivered."""
    story = Story(now, tag)
    first = SoldOrder(amount=6_400, name="first", product="Brass reading light", delivered=True)
    second = SoldOrder(
        amount=6_400,
        name="second",
        product="Wool throw, heather",
        delivered=True,
        ago=first.ago - TWENTY_MINUTES,
    )
    story.pay(first)
    story.dispute(story.pay(second), DUPLICATE)
    return story.objects


def duplicate_refunded(now: datetime, tag: str) -> list[StripeObject]:
    """Build one order paid twice, with the second payment refunded in full before the dispute."""
    story = Story(now, tag)
    first = SoldOrder(amount=4_500, name="first", number="HOG-204518", product="Cedar plant stand", delivered=True)
    again = SoldOrder(
        amount=4_500,
        name="again",
        number="HOG-204518",
        product="Cedar plant stand",
        ago=first.ago - timedelta(minutes=1),
    )
    charge = story.pay(first)
    story.refund(story.pay(again), 4_500, ago=timedelta(days=19), reason="duplicate")
    story.dispute(charge, DUPLICATE)
    return story.objects


def refund_paid(now: datetime, tag: str) -> list[StripeObject]:
    """Build a partial refund that was promised and paid before the dispute about it."""
    story = Story(now, tag)
    order = SoldOrder(
        amount=7_250,
        product="Glass carafe set",
        delivered=True,
        notes={"customer_message": "Two glasses came chipped. You promised me 30.00 back for them."},
    )
    charge = story.pay(order)
    story.refund(charge, 3_000, ago=timedelta(days=9))
    story.dispute(charge, NO_CREDIT, amount=3_000)
    return story.objects


def refund_failed(now: datetime, tag: str) -> list[StripeObject]:
    """Build a refund that was made and then failed, so that no money reached the buyer."""
    story = Story(now, tag)
    charge = story.pay(SoldOrder(amount=4_500, product="Wool blanket", delivered=True))
    story.refund(charge, 4_500, ago=timedelta(days=9), status="failed", failure_reason="expired_or_canceled_card")
    story.dispute(charge, NO_CREDIT)
    return story.objects


def refund_unpaid(now: datetime, tag: str) -> list[StripeObject]:
    """Build a buyer who asked for a refund and has not received one."""
    story = Story(now, tag)
    order = SoldOrder(
        amount=5_800,
        product="Framing workshop, one seat",
        product_type="service",
        notes={
            "service_date": iso_utc(now - timedelta(days=6)),
            "cancel_requested_at": iso_utc(now - timedelta(days=12)),
            "customer_message": "I cannot come to the workshop, please refund me.",
        },
    )
    story.dispute(story.pay(order), NO_SHOW)
    return story.objects
