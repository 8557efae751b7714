"""Whether a subscription was cancelled before it was charged."""

import re
from collections.abc import Iterator
from datetime import datetime

from disputes.evidence import Evidence, Fact, Relation, build_fact, read_system, read_time, render
from disputes.evidence.relations.rules import CLOCKS, instant, relate, span

_EARLIER = re.compile(r"\b(cancell?ed|ended|stopped|terminated|unsubscribed|already|had)\b", re.IGNORECASE)
"""Words of a customer who says after the charge that they cancelled, and not that they want to."""


def find(evidence: Evidence) -> Iterator[Relation]:
    """Yield whether every cancellation lies after the charge; nothing where none is on record."""
    paid, cancellations = evidence.sole("paid_at"), _cancellations(evidence)
    if paid is None or not cancellations:
        return
    before = [fact for fact in cancellations if _lies_before(fact, paid)]
    if before and _may_be_another(evidence, before):
        why = "Of several subscriptions one was cancelled before the charge, and nobody can tell which one was charged."
        yield relate("canceled_after_charge", None, why, *before, paid)
        return
    if before:
        why = f"It was cancelled before the charge on {render(paid)}."
        yield relate("canceled_after_charge", False, why, *before, paid)
        return
    sure = all(_lies_before(fact, paid) is False for fact in cancellations)
    why = (
        "Every cancellation lies after the charge."
        if sure
        else "Of a cancellation nobody can tell whether it lies before the charge."
    )
    yield relate("canceled_after_charge", True if sure else None, why, *cancellations, paid)


def state_false(evidence: Evidence, source: str) -> Iterator[Fact]:
    """Yield the first cancellation before the charge."""
    paid = evidence.sole("paid_at")
    before = [fact for fact in _cancellations(evidence) if paid and _lies_before(fact, paid)]
    first = min(before, key=_read_at)
    yield build_fact("canceled_before_charge", _read_at(first), first.source or source)


def _may_be_another(evidence: Evidence, ended: list[Fact]) -> bool:
    """Check whether each cancellation is of one of several subscriptions, and another of them goes on."""
    named = {entity.name for entity in evidence.entities("subscription") if ":" in entity.name}
    return {fact.about for fact in ended} < named


def _cancellations(evidence: Evidence) -> list[Fact]:
    kinds = ("cancel_requested_at", "canceled_at")
    return [fact for kind in (*kinds, "reports_cancel") for fact in evidence.of(kind)]


def _lies_before(fact: Fact, paid: Fact) -> bool | None:
    """Return whether it was cancelled before the charge, to the second: nobody is charged whom an hour hides."""
    told = fact.kind == "reports_cancel"
    if told and fact.at is None:
        return None
    one, charged = instant(_read_at(fact)) if told else span(fact), span(paid)
    if one.latest < charged.earliest:
        return True
    other_clock = read_system(fact) != read_system(paid) and one.earliest - charged.latest < CLOCKS
    unclear = other_clock or (told and _EARLIER.search(str(fact.value)))
    return None if unclear or one.earliest < charged.latest else False


def _read_at(fact: Fact) -> datetime:
    return fact.at if fact.kind == "reports_cancel" and fact.at else read_time(fact)
