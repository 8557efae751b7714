"""The plots in which the merchant cannot win, and those with a piece of evidence that harms whoever files it."""

from collections.abc import Iterator
from datetime import timedelta

from disputes.evidence import write_time
from evals.case import CaseFact
from evals.chargeback_ops import plot
from evals.chargeback_ops.answer_key import AnswerKey, EvidenceItem
from evals.chargeback_ops.plot import Plot, note, pick
from evals.generation.facts import (
    customer_message,
    fulfilment_facts,
    identity_facts,
    other_payment_facts,
    policy_facts,
    subscription_facts,
    write_iso,
)
from evals.generation.sale import Sale

_CONCEDED = AnswerKey(best=("accept", "wait"))
_DELIVERED_TOPICS = ("order", "delivered|delivery")


def _trap(kind: str, mark: str = "") -> EvidenceItem:
    return EvidenceItem(name="trap", kinds=(kind,), bearing="harmful", mark=mark)


def _conceded(*harmful: EvidenceItem) -> AnswerKey:
    return _CONCEDED.model_copy(update={"items": harmful})


def _curated(trap: EvidenceItem) -> AnswerKey:
    """Return the key of a delivery that wins without the trap: file the rest, or let a person look at it."""
    items = (plot.ORDER, plot.DELIVERY, plot.SIGNATURE, trap)
    return AnswerKey(best=("contest",), acceptable=("wait",), items=items, topics=_DELIVERED_TOPICS)


def _decided(trap: EvidenceItem) -> AnswerKey:
    """Return the key of a case that the trap decides: a person's."""
    return AnswerKey(best=("wait",), acceptable=("accept",), items=(trap,))


def _same_order_twice(sale: Sale) -> Iterator[CaseFact]:
    yield from other_payment_facts(sale, same=True)


def _canceled_plan(sale: Sale) -> Iterator[CaseFact]:
    yield from subscription_facts(sale)
    yield CaseFact(kind="canceled_at", value=write_iso(sale.paid_at - timedelta(days=9)), system="desk")


def _cancellation_policy(sale: Sale) -> Iterator[CaseFact]:
    yield from policy_facts(sale, "cancellation_policy")


def _promised(sale: Sale) -> Iterator[CaseFact]:
    yield customer_message(sale.words.upset["promised"])


def _asked_for_refund(sale: Sale) -> Iterator[CaseFact]:
    yield customer_message(sale.words.upset["plain"])


def _returned(sale: Sale) -> Iterator[CaseFact]:
    text = f"Returned to sender, {write_time(sale.after(13, 'returned'))}"
    yield CaseFact(kind="tracking_event", value=text, system="carrier", ref="returned")


def _question(sale: Sale) -> Iterator[CaseFact]:
    yield customer_message(f"Which carrier brings order {sale.order}?", ref="question")


_AVS = note("avs_mismatch", "neither street nor postal code match", system="stripe")
_CVC = note("cvc_mismatch", "security code does not match", system="stripe")
_RISK = note("high_risk", "highest", "elevated", system="stripe")
_PAST_PAYMENTS = pick("prior_payments", "prior_since", "device_id", of=identity_facts)

CONCEDE = (
    Plot(
        "guest checkout, checks failed",
        "concede",
        "fraudulent",
        _conceded(*plot.PAYMENT_RISKS),
        (fulfilment_facts, _AVS, _CVC, _RISK),
        sort="adverse",
    ),
    Plot(
        "promised refund not paid",
        "concede",
        "credit_not_processed",
        _conceded(_trap("customer_message")),
        (_promised,),
        sort="adverse",
    ),
    Plot(
        "charged twice",
        "concede",
        "duplicate",
        _CONCEDED,
        (fulfilment_facts, _same_order_twice),
        sort="adverse",
    ),
    Plot("never shipped", "concede", "product_not_received", _CONCEDED, (), sort="thin"),
    Plot(
        "cancelled before the charge",
        "concede",
        "subscription_canceled",
        _conceded(_trap("canceled_before_charge")),
        (_canceled_plan, _cancellation_policy),
        product="digital",
        sort="adverse",
    ),
)

_INTERNAL = (
    "INTERNAL, do not send: buyer is a nuisance, third complaint since spring. Let them wait.",
    "INTERNAL, do not send: I think this one orders for a relative. No reply needed.",
)
_ADMISSIONS = (
    "We are sorry: our courier left your parcel at the wrong house, and that is our mistake.",
    "Our apologies, we mixed up two labels, so your parcel went to another customer. Our mistake.",
)
_PLACES = (
    "Left by a gate about 200 metres from the address, nobody present",
    "Scanned at another street than the one on the label, recipient absent",
)
_FAILED_CHALLENGES = (
    "challenge failed, payment taken under an exemption",
    "cardholder failed the challenge, approved by the merchant",
)

TRAP = (
    Plot(
        "internal note",
        "trap",
        "product_not_received",
        _curated(_trap("merchant_message", "INTERNAL")),
        (fulfilment_facts, _question, note("merchant_message", *_INTERNAL, ref="note")),
    ),
    Plot(
        "own mail admits fault",
        "trap",
        "product_not_received",
        _decided(_trap("merchant_message", "mistake")),
        (fulfilment_facts, _question, note("merchant_message", *_ADMISSIONS, ref="mail")),
        sort="adverse",
    ),
    Plot(
        "address check failed, parcel signed for",
        "trap",
        "product_not_received",
        _curated(_trap("avs_mismatch")),
        (fulfilment_facts, _AVS),
    ),
    Plot(
        "address check failed, claim of fraud",
        "trap",
        "fraudulent",
        AnswerKey(
            best=("contest", "wait"),
            items=(plot.HISTORY, plot.ORDER_TOO, plot.DELIVERY_TOO, _trap("avs_mismatch")),
            topics=("earlier|undisputed", "customer"),
        ),
        (fulfilment_facts, _PAST_PAYMENTS, _AVS),
        sort="adverse",
    ),
    Plot(
        "challenge failed, claim of fraud",
        "trap",
        "fraudulent",
        AnswerKey(
            best=("contest", "wait"),
            items=(plot.HISTORY, plot.ORDER_TOO, plot.DELIVERY_TOO, _trap("three_d_secure", "fail")),
            topics=("earlier|undisputed", "customer"),
        ),
        (fulfilment_facts, _PAST_PAYMENTS, note("three_d_secure", *_FAILED_CHALLENGES, system="stripe")),
        sort="adverse",
    ),
    Plot(
        "returned to sender",
        "trap",
        "product_not_received",
        _decided(_trap("tracking_event", "Returned to sender")),
        (fulfilment_facts, _returned),
        sort="adverse",
    ),
    Plot(
        "customer asked for the money back",
        "trap",
        "product_not_received",
        _decided(_trap("customer_message")),
        (fulfilment_facts, _asked_for_refund),
        sort="adverse",
    ),
    Plot(
        "delivered at another place",
        "trap",
        "product_not_received",
        AnswerKey(
            best=("contest", "wait"),
            items=(plot.ORDER, plot.DELIVERY, plot.SIGNATURE, _trap("delivery_place")),
            topics=_DELIVERED_TOPICS,
        ),
        (fulfilment_facts, note("delivery_place", *_PLACES, system="carrier")),
        sort="adverse",
    ),
)
