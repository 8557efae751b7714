"""Each reason a merchant can answer times each kind of product: all that a good merchant has on record."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from simulator.objects import Object, a_card
from simulator.worlds.claims import NOT_RECEIVED, DisputedClaim
from simulator.worlds.frauds import CHALLENGED
from simulator.worlds.oddities import COMPLIANCE
from simulator.worlds.orders import SoldOrder, stamp
from simulator.worlds.renewals import subscribe
from simulator.worlds.repayments import TWENTY_MINUTES
from simulator.worlds.story import Story

PRICE, PROMISED = 2_900, 1_200
Deed = Callable[[Story, Object, "Good"], None]


@dataclass(frozen=True, slots=True)
class Good:
    """What was sold and what is noted of it: `days` are days ago, `signed` is the customer's name on the work."""

    name: str
    kind: str
    delivered: bool = False
    signed: bool = False
    days: dict[str, int] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GridDispute:
    """What the bank says, what the customer had written before, the card, and what else happened."""

    claim: DisputedClaim
    said: str
    card: Object
    deeds: tuple[Deed, ...] = ()
    disputed: int = PRICE
    details: Object = field(default_factory=dict)
    types: tuple[str, ...] = ()


def tell(now: datetime, tag: str, *, reason: str, product: str) -> list[Object]:
    """Tell of one dispute of the grid; its ids are shared with no other tag and no other cell."""
    case, good = DISPUTES[reason], GOODS[product]
    story = Story(now, f"{reason}/{product}/{tag}")
    charge = story.pay(order(story, good, method=case.card, said=case.said))
    for deed in case.deeds:
        deed(story, charge, good)
    changes = {"amount": case.disputed, "enhanced_eligibility_types": list(case.types)}
    story.dispute(charge, case.claim, details=case.details, **changes)
    return story.objects


def order(story: Story, good: Good, *, method: Object, said: str) -> SoldOrder:
    """Order the good with all that a merchant can note of it."""
    dated = {kind: stamp(story.now - timedelta(days=days)) for kind, days in good.days.items()}
    signed = {"delivery_signature": story.buyer.name} if good.signed else {}
    return SoldOrder(
        amount=PRICE,
        product=good.name,
        product_type=good.kind,
        delivered=good.delivered,
        method=method,
        notes=good.notes | dated | signed | {"customer_message": said},
    )


def buy_again(story: Story, _: Object, good: Good) -> None:
    """Pay for a second order of one price, twenty minutes before the disputed one."""
    story.pay(another(good, name="as a gift", ago=timedelta(days=21) + TWENTY_MINUTES))


def give_back(story: Story, charge: Object, _: Good) -> None:
    """Pay the promised part of the price back, before the dispute."""
    story.refund(charge, PROMISED, ago=timedelta(days=9))


def come_back(story: Story, _: Object, good: Good) -> None:
    """Pay for two earlier orders that nobody disputed."""
    for name, days in {"first order": 95, "second order": 60}.items():
        story.pay(another(good, name=name, ago=timedelta(days=days)))


def another(good: Good, *, name: str, ago: timedelta) -> SoldOrder:
    """Give one more order of the good at the same price."""
    product = f"{good.name}, {name}"
    return SoldOrder(
        amount=PRICE, name=name, product=product, product_type=good.kind, delivered=good.delivered, ago=ago
    )


def renew(story: Story, charge: Object, good: Good) -> None:
    """Make the payment that of one more month of a subscription."""
    subscribe(story, charge)
    invoice = next(thing for thing in story.objects if thing["object"] == "invoice")
    invoice["lines"]["data"][0]["description"] = f"1 x {good.name} (at $29.00 / month)"


GOODS = {
    good.kind: good
    for good in (
        Good("Walnut desk lamp", "physical", delivered=True),
        Good("Field recordings, all volumes", "digital", days={"last_used_at": 6}, notes={"usage_count": "17"}),
        Good("Picture framing workshop", "service", signed=True, days={"service_date": 14}),
    )
}

VISA, TESTED = a_card(), a_card(three_d_secure=CHALLENGED)
MASTERCARD = a_card(brand="mastercard", network="mastercard", last4="4444")
AMEX = a_card(brand="amex", network="amex", last4="1008", three_d_secure=CHALLENGED)
DISCOVER = a_card(brand="discover", network="discover", last4="1117")
PLEASED = "All as I had hoped, thank you."

DISPUTES = {
    case.claim.reason: case
    for case in (
        GridDispute(
            DisputedClaim("credit_not_processed", "13.6"),
            "You promised me 12.00 for the trouble.",
            VISA,
            (give_back,),
            disputed=PROMISED,
        ),
        GridDispute(DisputedClaim("duplicate", "4834"), "I ordered one more as a gift.", MASTERCARD, (buy_again,)),
        GridDispute(DisputedClaim("fraudulent", "10.4"), PLEASED, TESTED, (come_back,)),
        GridDispute(DisputedClaim("general", "4752"), PLEASED, DISCOVER, (come_back,)),
        GridDispute(
            COMPLIANCE,
            PLEASED,
            VISA,
            details={"enhanced_eligibility": {"visa_compliance": {"status": "requires_fee_acknowledgement"}}},
            types=("visa_compliance",),
        ),
        GridDispute(NOT_RECEIVED, PLEASED, VISA),
        GridDispute(DisputedClaim("product_unacceptable", "C31"), PLEASED, AMEX),
        GridDispute(
            DisputedClaim("subscription_canceled", "4841"), "I want to go on for another month.", MASTERCARD, (renew,)
        ),
        GridDispute(DisputedClaim("unrecognized", "127"), PLEASED, AMEX, (come_back,)),
    )
}
