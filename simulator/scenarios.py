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
    """One story with a known right ending: how Rebut should route it, and to which queue.

    `build(now, tag)` gives its Stripe objects, the same for the same aware `now` and `tag`; ids are shared with no
    other tag and no other scenario. `route` is submit, review, accept or record; `queue` is empty for record.
    """

    name: str
    story: str
    route: str
    queue: str
    build: Build


def world(names: Iterable[str], now: datetime) -> dict[str, list[dict[str, Any]]]:
    """Give a world file's content, `{"objects": [...]}`, with a story for each name; a name may come twice.

    Raises KeyError for a name that is no scenario.
    """
    stories = (SCENARIOS[name].build(now, str(number)) for number, name in enumerate(names))
    return {"objects": [thing for story in stories for thing in story]}


def submit(name: str, story: str, build: Build) -> Scenario:
    """Tell a story whose answer goes to the bank without a person."""
    return Scenario(name, story, "submit", "auto-evidence", partial(name_apart, name, build))


def review(name: str, story: str, build: Build, queue: str = "manual-review") -> Scenario:
    """Tell a story a person decides."""
    return Scenario(name, story, "review", queue, partial(name_apart, name, build))


def record(name: str, story: str, build: Build) -> Scenario:
    """Tell a story in which nothing is left to answer."""
    return Scenario(name, story, "record", "", partial(name_apart, name, build))


def name_apart(name: str, build: Build, now: datetime, tag: str) -> list[dict[str, Any]]:
    """Build a story that shares no id with another scenario under its tag, and no part with any other object."""
    return [deepcopy(thing) for thing in build(now, f"{name}/{tag}")]


def arrived(order: SoldOrder) -> Build:
    """Build the story of a signed-for parcel that its buyer says never came."""
    return partial(parcels.arrived, order=order)


def parcel(amount: int, product: str) -> SoldOrder:
    """Order something that was delivered; US cents."""
    return SoldOrder(amount=amount, product=product, delivered=True)


AMEX_INQUIRY = DisputedClaim("product_not_received", "C08", "inquiry", "warning_needs_response")
KLARNA_INQUIRY = DisputedClaim("product_not_received", "Goods not received", status="warning_needs_response")
LAMP = parcel(3_800, "Walnut desk lamp")
AMEX_ORDER = SoldOrder(amount=5_200, product="Felt slippers", delivered=True, method=parcels.AMEX)
KLARNA_ORDER = SoldOrder(amount=6_100, product="Cast iron pan", delivered=True, method=parcels.KLARNA)
JPY_ORDER = SoldOrder(amount=4_200, currency="jpy", settled=2_800, product="Tenugui cloth", delivered=True)
KWD_ORDER = SoldOrder(amount=12_500, currency="kwd", settled=4_070, product="Incense burner", delivered=True)

FILED = (
    submit(
        "not_received_delivered",
        "A parcel said to be missing was delivered to the checked address and signed for.",
        arrived(LAMP),
    ),
    submit(
        "not_received_mid",
        "The same with a dearer parcel: filed, and a person is told.",
        arrived(parcel(12_600, "Ash coat rack")),
    ),
    submit(
        "duplicate_two_orders",
        "Two payments of one amount, twenty minutes apart, were two orders and both arrived.",
        repayments.bought_twice,
    ),
    submit(
        "duplicate_refunded",
        "An order was paid twice, and the second payment went back in full before the dispute.",
        repayments.charged_twice,
    ),
    submit(
        "credit_refunded",
        "The partial refund the buyer misses was paid and has a reference number.",
        repayments.credited,
    ),
    submit(
        "inquiry_delivered",
        "American Express asks about a parcel that was signed for; no money has moved.",
        partial(parcels.arrived, order=AMEX_ORDER, claim=AMEX_INQUIRY),
    ),
    submit(
        "jpy_delivered",
        "A signed-for parcel was paid in yen, a currency without decimals.",
        arrived(JPY_ORDER),
    ),
    submit(
        "kwd_delivered",
        "A signed-for parcel was paid in Kuwaiti dinar, a currency with three decimals.",
        arrived(KWD_ORDER),
    ),
    submit("no_deadline", "A signed-for parcel is disputed without a deadline.", parcels.undated),
    submit("connect_delivered", "A connected account sold the signed-for parcel.", parcels.connected),
)

