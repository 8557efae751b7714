"""The scenarios: named disputes with their Stripe objects and the expected route and queue."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import zip_longest
from typing import Any

from simulator.worlds import frauds, oddities, parcels, renewals, repayments
from simulator.worlds.claims import DisputedClaim
from simulator.worlds.orders import SoldOrder

Build = Callable[[datetime, str], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One dispute with a known right outcome: how Rebut should route it, and to which queue.

    `build(now, tag)` returns its Stripe objects, the same for the same aware `now` and `tag`; no other tag and no other
    scenario shares an id. `story` is a sentence on what happened. `route` is submit, review, accept or record;
    `queue` is empty for record.
    """

    name: str
    story: str
    route: str
    queue: str
    build: Build


def world_file(names: Iterable[str], now: datetime) -> dict[str, list[dict[str, Any]]]:
    """Build the content of a world file, `{"objects": [...]}`, with one dispute for each name; a name may come twice.

    Raises `KeyError` for a name that is no scenario.
    """
    stories = (SCENARIOS[name].build(now, str(number)) for number, name in enumerate(names))
    return {"objects": [obj for story in stories for obj in story]}


def submit(name: str, story: str, build: Build) -> Scenario:
    """Build a scenario whose answer is submitted without a person."""
    return Scenario(name, story, "submit", "auto-evidence", partial(build_separately, name, build))


def review(name: str, story: str, build: Build, queue: str = "manual-review") -> Scenario:
    """Build a scenario that a person decides."""
    return Scenario(name, story, "review", queue, partial(build_separately, name, build))


def record(name: str, story: str, build: Build) -> Scenario:
    """Build a scenario in which nothing is left to answer."""
    return Scenario(name, story, "record", "", partial(build_separately, name, build))


def build_separately(name: str, build: Build, now: datetime, tag: str) -> list[dict[str, Any]]:
    """Build objects that share no id with another scenario of the same tag, and no nested part with each other."""
    return [deepcopy(obj) for obj in build(now, f"{name}/{tag}")]


def delivered_scenario(order: SoldOrder) -> Build:
    """Return the builder of a signed-for parcel that its buyer says never arrived."""
    return partial(parcels.delivered_parcel, order=order)


def parcel(amount: int, product: str) -> SoldOrder:
    """Return an order of a delivered product; the amount is in US cents."""
    return SoldOrder(amount=amount, product=product, delivered=True)


AMEX_INQUIRY = DisputedClaim("product_not_received", "C08", "inquiry", "warning_needs_response")
KLARNA_INQUIRY = DisputedClaim("product_not_received", "Goods not received", status="warning_needs_response")
LAMP = parcel(3_800, "Walnut desk lamp")
AMEX_ORDER = SoldOrder(amount=5_200, product="Felt slippers", delivered=True, method=parcels.AMEX)
KLARNA_ORDER = SoldOrder(amount=6_100, product="Cast iron pan", delivered=True, method=parcels.KLARNA)
JPY_ORDER = SoldOrder(amount=4_200, currency="jpy", settled=2_800, product="Tenugui cloth", delivered=True)
EUR_SEEN = SoldOrder(amount=3_800, presented=(3_500, "eur"), product="Enamel jug", delivered=True)
KWD_ORDER = SoldOrder(amount=12_500, currency="kwd", settled=4_070, product="Incense burner", delivered=True)

FILED = (
    submit(
        "not_received_delivered",
        "A parcel said to be missing was delivered to the checked address and signed for.",
        delivered_scenario(LAMP),
    ),
    submit(
        "not_received_mid",
        "The same with a more expensive parcel: filed, and a person is notified.",
        delivered_scenario(parcel(12_600, "Ash coat rack")),
    ),
    submit(
        "duplicate_two_orders",
        "Two payments of one amount, twenty minutes apart, were two orders and both arrived.",
        repayments.two_orders,
    ),
    submit(
        "duplicate_refunded",
        "An order was paid twice, and the second payment went back in full before the dispute.",
        repayments.duplicate_refunded,
    ),
    submit(
        "credit_refunded",
        "The partial refund the buyer misses was paid and has a reference number.",
        repayments.refund_paid,
    ),
    submit(
        "inquiry_delivered",
        "American Express asks about a parcel that was signed for; no money has moved.",
        partial(parcels.delivered_parcel, order=AMEX_ORDER, claim=AMEX_INQUIRY),
    ),
    submit(
        "jpy_delivered",
        "A signed-for parcel was paid in yen, a currency without decimals.",
        delivered_scenario(JPY_ORDER),
    ),
    submit(
        "kwd_delivered",
        "A signed-for parcel was paid in Kuwaiti dinar, a currency with three decimals.",
        delivered_scenario(KWD_ORDER),
    ),
    submit("no_deadline", "A signed-for parcel is disputed without a deadline.", parcels.without_deadline),
    submit(
        "captured_in_part",
        "Less was captured than authorised for a signed-for parcel; the rest was released, and nothing was refunded.",
        parcels.captured_in_part,
    ),
    submit(
        "presented_in_euros",
        "The buyer of a signed-for parcel saw and paid euros for a payment in dollars.",
        delivered_scenario(EUR_SEEN),
    ),
)

