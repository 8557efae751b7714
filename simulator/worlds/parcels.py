from datetime import datetime, timedelta

from simulator.objects import Object, a_card, some_evidence
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


def arrived(now: datetime, tag: str, *, order: SoldOrder, claim: DisputedClaim = NOT_RECEIVED) -> list[Object]:
    """Tell of a parcel that was signed for, and a buyer who says it never came."""
    story = Story(now, tag)
    story.dispute(story.pay(order), claim)
    return story.objects


def unshipped(now: datetime, tag: str) -> list[Object]:
    """Tell of a parcel that never left the shop."""
    story = Story(now, tag)
    story.dispute(story.pay(SoldOrder(amount=8_400, product="Oak bookend pair")), NOT_RECEIVED)
    return story.objects


def refunded(now: datetime, tag: str) -> list[Object]:
    """Tell of a parcel that never left the shop and whose price already went back, all but a deposit."""
    story = Story(now, tag)
    charge = story.pay(SoldOrder(amount=5_500, product="Linen floor cushion"))
    story.refund(charge, 4_000, ago=timedelta(days=4))
    story.dispute(charge, NOT_RECEIVED, amount=4_000)
    return story.objects


def orphaned(now: datetime, tag: str) -> list[Object]:
    """Tell of a dispute whose charge Stripe no longer finds."""
    story = Story(now, tag)
    dispute = story.dispute(
        story.pay(SoldOrder(amount=4_800)), NOT_RECEIVED, payment_intent=None, evidence=some_evidence()
    )
    return [thing for thing in story.objects if thing is dispute or thing.get("source") == dispute["id"]]


def undated(now: datetime, tag: str) -> list[Object]:
    """Tell of a parcel that was signed for, disputed without a deadline."""
    story = Story(now, tag)
    charge = story.pay(SoldOrder(amount=4_200, product="Stoneware teapot", delivered=True))
    story.dispute(charge, NOT_RECEIVED, details={"due_by": None})
    return story.objects


def connected(now: datetime, tag: str) -> list[Object]:
    """Tell of a parcel that was signed for, sold by a connected account."""
    story = Story(now, tag)
    story.dispute(story.pay(SoldOrder(amount=3_800, delivered=True)), NOT_RECEIVED)
    return [thing | {"_account": story.key("acct")} for thing in story.objects]
