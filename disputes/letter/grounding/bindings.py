"""An amount or a day told of the wrong event: refunded what was paid, delivered on the day of payment. Pure."""

import re
from collections.abc import Iterator, Sequence

from disputes.evidence import Fact
from disputes.evidence.kinds import form
from disputes.letter.grounding import tokens
from disputes.letter.grounding.spans import Reading
from disputes.letter.grounding.tokens import Found

_EVENTS = {
    "refunded": ("refund_amount", "other_refund_amount", "refunded_at", "other_refunded_at"),
    "delivered": ("delivered_at", "service_date"),
    "shipped": ("shipped_at",),
    "dispatched": ("shipped_at",),
    "disputed": ("dispute_amount", "dispute_opened_at"),
}
_TOLD = re.compile(
    rf"\b(?P<event>{'|'.join(_EVENTS)})\s(?:(?:again|back|then|to\sthe\scustomer)\s)?"
    r"(?:(?:on|at|the\samount\sof|an\samount\sof|a\stotal\sof)\s)?$",
    re.IGNORECASE,
)
_BACK = 48


def read(found: Sequence[Found], text: str, cited: Sequence[Fact]) -> Iterator[Reading]:
    """Give each amount and day that only facts of other events tell, where one of its own event is cited."""
    known = [(fact, frozenset(tokens.known([fact]))) for fact in cited]
    for one in found:
        if one.token[0] not in {"money", "date"}:
            continue
        told = _TOLD.search(text[max(0, one.start - _BACK) : one.start])
        own = [fact for fact in cited if told and fact.kind in _EVENTS[told["event"].lower()] and _suits(fact, one)]
        holding = [fact for fact, held in known if one.token in held]
        if told and own and holding and not any(fact in own or form(fact.kind) == "text" for fact in holding):
            wrong = f"{one.text} is told of {told['event']!r}, of which {own[0].id} says {tokens.shown(own[0])}"
            yield Reading(one.start, one.end, wrong)


def _suits(fact: Fact, found: Found) -> bool:
    return form(fact.kind) == ("money" if found.token[0] == "money" else "time")