REVIEWED = (
    review("not_received_unshipped", "A missing parcel was never shipped.", parcels.unshipped_parcel),
    review(
        "not_received_high",
        "An expensive parcel was signed for, yet so much money needs a person.",
        delivered_scenario(parcel(94_000, "Oak sideboard")),
        "high-value-escalation",
    ),
    review("credit_unrefunded", "A buyer asked for a refund and has not got it.", repayments.refund_unpaid),
    review(
        "fraud_small_3ds",
        "A small download is called fraud though the buyer passed a 3D Secure challenge.",
        frauds.authenticated,
    ),
    review(
        "fraud_mid",
        "Fraud is claimed by a buyer with three older orders from the same device and address.",
        frauds.returning_buyer,
    ),
    review(
        "fraud_undescribed",
        "The same buyer's other order says nowhere what it was for, which is all Compelling Evidence 3.0 lacks.",
        frauds.without_description,
    ),
    review(
        "fraud_ce3_refused",
        "The same buyer qualifies for Compelling Evidence 3.0, and Stripe refuses it when it comes.",
        partial(frauds.returning_buyer, refused=True),
    ),
    review("fraud_high", "A costly, risky order is called fraud.", frauds.high_amount, "high-value-escalation"),
    review(
        "unrecognized_small",
        "A buyer does not recognise a small payment on the statement.",
        frauds.unrecognized,
    ),
    review(
        "subscription_active",
        "A subscription said to be cancelled never was, and was used after the charge.",
        renewals.active_subscription,
        "subscription-cancel",
    ),
    review(
        "subscription_canceled_before",
        "A subscription was charged ten days after it had been cancelled.",
        renewals.canceled_subscription,
        "subscription-cancel",
    ),
    review(
        "not_as_described",
        "A product is called not as described, and only its name is on record.",
        partial(oddities.little_evidence, amount=8_500, product="Rya rug, small", claim=oddities.NOT_DESCRIBED),
    ),
    review("refunded_already", "The missing parcel's price already went back.", parcels.refunded_parcel),
    review(
        "general_unclear",
        "The bank gives no clear reason and the shop has little on record.",
        partial(oddities.little_evidence, amount=3_300, product="Assorted hooks", claim=oddities.UNCLEAR),
    ),
    review(
        "klarna_inquiry",
        "Klarna asks about a signed-for parcel and takes no evidence at this stage.",
        partial(parcels.delivered_parcel, order=KLARNA_ORDER, claim=KLARNA_INQUIRY),
    ),
    review(
        "compliance_visa",
        "A Visa compliance case costs a fee to contest, which only a person may accept.",
        oddities.compliance,
    ),
    review(
        "appeal_open",
        "A lost decision about a signed-for parcel can be appealed, which a person decides.",
        partial(oddities.already_answered, amount=8_800, claim=oddities.APPEALABLE),
    ),
    review("refund_failed", "A refund was made and then failed, so the buyer got no money.", repayments.refund_failed),
    review("charge_missing", "The disputed charge cannot be found at Stripe.", parcels.charge_missing),
    review(
        "connect_delivered",
        "A connected account without settings sold the signed-for parcel.",
        parcels.connected_account,
    ),
)

RECORDED = (
    record("bank_return", "A bank debit came back for want of funds, lost at once.", oddities.bank_return),
    record("prevented", "The network settled a fraud claim before it was a dispute.", oddities.prevented),
    record("past_due", "The last day to answer was yesterday.", oddities.past_due),
    record(
        "already_won",
        "The dispute was answered and won earlier.",
        partial(oddities.already_answered, amount=5_600, claim=oddities.WON),
    ),
    record(
        "already_answered",
        "Evidence is with the bank already.",
        partial(oddities.already_answered, amount=4_700, claim=oddities.ANSWERED),
    ),
)

# Interleaved, so that the first few of a rotation already show every route.
SCENARIOS = {
    scenario.name: scenario
    for row in zip_longest(FILED, REVIEWED, RECORDED)
    for scenario in row
    if scenario is not None
}
