"""Amounts and days written for the wrong event: refunded what was paid, delivered on the day of payment. Pure."""

import re
from collections.abc import Iterator, Sequence

from disputes.evidence import Fact
from disputes.evidence.kinds import form
from disputes.letter.grounding import sequence, tokens
from disputes.letter.grounding.findings import Finding
from disputes.letter.grounding.tokens import TextToken

_EVENTS = {
    "refunded": ("refund_amount", "other_refund_amount", "refunded_at", "other_refunded_at"),
    "delivered": ("delivered_at", "other_delivered_at", "service_date"),
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
# Facts of this payment and of the other one of a duplicate claim, and what names which of them is meant.
_PAID = frozenset("amount_paid paid_at delivered_at other_amount other_paid_at other_delivered_at".split())
_NAMING = frozenset("order_id product_description charge_id other_order_id other_description other_charge_id".split())
_DATED = sequence.KINDS
_CLAUSE = re.compile(r"[,;:()]|\.\s|\s(?:and|but|while|whereas)\s")
_STOP = re.compile(r"[;!?]|\.(?:\s|$)")
_WEEKDAY = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}\.?,?\s(?:the\s)?$")
# A day that a length is counted from, or that bounds one, is none of the event; a length before it is blanked.
_RELATIVE = re.compile(r"\b(?:after|before|since|until|from|between)\s$|\s{6}$", re.IGNORECASE)
_CLAUSE_LENGTH = 160
_MIN_WORDS = 1  # `On` or `the`, so that the day begins its clause


def read(text_tokens: Sequence[TextToken], text: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    """Yield each amount and day that only facts of other events have, while a fact of its own event is cited."""
    found = [*_check_amounts(text_tokens, text, cited), *_check_sides(text_tokens, text, cited)]
    starts = {finding.start for finding in found}
    yield from found
    yield from (finding for finding in _check_days(text_tokens, text, cited) if finding.start not in starts)


def _check_amounts(text_tokens: Sequence[TextToken], text: str, cited: Sequence[Fact]) -> Iterator[Finding]:
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


def _check_days(text_tokens: Sequence[TextToken], text: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    """Yield each day beside events of which no cited fact is of that day, or beside a parcel of another day."""
    of_days = [(fact, frozenset(tokens.tokenize_facts([fact]))) for fact in cited if fact.kind in _DATED]
    days = (token for token in text_tokens if token.value[0] == "date")
    for token in (day for day in days if not _RELATIVE.search(text[max(0, day.start - _LOOK_BACK) : day.start])):
        if any(token.value in tokens.tokenize_facts([fact]) for fact in cited if fact.kind not in _DATED):
            continue
        holders = [fact for fact, values in of_days if token.value in values]
        kinds = sequence.find_kinds(_find_clause(token, text))
        if holders and kinds & {fact.kind for fact in cited} and not any(fact.kind in kinds for fact in holders):
            yield Finding(token.start, token.end, f"{token.text} is the day of {holders[0].id}, and of no such event")
        parcels = _find_parcels(token, text, cited)
        if holders and parcels and all(map(_is_parcel, holders)) and parcels.isdisjoint(f.about for f in holders):
            yield Finding(token.start, token.end, f"{token.text} is of another parcel: {holders[0].id}")


def _find_clause(token: TextToken, text: str) -> str:
    """Return what stands before a day in its clause, or on both sides of one that begins its clause."""
    *earlier, before = _CLAUSE.split(_WEEKDAY.sub("", text[max(0, token.start - _CLAUSE_LENGTH) : token.start]))
    if len(before.split()) > _MIN_WORDS:
        return before
    # `At the time of the charge, 1 June 2026, the plan was running`
    return f"{earlier[-1] if earlier else ''} {_STOP.split(text[token.end : token.end + _CLAUSE_LENGTH])[0]}"


def _find_parcels(token: TextToken, text: str, cited: Sequence[Fact]) -> set[str]:
    """Return the parcels that are named by number in a day's sentence, or in its clause where there are several."""
    numbers = [fact for fact in cited if fact.kind == "tracking_number"]
    start, end = max(0, token.start - _CLAUSE_LENGTH), token.end + _CLAUSE_LENGTH
    sentence = _STOP.split(text[start : token.start])[-1] + " " + _STOP.split(text[token.end : end])[0]
    named = {fact.about for fact in numbers if str(fact.value) in sentence}
    clause = _CLAUSE.split(text[start : token.start])[-1]
    return named if len(named) == 1 else {fact.about for fact in numbers if str(fact.value) in clause}


def _is_parcel(fact: Fact) -> bool:
    return fact.about.startswith("parcel:")


def _check_sides(text_tokens: Sequence[TextToken], text: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    """Yield each amount and day of one payment that stands beside the order or goods of the other one only."""
    of_values = [(fact, frozenset(tokens.tokenize_facts([fact]))) for fact in cited if fact.kind in _PAID]
    for token in (token for token in text_tokens if token.value[0] in {"money", "date"}):
        holders = {_is_other(fact) for fact, values in of_values if token.value in values}
        before = _CLAUSE.split(text[max(0, token.start - _CLAUSE_LENGTH) : token.start])[-1]
        clause = before + _CLAUSE.split(text[token.end : token.end + _CLAUSE_LENGTH])[0]
        named = {_is_other(fact) for fact in cited if fact.kind in _NAMING and _names(fact, clause)}
        if len(holders) == len(named) == 1 and holders != named:
            yield Finding(token.start, token.end, f"{token.text} is of the other of two payments than its clause names")


def _names(fact: Fact, clause: str) -> bool:
    return tokens.render_folded(fact).casefold() in clause.casefold()


def _is_other(fact: Fact) -> bool:
    return fact.kind.startswith("other_")
