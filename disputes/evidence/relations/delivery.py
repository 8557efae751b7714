"""Where, when and to whom a parcel was delivered, and whether it stayed there."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from itertools import product

from disputes.evidence import Entity, Evidence, Fact, Relation, read_time, render, write_time
from disputes.evidence.relations.rules import lies_before, relate
from disputes.reading.addresses import is_same, is_same_area
from disputes.reading.carrier_events import classify
from disputes.reading.names import may_be_same

UNDONE = frozenset(("returned", "refused", "lost", "exception", "attempted"))
"""The events after which a parcel is not where it was delivered."""

_GONE = frozenset(("returned", "refused", "lost"))
_BEFORE_DELIVERY = frozenset("label shipped in_transit out_for_delivery attempted exception collection".split())
_PLACE = re.compile(r",\s*(\D.*(?:\b[A-Z]{2}\b|\b\d{5}\b).*)$")
_TIME = re.compile(r"\b\d{1,2}:\d{2}\b|\bUTC\b")


def find(evidence: Evidence) -> Iterator[Relation]:
    """Yield the relations of each parcel."""
    for parcel in evidence.entities("parcel"):
        yield from _places(parcel, evidence)
        yield from _signer(parcel, evidence)
        yield from _times(parcel, evidence)
        yield from _last_event(parcel)
    yield from _service(evidence)


def sort_events(parcel: Entity) -> list[Fact]:
    """Return a parcel's events in order of time, those without a time first; of one time, in a delivery's order."""
    return sorted(parcel.of("tracking_event"), key=_order)


def _order(event: Fact) -> tuple[float, int, str]:
    kind = classify(str(event.value))
    turn = 0 if kind in _BEFORE_DELIVERY else 1 if kind == "delivered" else 2
    return (event.at.timestamp() if event.at else float("-inf"), turn, str(event.value))


def find_undone(parcel: Entity) -> Fact | None:
    """Return the event after which a parcel is not where it was delivered, or with which it ended undelivered."""
    events = sort_events(parcel)
    delivered = [event for event in events if classify(str(event.value)) == "delivered"]
    times = [event.at for event in delivered if event.at] or [read_time(fact) for fact in parcel.of("delivered_at")]
    if not delivered and not times:
        return next((event for event in events[-1:] if classify(str(event.value)) in UNDONE), None)
    last = max(times, default=None)
    return next((event for event in reversed(events) if _undoes(event, last)), None)


def _undoes(event: Fact, delivered: datetime | None) -> bool:
    """Check that an event undoes a delivery; an attempt that is not surely after it came before it."""
    kind = classify(str(event.value))
    if event.at is None or delivered is None:
        return kind in _GONE
    is_day = time() in {event.at.time(), delivered.time()}
    one, other = (event.at.date(), delivered.date()) if is_day else (event.at, delivered)
    return kind in UNDONE and (one > other or (one == other and kind in _GONE))


def find_place(parcel: Entity) -> Fact | None:
    """Return the fact that says where a parcel was delivered: its place, or its last delivery with a town in it."""
    delivered = [e for e in sort_events(parcel) if classify(str(e.value)) == "delivered" and read_place(e)]
    return parcel.get("delivery_place") or next(reversed(delivered), None)


def read_place(fact: Fact) -> str:
    """Return the place that a fact names: its value, or what follows the first comma of a carrier's event."""
    if fact.kind == "delivery_place":
        return str(fact.value)
    match = _PLACE.search(str(fact.value))
    return match[1] if match and not _TIME.search(match[1]) else ""


def _places(parcel: Entity, evidence: Evidence) -> Iterator[Relation]:
    place = find_place(parcel)
    shipping, billing = evidence.sole("shipping_address"), evidence.sole("billing_address")
    if place is None or not (shipping or billing):
        return
    if shipping:
        yield _compare("delivered_to_order", "the order's address", parcel, place, shipping)
        yield _compare_area(parcel, place, shipping)
    if billing:
        relation = _compare("delivered_to_billing", "the billing address", parcel, place, billing)
        # A gift goes to another house than the bill; that says something only where the order names no address.
        told = relation.answer == "false" and shipping is not None
        yield relation.model_copy(update={"answer": "unknown"}) if told else relation


def _compare(name: str, what: str, parcel: Entity, place: Fact, address: Fact) -> Relation:
    written = read_place(place)
    same, near = is_same(str(address.value), written), is_same_area(str(address.value), written)
    answer = False if same is False or near is False else same
    if answer is False:
        why = f"The parcel was delivered at {written}, and {what} is {render(address)}."
    elif answer:
        why = f"The place of delivery is {what}."
    else:
        agrees = "agrees as far as it goes with" if near else "says too little to be compared with"
        why = f"The place of delivery ({written}) {agrees} {what}."
    return relate(name, answer, why, place, address, entity=parcel.name)


