"""What all relations are built with."""

from datetime import datetime, timedelta

from disputes.evidence import Fact, Relation, read_time
from disputes.evidence.timespans import Span, is_before, read_span

CLOCKS = timedelta(hours=1)
"""How far the clocks of two systems may be apart before an order of times is held against anybody."""


def relate(name: str, answer: bool | None, why: str, *facts: Fact | None, entity: str = "") -> Relation:
    """Build a relation; its answer is `True`, `False`, or None for unknown."""
    words = {True: "true", False: "false", None: "unknown"}[answer]
    ids = tuple(fact.id for fact in facts if fact)
    return Relation.model_validate({"name": name, "answer": words, "why": why, "facts": ids, "entity": entity})


def span(fact: Fact) -> Span:
    """Return when a time fact was: an instant, or a whole day in any zone where no hour is known.

    A time at midnight in UTC is taken for a day: that is how systems that keep dates write them.
    """
    at = read_time(fact)
    is_day = not fact.has_hour or (at.hour, at.minute, at.second) == (0, 0, 0)
    return read_span(at.date().isoformat() if is_day else at.isoformat())


def has_instant(fact: Fact) -> bool:
    """Return whether a time fact says the hour, and is no midnight that stands for a day."""
    one = span(fact)
    return one.earliest == one.latest


def instant(at: datetime) -> Span:
    """Return the span of an instant."""
    return Span(at, at)


def lies_before(one: Fact | None, other: Fact | None) -> bool | None:
    """Return whether one time lies before another, None where it cannot be told; clocks may be an hour apart."""
    if one is None or other is None:
        return None
    return is_before(span(one), span(other), tolerance=CLOCKS)
