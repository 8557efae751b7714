"""The times of facts, and whether they include a day with an hour, in any zone, or a day of the week. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from typing import NamedTuple

from disputes.evidence import Fact
from disputes.evidence.kinds import form
from disputes.letter.grounding import tokens, zones
from disputes.letter.grounding.tokens import TextToken, Token

WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_SHORT = {short: day for day in WEEKDAYS for short in (day, day[:3], day[:4], day[:5], f"{day[:3]}s")}
_BETWEEN = re.compile(r"[\s,(]*(?:(?:at|on|around)\s)?")
_MAX_GAP = 8


class Moment(NamedTuple):
    """A time of a fact, in UTC, and the kind of that fact."""

    kind: str
    at: datetime


def read_moments(facts: Iterable[Fact]) -> list[Moment]:
    """Return every time of these facts: their values, when they were, and days with hours in their texts."""
    moments: list[Moment] = []
    for fact in facts:
        if at := tokens.read_moment(fact):
            moments.append(Moment(fact.kind, at.astimezone(UTC)))
        if form(fact.kind) == "text":
            moments += (Moment(fact.kind, at) for at in _read_times(tokens.render_folded(fact)))
    return moments


def read_own(fact: Fact) -> datetime | None:
    """Return the time that a fact is of, in UTC, or None."""
    at = tokens.read_moment(fact)
    return at.astimezone(UTC) if at else None


def find_pairs(text_tokens: Sequence[TextToken], text: str) -> Iterator[tuple[TextToken, TextToken]]:
    """Yield each day with the hour beside it, in whichever order they are written."""
    for left, right in pairwise(token for token in text_tokens if token.value[0] != "word"):
        kinds = {left.value[0], right.value[0]}
        gap = text[left.end : right.start]
        if kinds == {"date", "time"} and len(gap) <= _MAX_GAP and _BETWEEN.fullmatch(gap):
            yield (left, right) if left.value[0] == "date" else (right, left)


def read_pairs(text: str) -> Iterator[tuple[Token, Token]]:
    """Yield each day of a text with the hour beside it, as tokens."""
    return ((day.value, hour.value) for day, hour in find_pairs(list(tokens.read(text)), text))


def include_time(day: Token, hour: Token, moments: Iterable[Moment]) -> bool:
    """Check that some moment is at this hour of this day, in the hour's zone."""
    return any(is_day(day, at) and _is_hour(hour, at) for at in _shift_to_zone(hour, moments))


def include_hour(hour: Token, moments: Iterable[Moment]) -> bool:
    """Check that some moment is at this hour of any day, in the hour's zone."""
    return any(_is_hour(hour, at) for at in _shift_to_zone(hour, moments))


def read_weekday(word: str) -> str:
    """Return the day of the week that a word is or shortens (`Tue`, `Thurs`), or nothing."""
    return _SHORT.get(word.casefold(), "")


def include_weekday(weekday: str, day: Token | None, moments: Iterable[Moment]) -> bool:
    """Check that some moment is on a day of the week, and on `day` when the text names one beside it."""
    return any(
        WEEKDAYS[at.weekday()] == read_weekday(weekday) and (day is None or is_day(day, at)) for _, at in moments
    )


def _read_times(text: str) -> Iterator[datetime]:
    for day, hour in read_pairs(text):
        zone = zones.read_offsets(hour[2] if hour[2:] else "")[0]
        try:
            at = datetime.fromisoformat(f"{day[1]}T{hour[1]}").replace(tzinfo=UTC)
            yield at - timedelta(minutes=zone)
        except (ValueError, OverflowError):
            continue


def _shift_to_zone(hour: Token, moments: Iterable[Moment]) -> Iterator[datetime]:
    offsets = zones.read_offsets(hour[2] if hour[2:] else "")
    for (_, at), minutes in product(moments, offsets):
        try:
            yield at + timedelta(minutes=minutes)
        except OverflowError:
            continue


def is_day(day: Token, at: datetime) -> bool:
    """Check that a time is on a day, in UTC; a day may be written without its year."""
    return day[1] in {f"{at:%Y-%m-%d}", f"--{at:%m-%d}"}


def _is_hour(hour: Token, at: datetime) -> bool:
    return hour[1] in {f"{at:%H:%M}", f"{at:%H:%M:%S}"}
