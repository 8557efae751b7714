"""The plots in which an answer is to be filed, and those in which a refund answers or is on its way."""

from collections.abc import Iterator

from evals.case import CaseFact
from evals.chargeback_ops import plot
from evals.chargeback_ops.answer_key import AnswerKey, EvidenceItem
from evals.chargeback_ops.plot import Plot
from evals.generation.facts import (
    customer_message,
    fulfilment_facts,
    identity_facts,
    other_payment_facts,
    policy_facts,
    refund_facts,
    write_iso,
)
from evals.generation.sale import Sale

_SERVICE = EvidenceItem(name="service", kinds=("service_date", "delivery_signature"), bearing="required")
_USE = EvidenceItem(name="use", kinds=("last_used_at",), bearing="required")
_USES = EvidenceItem(name="number of uses", kinds=("usage_count",), bearing="helpful")
_LISTING = EvidenceItem(name="listing", kinds=("listing_snapshot",), bearing="required")
_CARD_CHECKS = EvidenceItem(name="card checks", kinds=("avs_match", "cvc_match"), bearing="helpful")
_OTHER_ORDER = EvidenceItem(name="other order", kinds=("other_order_id", "other_charge_id"), bearing="required")
_OTHER_REFUND = EvidenceItem(name="other refund", kinds=("other_refund_reference",), bearing="required")
_REQUEST = EvidenceItem(name="request", kinds=("customer_message",), bearing="harmful")


def _praise(sale: Sale) -> Iterator[CaseFact]:
    yield customer_message(sale.rng_for("said").choice(sale.words.pleased[sale.product]), ref="pleased")


def _listing(sale: Sale) -> Iterator[CaseFact]:
    text = (
        f"{sale.item}. New, as pictured; sizes and materials as the maker states them. Page saved on the day of sale."
    )
    yield CaseFact(kind="listing_snapshot", value=text, system="shop")


def _refund_policy(sale: Sale) -> Iterator[CaseFact]:
    yield from policy_facts(sale, "refund_policy")


def _other_order(sale: Sale) -> Iterator[CaseFact]:
    yield from other_payment_facts(sale)


def _other_refund(sale: Sale) -> Iterator[CaseFact]:
    yield from other_payment_facts(sale, refunded=True)


def _full_refund(sale: Sale) -> Iterator[CaseFact]:
    yield from refund_facts(sale)


def _part_refund(sale: Sale) -> Iterator[CaseFact]:
    yield from refund_facts(sale, covers=False)
    yield customer_message(sale.words.upset["promised"])


def _pending_refund(sale: Sale) -> Iterator[CaseFact]:
    text = f"a refund begun on {write_iso(sale.after(16, 'pending'))}, pending at the bank"
    yield CaseFact(kind="refund_under_way", value=text, ref="pending")


CONTEST = (
    Plot(
        "goods arrived",
        "contest",
        "product_not_received",
        AnswerKey(
            best=("contest",),
            items=(plot.ORDER, plot.DELIVERY, plot.SIGNATURE, plot.PRAISE),
            topics=("order", "delivered|delivery"),
        ),
        (fulfilment_facts, _praise),
        chances=(("delivery_signature", 0.6), ("customer_message", 0.5)),
    ),
    Plot(
        "known cardholder",
        "contest",
        "fraudulent",
        AnswerKey(
            best=("contest",),
            acceptable=("accept", "wait"),
            items=(plot.HISTORY, plot.THREE_D_SECURE, plot.ORDER_TOO, plot.DELIVERY_TOO, _CARD_CHECKS),
            topics=("earlier|undisputed", "customer|authenticated"),
        ),
        (fulfilment_facts, identity_facts),
    ),
    Plot(
        "as listed",
        "contest",
        "product_unacceptable",
        AnswerKey(
            best=("contest",),
            items=(plot.ORDER, _LISTING, plot.POLICY, plot.DELIVERY_TOO),
            topics=("listing|listed|described", "policy"),
        ),
        (fulfilment_facts, _refund_policy, _listing),
        chances=(("delivery_signature", 0.7),),
    ),
    Plot(
        "service done",
        "contest",
        "product_not_received",
        AnswerKey(best=("contest",), items=(plot.ORDER, _SERVICE, plot.PRAISE), topics=("service", "signed|order")),
        (fulfilment_facts, _praise),
        product="service",
        chances=(("customer_message", 0.4),),
    ),
    Plot(
        "access used",
        "contest",
        "product_not_received",
        AnswerKey(best=("contest",), items=(plot.ORDER, _USE, _USES), topics=("access|use", "order")),
        (fulfilment_facts,),
        product="digital",
        chances=(("usage_count", 0.7),),
    ),
    Plot(
        "two orders",
        "contest",
        "duplicate",
        AnswerKey(
            best=("contest",), items=(plot.ORDER, _OTHER_ORDER, plot.DELIVERY_TOO), topics=("order", "other|second")
        ),
        (fulfilment_facts, _other_order),
    ),
)

REFUND = (
    Plot(
        "refund paid",
        "refund",
        "credit_not_processed",
        AnswerKey(
            best=("contest",),
            acceptable=("wait",),
            items=(plot.REFUND, plot.POLICY),
            topics=("refunded|refund", "policy"),
        ),
        (_full_refund, _refund_policy),
    ),
    Plot(
        "second payment refunded",
        "refund",
        "duplicate",
        AnswerKey(
            best=("contest",), acceptable=("wait",), items=(plot.ORDER_TOO, _OTHER_REFUND), topics=("refunded|refund",)
        ),
        (fulfilment_facts, _other_refund),
    ),
    Plot(
        "refund and claim of non-receipt",
        "refund",
        "product_not_received",
        AnswerKey(
            best=("contest", "wait"), items=(plot.REFUND, plot.DELIVERY), topics=("refunded|refund", "delivered")
        ),
        (fulfilment_facts, _full_refund),
        sort="adverse",
    ),
    Plot(
        "refund under way",
        "refund",
        "credit_not_processed",
        AnswerKey(best=("wait",)),
        (_pending_refund, _refund_policy),
        sort="adverse",
    ),
    Plot(
        "part refunded, rest promised",
        "refund",
        "credit_not_processed",
        AnswerKey(best=("wait",), acceptable=("accept",), items=(_REQUEST,)),
        (_part_refund, _refund_policy),
        sort="adverse",
    ),
)
