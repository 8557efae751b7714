"""What a source that answered does not hold: no complaint, no return request, no cancellation. Pure.

Each is a fact of that source and that hour, and proves no more: the customer may have written elsewhere.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from disputes.evidence import Evidence, Fact, build_fact, read_system, read_time, write_time
from disputes.model import Value

_COMPLAINT, _MESSAGE = "no_complaint", "customer_message"
_HELD = {
    _COMPLAINT: (_MESSAGE,),
    "no_return_request": ("return_requested_at",),
    "no_cancellation": ("cancel_requested_at", "canceled_at"),
}
KINDS = frozenset(_HELD)
"""The kinds of fact that say what is not there."""
_TOLD = {
    "no_return_request": ("returned", "reports_return", "confirms_return"),
    "no_cancellation": ("canceled_before_charge", "reports_cancel", "confirms_cancel"),
}
"""What says, in a record of another sort, that there was one nevertheless."""
_NAMED_BY = {"no_return_request": "order_id", "no_cancellation": "subscription_id"}
"""What a source that has such records must have found first: who has not the order has no return of it either."""


class Answered(Value):
    """A source that answered in full, and the kinds of fact it has when it has them."""

    name: str
    offers: tuple[str, ...]


def find(answered: Sequence[Answered], evidence: Evidence, now: datetime) -> Iterator[Fact]:
    """Yield for each absence the first source that could hold such a record and does not.

    A message is no complaint once rules have read it whole and found nothing against the merchant
    (`disputes.evidence.conclusions`), or where it was written after the dispute was opened.
    """
    for absence, kinds in _HELD.items():
        able = (each for each in answered if set(kinds) & set(each.offers))
        source = next((each for each in able if _has_found(each, absence, evidence)), None)
        if source and not _is_held(absence, kinds, evidence):
            fact = build_fact(absence, f"{source.name} held none on {write_time(now)}", f"{source.name}:{absence}")
            yield fact.model_copy(update={"retrieved_at": now})


def _has_found(source: Answered, absence: str, evidence: Evidence) -> bool:
    named_by = _NAMED_BY.get(absence, "")
    found = (fact for fact in evidence.of(named_by) if read_system(fact) == source.name)
    return named_by not in source.offers or any(found)


def _is_held(absence: str, kinds: tuple[str, ...], evidence: Evidence) -> bool:
    if absence != _COMPLAINT:
        return any(map(evidence.has, (*kinds, *_TOLD[absence], absence)))
    opened = evidence.sole("dispute_opened_at")
    before = (m for m in evidence.of(_MESSAGE) if not (opened and m.at and m.at >= read_time(opened)))
    return any(message.bearing != "helps" for message in before)
