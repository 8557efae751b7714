"""Facts that follow from several facts together, whichever systems those came from. Pure."""

from collections.abc import Iterator

from disputes.evidence import Evidence, Fact, build_fact, read_system

_SHIPPING_KINDS = ("shipped_at", "tracking_number", "delivered_at")
_SIGNS = (
    ("physical", ("tracking_number", "shipped_at", "delivered_at", "delivery_place", "tracking_event")),
    ("service", ("service_date",)),
    ("digital", ("last_used_at", "usage_event", "usage_count", "used_never")),
)
"""Which kind of product each record means, the surest first."""

_USUAL = "policy"


def infer(evidence: Evidence) -> Iterator[Fact]:
    """Yield each fact that follows from several facts together; most of them speak against the merchant."""
    yield from _infer_not_shipped(evidence)


def infer_product(evidence: Evidence) -> Fact | None:
    """Return the kind of product: what a system says of this sale, else what its records show, or None.

    Records of shipping, of a service and of use show it, each more of this sale than the policy's word for all of them;
    a shipping address alone comes last, since it may only be a form's field. The source says which record it was.
    """
    told = evidence.of("product_type")
    if own := next((fact for fact in told if read_system(fact) != _USUAL), None):
        return own
    signs = ((product, fact) for product, kinds in _SIGNS for kind in kinds for fact in evidence.of(kind))
    if sign := next(signs, None):
        return _infer(*sign)
    address = evidence.of("shipping_address")
    return told[0] if told else _infer("physical", address[0]) if address else None


def _infer(product: str, sign: Fact) -> Fact:
    return build_fact("product_type", product, f"inferred:{sign.kind}:{sign.source}")


def _infer_not_shipped(evidence: Evidence) -> Iterator[Fact]:
    product = evidence.sole("product_type")
    if product and product.value == "physical" and not any(map(evidence.has, _SHIPPING_KINDS)):
        yield build_fact("not_shipped", value=True, source=product.source)
