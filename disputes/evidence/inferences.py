"""Facts that follow from several facts together, whichever systems those came from. Pure."""

import re
from collections.abc import Iterator
from datetime import datetime

from disputes.evidence import Evidence, Fact, build_fact, read_time

_REFUND_REQUEST = re.compile(
    r"\b(refund|refunded|reimburse|reimbursement|money back|my money|pay me back|give me back|credit me)\b",
    re.IGNORECASE,
)
_SHIPPING_KINDS = ("shipped_at", "tracking_number", "delivered_at")


def infer(evidence: Evidence) -> Iterator[Fact]:
    """Yield each fact that follows from several facts together; most of them speak against the merchant."""
    yield from _infer_not_shipped(evidence)
    yield from _infer_refund_request(evidence)
    yield from _infer_orders(evidence)
    if paid := evidence.first("paid_at"):
        yield from _infer_use(evidence, read_time(paid))
        yield from _infer_cancellation(evidence, read_time(paid))


def _infer_not_shipped(evidence: Evidence) -> Iterator[Fact]:
    product = evidence.first("product_type")
    if product and product.value == "physical" and not any(evidence.first(kind) for kind in _SHIPPING_KINDS):
        yield build_fact("not_shipped", value=True, source=product.source)


def _infer_refund_request(evidence: Evidence) -> Iterator[Fact]:
    messages = evidence.of("customer_message")
    requests = (message for message in messages if _REFUND_REQUEST.search(str(message.value)))
    if request := next(requests, None):
        yield build_fact("refund_requested", value=True, source=request.source)


def _infer_orders(evidence: Evidence) -> Iterator[Fact]:
    """Yield whether two payments are for two orders, or for one order paid twice as a duplicate claim says."""
    order, other = evidence.first("order_id"), evidence.first("other_order_id")
    if order is None or other is None:
        return
    if str(order.value).casefold() != str(other.value).casefold():
        yield build_fact("separate_orders", value=True, source=other.source)
    elif evidence.first("other_refund_covers_claim") is None:
        yield build_fact("same_order_twice", str(order.value), other.source)


def _infer_use(evidence: Evidence, paid_at: datetime) -> Iterator[Fact]:
    used = evidence.first("last_used_at")
    if used and read_time(used) > paid_at:
        yield build_fact("used_after_charge", value=True, source=used.source)


def _infer_cancellation(evidence: Evidence, paid_at: datetime) -> Iterator[Fact]:
    cancellations = [fact for kind in ("cancel_requested_at", "canceled_at") for fact in evidence.of(kind)]
    before = sorted((fact for fact in cancellations if read_time(fact) < paid_at), key=read_time)
    if before:
        yield build_fact("canceled_before_charge", read_time(before[0]), before[0].source)
