"""Each reason a merchant can answer times each kind of product, with everything a good merchant has on record."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from simulator.objects import StripeObject, a_card
from simulator.worlds.claims import NOT_RECEIVED, DisputedClaim
from simulator.worlds.frauds import THREE_D_SECURE_CHALLENGE
from simulator.worlds.oddities import COMPLIANCE
from simulator.worlds.orders import SoldOrder, iso_utc
from simulator.worlds.renewals import subscribe
from simulator.worlds.repayments import TWENTY_MINUTES
from simulator.worlds.story import Story

PRICE, PROMISED_REFUND = 2_900, 1_200
Action = Callable[[Story, StripeObject, "Good"], None]


@dataclass(frozen=True, slots=True)
class Good:
    """A product and what is recorded about it: `days` are days ago; with `signed` the customer signed for it."""

    name: str
    kind: str
    delivered: bool = False
    signed: bool = False
    days: dict[str, int] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GridDispute:
    """The bank's claim, the customer's earlier message, the card, and what else happened; amounts in US cents."""

    claim: DisputedClaim
    message: str
    card: StripeObject
    actions: tuple[Action, ...] = ()
    disputed_amount: int = PRICE
    details: StripeObject = field(default_factory=dict)
    eligibility_types: tuple[str, ...] = ()


def build(now: datetime, tag: str, *, reason: str, product: str) -> list[StripeObject]:
    """Build one dispute of the grid; no other tag and no other cell shares its ids."""
    grid_dispute, good = DISPUTES[reason], GOODS[product]
    story = Story(now, f"{reason}/{product}/{tag}")
    charge = story.pay(order(story, good, method=grid_dispute.card, message=grid_dispute.message))
    for action in grid_dispute.actions:
        action(story, charge, good)
    changes = {
        "amount": grid_dispute.disputed_amount,
        "enhanced_eligibility_types": list(grid_dispute.eligibility_types),
    }
    story.dispute(charge, grid_dispute.claim, details=grid_dispute.details, **changes)
    return story.objects


def order(story: Story, good: Good, *, method: StripeObject, message: str) -> SoldOrder:
    """Return the order of a product with everything that a merchant can record about it."""
    dates = {kind: iso_utc(story.now - timedelta(days=days)) for kind, days in good.days.items()}
    signed = {"delivery_signature": story.buyer.name} if good.signed else {}
    return SoldOrder(
        amount=PRICE,
        product=good.name,
        product_type=good.kind,
        delivered=good.delivered,
        method=method,
        notes=good.notes | dates | signed | {"customer_message": message},
    )


def pay_second_order(story: Story, _: StripeObject, good: Good) -> None:
    """Pay for a second order of the same price, twenty minutes before the disputed one."""
    story.pay(further_order(good, name="as a gift", ago=timedelta(days=21) + TWENTY_MINUTES))


def refund_part(story: Story, charge: StripeObject, _: Good) -> None:
    """Refund the promised part of the price before the dispute."""
    story.refund(charge, PROMISED_REFUND, ago=timedelta(days=9))


def pay_earlier_orders(story: Story, _: StripeObject, good: Good) -> None:
    """Pay for two earlier orders that nobody disputed."""
    for name, days in {"first order": 95, "second order": 60}.items():
        story.pay(further_order(good, name=name, ago=timedelta(days=days)))


def further_order(good: Good, *, name: str, ago: timedelta) -> SoldOrder:
    """Return a further order of the product at the same price."""
    product = f"{good.name}, {name}"
    return SoldOrder(
        amount=PRICE, name=name, product=product, product_type=good.kind, delivered=good.delivered, ago=ago
    )


def make_renewal(story: Story, charge: StripeObject, good: Good) -> None:
    """Make the payment a subscription's renewal by one more month."""
    subscribe(story, charge)
    invoice = next(obj for obj in story.objects if obj["object"] == "invoice")
    invoice["lines"]["data"][0]["description"] = f"1 x {good.name} (at $29.00 / month)"


GOODS = {
    good.kind: good
    for good in (
        Good("Walnut desk lamp", "physical", delivered=True),
        Good("Field recordings, all volumes", "digital", days={"last_used_at": 6}, notes={"usage_count": "17"}),
        Good("Picture framing workshop", "service", signed=True, days={"service_date": 14}),
    )
}

VISA, VISA_3DS = a_card(), a_card(three_d_secure=THREE_D_SECURE_CHALLENGE)
MASTERCARD = a_card(brand="mastercard", network="mastercard", last4="4444")
AMEX = a_card(brand="amex", network="amex", last4="1008", three_d_secure=THREE_D_SECURE_CHALLENGE)
DISCOVER = a_card(brand="discover", network="discover", last4="1117")
SATISFIED_MESSAGE = "Everything arrived as described, thank you."

DISPUTES = {
    grid_dispute.claim.reason: grid_dispute
    for grid_dispute in (
        GridDispute(
            DisputedClaim("credit_not_processed", "13.6"),
            "Thank you for your help.",
            VISA,
            (refund_part,),
            disputed_amount=PROMISED_REFUND,
        ),
        GridDispute(
            DisputedClaim("duplicate", "4834"), "I ordered one more as a gift.", MASTERCARD, (pay_second_order,)
        ),
        GridDispute(DisputedClaim("fraudulent", "10.4"), SATISFIED_MESSAGE, VISA_3DS, (pay_earlier_orders,)),
        GridDispute(DisputedClaim("general", "4752"), SATISFIED_MESSAGE, DISCOVER, (pay_earlier_orders,)),
        GridDispute(
            COMPLIANCE,
            SATISFIED_MESSAGE,
            VISA,
            details={"enhanced_eligibility": {"visa_compliance": {"status": "requires_fee_acknowledgement"}}},
            eligibility_types=("visa_compliance",),
        ),
        GridDispute(NOT_RECEIVED, SATISFIED_MESSAGE, VISA),
        GridDispute(DisputedClaim("product_unacceptable", "C31"), SATISFIED_MESSAGE, AMEX),
        GridDispute(
            DisputedClaim("subscription_canceled", "4841"),
            "I want to go on for another month.",
            MASTERCARD,
            (make_renewal,),
        ),
        GridDispute(DisputedClaim("unrecognized", "127"), SATISFIED_MESSAGE, AMEX, (pay_earlier_orders,)),
    )
}
