"""What several facts say together, whichever systems told them. Pure."""

import re
from collections.abc import Iterator
from datetime import datetime

from disputes.evidence import Evidence, Fact, build_fact, read_time

_ASKS = re.compile(
    r"\b(refund|refunded|reimburse|reimbursement|money back|my money|pay me back|give me back|credit me)\b",
    re.IGNORECASE,
)
_SENT = ("shipped_at", "tracking_number", "delivered_at")


def read(evidence: Evidence) -> Iterator[Fact]:
    """Tell what follows from several facts together, of whatever systems, most of it against the merchant."""
    yield from _unsent(evidence)
    yield from _asked(evidence)
    yield from _ordered(evidence)
    if paid := evidence.first("paid_at"):
        yield from _used(evidence, read_time(paid))
        yield from _canceled(evidence, read_time(paid))


def _unsent(evidence: Evidence) -> Iterator[Fact]:
    kind = evidence.first("product_type")
    if kind and kind.value == "physical" and not any(evidence.first(sign) for sign in _SENT):
        yield build_fact("not_shipped", value=True, source=kind.source)


def _asked(evidence: Evidence) -> Iterator[Fact]:
    asking = (message for message in evidence.of("customer_message") if _ASKS.search(str(message.value)))
    if message := next(asking, None):
        yield build_fact("refund_requested", value=True, source=message.source)


def _ordered(evidence: Evidence) -> Iterator[Fact]:
    """Tell two orders from one that was paid twice, which is what a duplicate claim says."""
    mine, other = evidence.first("order_id"), evidence.first("other_order_id")
    if mine is None or other is None:
        return
    if str(mine.value).casefold() != str(other.value).casefold():
        yield build_fact("separate_orders", value=True, source=other.source)
    elif evidence.first("other_refund_covers_claim") is None:
        yield build_fact("same_order_twice", str(mine.value), other.source)


def _used(evidence: Evidence, paid_at: datetime) -> Iterator[Fact]:
    used = evidence.first("last_used_at")
    if used and read_time(used) > paid_at:
        yield build_fact("used_after_charge", value=True, source=used.source)


def _canceled(evidence: Evidence, paid_at: datetime) -> Iterator[Fact]:
    told = [fact for kind in ("cancel_requested_at", "canceled_at") for fact in evidence.of(kind)]
    before = sorted((fact for fact in told if read_time(fact) < paid_at), key=read_time)
    if before:
        yield build_fact("canceled_before_charge", read_time(before[0]), before[0].source)
