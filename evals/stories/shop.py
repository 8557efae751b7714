"""What a shop's own systems know of a story: the shop itself, its carriers, its help desk, its usage log."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from disputes.dispute import Dispute
from disputes.evidence import Evidence, Fact, Item, build_fact
from disputes.evidence.entities import parcel_key
from evals.stories.story import Parcel, Story, Use
from tools.sources import values


@dataclass(frozen=True)
class Shop:
    """The systems of one merchant, asked together by the order's number."""

    story: Story
    name: str = "shop"
    keys: tuple[str, ...] = ("order_id",)
    offers: tuple[str, ...] = ("customer_message", "merchant_message")

    async def gather(self, dispute: Dispute, known: Evidence) -> Evidence:  # noqa: ARG002 - as the port wants it
        """Return all that these systems hold."""
        return Evidence(facts=tuple(facts(self.story)), items=tuple(_items(self.story)))


def facts(story: Story) -> Iterator[Fact]:
    """Yield what the shop's systems know, in the order in which they are asked."""
    for tell in (_order, _parcels, _talk, _usage, _others):
        yield from tell(story)


def _fact(kind: str, value: object, source: str, *, ref: str = "", of: str = "") -> Iterator[Fact]:
    """Yield the fact, cleaned as that of any other source; nothing where the system says nothing."""
    told = value if isinstance(value, date) else values.parse(kind, value)  # type: ignore[arg-type]
    if told is not None:
        yield build_fact(kind, told, source, ref=ref, of=of)


def _dated(facts: Iterator[Fact], at: date) -> Iterator[Fact]:
    """Yield facts with their time; a bare day is read as its midnight, as other sources read it."""
    moment = at if isinstance(at, datetime) else datetime.combine(at, time(), UTC)
    return (fact.model_copy(update={"at": moment}) for fact in facts)


def _order(story: Story) -> Iterator[Fact]:
    bought = "; ".join(f"{item.quantity} x {item.name}" for item in story.items)
    yield from _fact("line_items", bought, "shop:order:items")
    yield from _fact("customer_since", story.customer.since, "shop:customer:since")
    yield from _fact("listing_snapshot", story.listing, "shop:listing:text")
    yield from _fact("service_date", story.service_date, "shop:visit:date")
    yield from _fact("delivery_signature", story.service_signature, "shop:visit:signature")
    if story.guarantee:
        yield from _fact("guarantee", story.guarantee.words, "guarantee:decision:status")


def _items(story: Story) -> Iterator[Item]:
    for item in story.items:
        yield Item(
            name=item.name,
            quantity=item.quantity,
            amount=item.amount,
            currency=story.currency,
            source="shop:order:items",
        )


def _parcels(story: Story) -> Iterator[Fact]:
    for parcel in story.parcels:
        yield from _shipment(parcel, "; ".join(story.names(parcel)))
        yield from _tracking(parcel)


def _shipment(parcel: Parcel, items: str) -> Iterator[Fact]:
    """Yield what the shop knows of a parcel that it handed over."""
    told = {
        "tracking_number": parcel.number,
        "carrier": parcel.carrier,
        "shipped_at": parcel.shipped_at,
        "parcel_items": items,
    }
    for kind, value in told.items():
        yield from _fact(kind, value, f"shop:shipment:{kind}", of=parcel_key(parcel.number))


def _tracking(parcel: Parcel) -> Iterator[Fact]:
    """Yield what the carrier tells of a parcel."""
    key = parcel_key(parcel.number)
    told = {
        "delivered_at": parcel.delivered_at,
        "delivery_place": parcel.place,
        "delivery_signature": parcel.signature,
    }
    for kind, value in told.items():
        yield from _fact(kind, value, f"carrier:parcel:{kind}", of=key)
    for number, event in enumerate(parcel.events):
        words = ", ".join(filter(None, (event.text, event.place)))
        ref = f"{parcel.number}/{number}"
        yield from _dated(_fact("tracking_event", words, "carrier:events:text", ref=ref, of=key), event.at)


def _talk(story: Story) -> Iterator[Fact]:
    for number, message in enumerate(story.messages):
        said = _fact(f"{message.by}_message", message.text, "desk:messages:text", ref=f"desk/{number}")
        yield from _dated(said, message.at)


def _usage(story: Story) -> Iterator[Fact]:
    for number, use in enumerate(story.uses):
        yield from _dated(_use(use, f"log/{number}"), use.at)
    worked = [use.at for use in story.uses if not use.failed]
    yield from _fact("last_used_at", max(worked, default=None), "log:uses:last")
    yield from _fact("usage_count", len(worked), "log:uses:count")


def _use(use: Use, ref: str) -> Iterator[Fact]:
    told = {
        "usage_event": use.what,
        "use_ip": use.ip,
        "use_device": use.device,
        "use_account": use.account,
        "use_failed": use.failed,
    }
    for kind, value in told.items():
        yield from _fact(kind, value, f"log:uses:{kind}", ref=ref)


def _others(story: Story) -> Iterator[Fact]:
    """Yield the parcels of other orders; of the only one there is without its number, as Stripe's facts of it are."""
    sent = [(other, parcel) for other in story.other_payments for parcel in other.parcels]
    for other, parcel in sent:
        ref = f"{other.order_number}/{parcel.number}" if len(sent) > 1 else ""
        yield from _fact("other_tracking_number", parcel.number, "shop:shipment:tracking_number", ref=ref)
        yield from _fact("other_delivered_at", parcel.delivered_at, "carrier:parcel:delivered_at", ref=ref)