def _compare_area(parcel: Entity, place: Fact, address: Fact) -> Relation:
    """Return whether town and postcode are the order's, which is all that most carriers tell."""
    near = is_same_area(str(address.value), read_place(place))
    why = f"The delivery was reported in {read_place(place)}, and the order's address is {render(address)}."
    return relate("delivered_to_area", near, why, place, address, entity=parcel.name)


def _signer(parcel: Entity, evidence: Evidence) -> Iterator[Relation]:
    signature = parcel.get("delivery_signature")
    people = [fact for kind in ("customer_name", "shipping_name") if (fact := evidence.sole(kind))]
    if signature is None or not people:
        return
    answer = may_be_same(str(signature.value), *(str(fact.value) for fact in people))
    names = " or ".join(dict.fromkeys(render(fact) for fact in people))
    whys = {
        True: f"{render(signature)} signed, who is {names} or of their household.",
        False: f"{render(signature)} signed for the parcel, who is not {names}.",
        None: f"The signature {render(signature)} names nobody who could be compared with {names}.",
    }
    yield relate("signed_by_customer", answer, whys[answer], signature, *people, entity=parcel.name)


def _times(parcel: Entity, evidence: Evidence) -> Iterator[Relation]:
    delivered, shipped = parcel.of("delivered_at"), parcel.of("shipped_at")
    paid, disputed = evidence.sole("paid_at"), evidence.sole("dispute_opened_at")
    if not delivered and not shipped:
        return
    facts = [f for f in (parcel.get("delivered_at"), parcel.get("shipped_at"), paid, disputed) if f]
    if wrong := next(_find_wrong(delivered, shipped, paid, disputed), None):
        early, late, words = wrong
        why = f"The parcel was {words}: {_say(early)} and {_say(late)}."
        yield relate("delivered_in_order", False, why, late, early, entity=parcel.name)
        return
    sure = bool(delivered) and all(lies_before(paid, fact) and lies_before(fact, disputed) for fact in delivered)
    why = (
        "The parcel was delivered after the payment and before the dispute." if sure else "Not every time is on record."
    )
    yield relate("delivered_in_order", True if sure else None, why, *facts, entity=parcel.name)


def _find_wrong(
    delivered: Sequence[Fact], shipped: Sequence[Fact], paid: Fact | None, disputed: Fact | None
) -> Iterator[tuple[Fact, Fact, str]]:
    """Yield times out of their turn; cash on delivery and invoices are shipped before the payment is recorded."""
    steps = (
        *((paid, fact, "delivered before it was paid") for fact in delivered),
        *((one, other, "delivered before it was handed to the carrier") for one, other in product(shipped, delivered)),
        *((fact, disputed, "delivered after the dispute was opened") for fact in delivered),
        *((fact, disputed, "handed to the carrier after the dispute was opened") for fact in shipped),
    )
    for early, late, words in steps:
        if early and late and lies_before(early, late) is False:
            yield early, late, words


def _service(evidence: Evidence) -> Iterator[Relation]:
    """Yield whether a service lies before the dispute; one that was disputed before it was due was not provided."""
    service, disputed = evidence.sole("service_date"), evidence.sole("dispute_opened_at")
    if service and disputed:
        answer = lies_before(service, disputed)
        why = f"The service was on {render(service)}, and the dispute was opened on {render(disputed)}."
        yield relate("delivered_in_order", answer, why, service, disputed, entity="order")


def _say(fact: Fact) -> str:
    words = {"paid_at": "paid", "delivered_at": "delivered", "shipped_at": "shipped", "dispute_opened_at": "disputed"}
    return f"{words[fact.kind]} {render(fact)}"


def _last_event(parcel: Entity) -> Iterator[Relation]:
    events = sort_events(parcel)
    if not events:
        return
    last, undone = events[-1], find_undone(parcel)
    if undone:
        delivered = parcel.of("delivered_at") or any(classify(str(event.value)) == "delivered" for event in events)
        what = "After the delivery the carrier reports:" if delivered else "The carrier's last event is no delivery:"
        why = f"{what} {render(undone)}{_when(undone)}."
        yield relate("delivered_last", False, why, undone, entity=parcel.name)
    elif classify(str(last.value)) == "delivered":
        yield relate("delivered_last", True, "The carrier's last event is the delivery.", last, entity=parcel.name)
    else:
        why = f"The carrier's last event is {render(last)}{_when(last)}."
        yield relate("delivered_last", None, why, last, entity=parcel.name)


def _when(event: Fact) -> str:
    return f" ({write_time(event.at)})" if event.at else ""
