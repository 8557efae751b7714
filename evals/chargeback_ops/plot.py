"""What a plot of a family is made of, and the evidence items that several plots share."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from disputes.playbook import Product
from evals.case import CaseFact, Sort
from evals.chargeback_ops.answer_key import AnswerKey, EvidenceItem, Family
from evals.generation.facts import order_facts, payment_facts
from evals.generation.sale import Sale

RecordBuilder = Callable[[Sale], Iterator[CaseFact]]

ORDER = EvidenceItem(name="order", kinds=("order_id", "product_description"), bearing="required")
ORDER_TOO = ORDER.model_copy(update={"bearing": "helpful"})
DELIVERY = EvidenceItem(name="delivery", kinds=("delivered_at", "tracking_number"), bearing="required")
DELIVERY_TOO = DELIVERY.model_copy(update={"bearing": "helpful"})
SIGNATURE = EvidenceItem(name="signature", kinds=("delivery_signature",), bearing="helpful")
HISTORY = EvidenceItem(name="history", kinds=("prior_payments", "prior_since"), bearing="required")
THREE_D_SECURE = EvidenceItem(name="3-D Secure", kinds=("three_d_secure",), bearing="required")
REFUND = EvidenceItem(name="refund", kinds=("refund_amount", "refund_reference"), bearing="required")
POLICY = EvidenceItem(name="policy", kinds=("refund_policy",), bearing="helpful")
PRAISE = EvidenceItem(name="praise", kinds=("customer_message",), bearing="helpful")
PAYMENT_RISKS = tuple(
    EvidenceItem(name=kind, kinds=(kind,), bearing="harmful") for kind in ("avs_mismatch", "cvc_mismatch", "high_risk")
)


@dataclass(frozen=True)
class Plot:
    """One thing that may have happened, from which cases are made; `sort` is the nearest sort of our own set.

    `chances` are those that facts of a kind are on record, by kind; all others always are.
    """

    name: str
    family: Family
    reason: str
    key: AnswerKey
    records: tuple[RecordBuilder, ...]
    product: Product = "physical"
    sort: Sort = "strong"
    chances: tuple[tuple[str, float], ...] = ()

    def build_records(self, sale: Sale) -> Iterator[CaseFact]:
        """Yield payment and order, then what the plot adds, without what chance leaves out."""
        left_out = {kind for kind, chance in self.chances if sale.rng_for(f"chance of {kind}").random() > chance}
        for builder in (payment_facts, order_facts, *self.records):
            yield from (record for record in builder(sale) if record.kind not in left_out)


def pick(*kinds: str, of: RecordBuilder) -> RecordBuilder:
    """Return a builder of only these kinds of another builder's facts."""
    return lambda sale: (record for record in of(sale) if record.kind in kinds)


def note(kind: str, *texts: str, system: str = "desk", ref: str = "") -> RecordBuilder:
    """Return a builder of one text fact, one of `texts` by the sale."""
    return lambda sale: iter([CaseFact(kind=kind, value=sale.rng_for(kind).choice(texts), system=system, ref=ref)])
