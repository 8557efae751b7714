"""The stories as values, read from `stories.json`; what is written there is true of the shop, whoever tells it."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, TypeAdapter

from disputes.model import Strict
from disputes.money import Money
from disputes.playbook import Product
from tools.sources import values

FILE = Path(__file__).with_name("stories.json")
OVERRULED = {
    "addr-place-not-on-record": "C9: a carrier's delivery under a tracking number is objective proof; a place that "
    "nobody reports is unknown, and unknown is not held against anybody.",
    "empty-signature-not-required-false": "C9: the signature says nothing, and the carrier's delivery under a tracking "
    "number is objective proof without one.",
}
"""Stories whose author asked for a person where the requirements (row C9) want the case filed, and why."""


def read_cents(written: object) -> int:
    """Read `149.00` as 14900; every story is in a currency of two places."""
    money = values.parse_amount(str(written), "usd", unit="major")
    if money is None:
        raise ValueError(f"{written!r} is no amount.")
    return money.amount


Cents = Annotated[int, BeforeValidator(read_cents)]
Moment = Annotated[AwareDatetime | date, Field(union_mode="left_to_right")]
"""A time, or a day whose hour nobody knows."""


class Address(Strict):
    """A postal address as a form has it."""

    line1: str
    line2: str
    city: str
    state: str
    postal_code: str
    country: str


class Item(Strict):
    """What was bought; `amount` in cents, `number` the stock's."""

    name: str
    quantity: int
    amount: Cents
    number: str


class Customer(Strict):
    """Who bought, and from where."""

    name: str
    email: str
    ip: str | None = None
    account: str | None = None
    since: AwareDatetime | None = None
    device: str | None = None


class Checks(Strict):
    """Results of the card's checks, in Stripe's words."""

    avs_street: str
    avs_postal: str
    cvc: str
    three_d_secure: str | None = None


class Shipping(Strict):
    """To whom and where it was sent."""

    name: str
    address: Address


class Event(Strict):
    """One event of a carrier's."""

    at: Moment
    text: str
    place: str = ""


class Parcel(Strict):
    """One parcel; `items` are numbers of the stock."""

    number: str
    carrier: str
    items: tuple[str, ...]
    shipped_at: Moment
    delivered_at: Moment | None = None
    place: str | None = None
    signature: str | None = None
    events: tuple[Event, ...]


class Message(Strict):
    """One message between customer and merchant."""

    by: Literal["customer", "merchant"]
    at: AwareDatetime
    text: str


class Use(Strict):
    """One use of what was sold, or an attempt."""

    at: AwareDatetime
    what: str
    ip: str | None = None
    device: str | None = None
    account: str | None = None
    failed: bool


class Refund(Strict):
    """One refund; `reference` is the acquirer's."""

    amount: Cents
    at: Moment
    status: Literal["succeeded", "pending", "failed"]
    reference: str | None = None


class OtherPayment(Strict):
    """Another payment of the same customer."""

    amount: Cents
    at: AwareDatetime
    description: str
    order_number: str
    disputed: bool
    refunded: bool
    ip: str
    email: str
    device: str
    account: str
    shipping_address: Address | None = None
    parcels: tuple[Parcel, ...] = ()


class Subscription(Strict):
    """The subscription of which the payment is one period."""

    id: str
    started_at: AwareDatetime
    period_start: AwareDatetime
    period_end: AwareDatetime
    interval: Literal["month", "year"]
    cancel_requested_at: AwareDatetime | None = None
    canceled_at: AwareDatetime | None = None


class Guarantee(Strict):
    """Who bears the loss, by its own words."""

    by: str
    status: str
    pays: bool | None = None

    @property
    def words(self) -> str:
        """The guarantee in one line, as a shop shows it."""
        bears = {True: ", pays this loss", False: ", does not pay", None: ""}
        return f"{self.by}: {self.status}{bears[self.pays]}"


class Story(Strict):
    """One dispute with all that its merchant's systems hold, and how it must end."""

    name: str
    relation: str
    twin: Literal["true", "false", "unknown"]
    expect: Literal["file", "wait"]
    policy: Literal["default", "autopilot"]
    why: str
    reason: str
    network_code: str
    amount: Cents
    currency: Literal["usd"]
    paid_at: AwareDatetime
    disputed_at: AwareDatetime
    product: Product | None = None
    description: str
    items: tuple[Item, ...]
    order_number: str
    customer: Customer
    billing_address: Address
    checks: Checks
    terms_accepted_at: AwareDatetime
    refund_policy: str
    cancellation_policy: str
    shipping: Shipping | None = None
    parcels: tuple[Parcel, ...] = ()
    messages: tuple[Message, ...] = ()
    uses: tuple[Use, ...] = ()
    listing: str | None = None
    subscription: Subscription | None = None
    refunds: tuple[Refund, ...] = ()
    other_payments: tuple[OtherPayment, ...] = ()
    service_date: Moment | None = None
    service_signature: str | None = None
    guarantee: Guarantee | None = None

    @property
    def money(self) -> Money:
        """The disputed amount."""
        return Money(amount=self.amount, currency=self.currency)

    def names(self, parcel: Parcel) -> Iterator[str]:
        """Yield what a parcel holds by its names; the file has the numbers of the stock."""
        by_number = {item.number: item.name for item in self.items}
        return (by_number.get(number, number) for number in parcel.items)


def read() -> tuple[Story, ...]:
    """Read every story, in the order of the file."""
    stories = TypeAdapter(tuple[Story, ...]).validate_python(json.loads(FILE.read_text("utf-8")))
    return tuple(_overrule(story) for story in stories)


def _overrule(story: Story) -> Story:
    why = OVERRULED.get(story.name)
    return story.model_copy(update={"expect": "file", "why": why}) if why else story


STORIES = {story.name: story for story in read()}
