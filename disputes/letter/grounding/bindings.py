"""Amounts and days written for the wrong event: refunded what was paid, delivered on the day of payment. Pure."""

import re
from collections.abc import Iterator, Sequence

from disputes.evidence import Fact
from disputes.evidence.kinds import form
from disputes.letter.grounding import tokens
from disputes.letter.grounding.spans import Finding
from disputes.letter.grounding.tokens import TextToken

_EVENTS = {
    "refunded": ("refund_amount", "other_refund_amount", "refunded_at", "other_refunded_at"),
    "delivered": ("delivered_at", "service_date"),
    "shipped": ("shipped_at",),
    "dispatched": ("shipped_at",),
    "disputed": ("dispute_amount", "dispute_opened_at"),
}
_EVENT_BEFORE = re.compile(
    rf"\b(?P<event>{'|'.join(_EVENTS)})\s(?:(?:again|back|then|to\sthe\scustomer)\s)?"
    r"(?:(?:on|at|the\samount\sof|an\samount\sof|a\stotal\sof)\s)?$",
    re.IGNORECASE,
)
_LOOK_BACK = 48


def read(text_tokens: Sequence[TextToken], text: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    """Yield each amount and day that only facts of other events have, while a fact of its own event is cited."""
    fact_tokens = [(fact, frozenset(tokens.tokenize_facts([fact]))) for fact in cited]
    for token in text_tokens:
        if token.value[0] not in {"money", "date"}:
            continue
        event = _EVENT_BEFORE.search(text[max(0, token.start - _LOOK_BACK) : token.start])
        own = [fact for fact in cited if event and _is_of_event(fact, event["event"]) and _has_form(fact, token)]
        holders = [fact for fact, values in fact_tokens if token.value in values]
        if event and own and holders and not any(fact in own or form(fact.kind) == "text" for fact in holders):
            value = tokens.render_folded(own[0])
            problem = f"{token.text} is written for {event['event']!r}, of which {own[0].id} says {value}"
            yield Finding(token.start, token.end, problem)


def _is_of_event(fact: Fact, event: str) -> bool:
    return fact.kind in _EVENTS[event.lower()]


def _has_form(fact: Fact, token: TextToken) -> bool:
    return form(fact.kind) == ("money" if token.value[0] == "money" else "time")
