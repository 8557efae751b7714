"""The disputed card, taken out of all that is known once its last four digits are. Pure.

A key stays whole wherever it is read, since most that look like a card are none; one that ends as the disputed card
does may be that card, typed into the wrong field.
"""

import re

from disputes import text
from disputes.ce3.payment import ADDRESS, FIELDS, Payment, PaymentHistory
from disputes.evidence import Evidence, Fact, Gap

_ENDING = re.compile(r".* ending (\d{4})")


def mask(evidence: Evidence) -> Evidence:
    """Return the evidence without any number that could be a card whose last four digits a `card` fact states."""
    cards = (_ENDING.fullmatch(str(fact.value)) for fact in evidence.of("card"))
    for ending in dict.fromkeys(card[1] for card in cards if card):
        facts = tuple(_mask_fact(fact, ending) for fact in evidence.facts)
        gaps = tuple(_mask_gap(gap, ending) for gap in evidence.gaps)
        history = evidence.history and _mask_history(evidence.history, ending)
        evidence = evidence.model_copy(update={"facts": facts, "gaps": gaps, "history": history})
    return evidence


def _mask_fact(fact: Fact, ending: str) -> Fact:
    written = {"value": fact.value, "id": fact.id, "entity": fact.entity, "source": fact.source}
    texts = {name: value for name, value in written.items() if isinstance(value, str)}
    masked = {name: text.mask_card(value, ending) for name, value in texts.items()}
    return fact if masked == texts else fact.model_copy(update=masked)


def _mask_history(history: PaymentHistory, ending: str) -> PaymentHistory:
    disputed, *priors = (_mask_payment(payment, ending) for payment in (history.disputed, *history.priors))
    return history.model_copy(update={"disputed": disputed, "priors": tuple(priors)})


def _mask_payment(payment: Payment, ending: str) -> Payment:
    written = {field: text.mask_card(str(getattr(payment, field)), ending) for field in FIELDS if field != ADDRESS}
    return payment.model_copy(update=written)


def _mask_gap(gap: Gap, ending: str) -> Gap:
    return gap.model_copy(update={"why": text.mask_card(gap.why, ending), "source": text.mask_card(gap.source, ending)})