REVIEWED = (
    review("not_received_unshipped", "A missing parcel was never shipped.", parcels.unshipped),
    review(
        "not_received_high",
        "An expensive parcel was signed for, yet so much money needs a person.",
        arrived(parcel(94_000, "Oak sideboard")),
        "high-value-escalation",
    ),
    review("credit_unrefunded", "A buyer asked for a refund and has not got it.", repayments.uncredited),
    review(
        "fraud_small_3ds",
        "A small download is called fraud though the buyer passed a 3D Secure challenge.",
        frauds.authenticated,
    ),
    review(
        "fraud_mid",
        "Fraud is claimed by a buyer with three older orders from the same device and address.",
        frauds.familiar,
    ),
    review(
        "fraud_undescribed",
        "The same buyer's dearer order says nowhere what it was for, which is all Compelling Evidence 3.0 lacks.",
        frauds.undescribed,
    ),
    review(
        "fraud_ce3_refused",
        "The same buyer qualifies for Compelling Evidence 3.0, and Stripe refuses it when it comes.",
        partial(frauds.familiar, refused=True),
    ),
    review("fraud_high", "A costly, risky order is called fraud.", frauds.costly, "high-value-escalation"),
    review(
        "unrecognized_small",
        "A buyer does not recognise a small payment on the statement.",
        frauds.unrecognized,
    ),
    review(
        "subscription_active",
        "A subscription said to be cancelled never was, and was used after the charge.",
        renewals.active,
        "subscription-cancel",
    ),
    review(
        "subscription_canceled_before",
        "A subscription was charged ten days after it had been cancelled.",
        renewals.canceled_before,
        "subscription-cancel",
    ),
    review(
        "not_as_described",
        "A product is called not as described, and only its name is on record.",
        partial(oddities.thin, amount=8_500, product="Rya rug, small", claim=oddities.NOT_DESCRIBED),
    ),
    review("refunded_already", "The missing parcel's price already went back.", parcels.refunded),
    review(
        "general_unclear",
        "The bank gives no clear reason and the shop has little on record.",
        partial(oddities.thin, amount=3_300, product="Assorted hooks", claim=oddities.UNCLEAR),
    ),
    review(
        "klarna_inquiry",
        "Klarna asks about a signed-for parcel and takes no evidence at this stage.",
        partial(parcels.arrived, order=KLARNA_ORDER, claim=KLARNA_INQUIRY),
    ),
    review(
        "compliance_visa",
        "A Visa compliance case costs a fee to contest, which only a person may accept.",
        oddities.compliance,
    ),
    review(
        "appeal_open",
        "A lost decision about a signed-for parcel can be appealed, which a person decides.",
        partial(oddities.answered, amount=8_800, claim=oddities.APPEALABLE),
    ),
    review("charge_missing", "The disputed charge cannot be found at Stripe.", parcels.orphaned),
)

RECORDED = (
    record("bank_return", "A bank debit came back for want of funds, lost at once.", oddities.bounced),
    record("prevented", "The network settled a fraud claim before it was a dispute.", oddities.prevented),
    record("past_due", "The last day to answer was yesterday.", oddities.overdue),
    record(
        "already_won",
        "The dispute was answered and won earlier.",
        partial(oddities.answered, amount=5_600, claim=oddities.WON),
    ),
    record(
        "already_answered",
        "Evidence is with the bank already.",
        partial(oddities.answered, amount=4_700, claim=oddities.ANSWERED),
    ),
)

# Interleaved, so that the first few of a rotation already show every kind of ending.
SCENARIOS = {
    scenario.name: scenario
    for turn in zip_longest(FILED, REVIEWED, RECORDED)
    for scenario in turn
    if scenario is not None
}
