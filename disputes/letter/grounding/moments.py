"""The times of facts, and what a letter says of them: an hour beside a day, in any zone, and days of the week. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from disputes.evidence import Fact
from disputes.evidence.kinds import form
from disputes.letter.grounding import tokens
from disputes.letter.grounding.tokens import Found, Token

WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_BETWEEN = re.compile(r"[\s,(]*(?:(?:at|on|around)\s)?")
_NEAR = 8


class Moment(NamedTuple):
    """A time on record, and the kind of the fact that tells it."""

    kind: str
    at: datetime


def known(facts: Iterable[Fact]) -> list[Moment]:
    """Give every time of these facts: what they are, when they were, and what their texts say with a zone."""
    found: list[Moment] = []
    for fact in facts:
        if at := tokens.moment(fact):
            found.append(Moment(fact.kind, at.astimezone(UTC)))
        if form(fact.kind) == "text":
            found += (Moment(fact.kind, at) for at in _told(tokens.shown(fact)))
    return found


def pairs(found: Sequence[Found], text: str) -> Iterator[tuple[Found, Found]]:
    """Give each day with the hour beside it, in whichever order they stand."""
    for one, other in pairwise(token for token in found if token.token[0] != "word"):
        kinds = {one.token[0], other.token[0]}
        gap = text[one.end : other.start]
        if kinds == {"date", "time"} and len(gap) <= _NEAR and _BETWEEN.fullmatch(gap):
            yield (one, other) if one.token[0] == "date" else (other, one)


def written(text: str) -> Iterator[tuple[Token, Token]]:
    """Give each day with the hour beside it, as tokens, in a text."""
    return ((day.token, hour.token) for day, hour in pairs(list(tokens.read(text)), text))


def holds(day: Token, hour: Token, moments: Iterable[Moment]) -> bool:
    """Tell whether some moment is this hour of this day, in the zone the hour is said in."""
    return any(_is_day(day, at) and _is_hour(hour, at) for at in _local(hour, moments))


def strikes(hour: Token, moments: Iterable[Moment]) -> bool:
    """Tell whether some moment is at this hour, in the zone the hour is said in."""
    return any(_is_hour(hour, at) for at in _local(hour, moments))


def falls(weekday: str, day: Token | None, moments: Iterable[Moment]) -> bool:
    """Tell whether some moment, of this day when one is named beside it, falls on a day of the week."""
    return any(WEEKDAYS[at.weekday()] == weekday.casefold() and (day is None or _is_day(day, at)) for _, at in moments)


def _told(text: str) -> Iterator[datetime]:
    for day, hour in written(text):
        zone = int(hour[2]) if hour[2:] else 0
        try:
            at = datetime.fromisoformat(f"{day[1]}T{hour[1]}").replace(tzinfo=UTC)
            yield at - timedelta(minutes=zone)
        except (ValueError, OverflowError):
            continue


def _local(hour: Token, moments: Iterable[Moment]) -> Iterator[datetime]:
    ahead = timedelta(minutes=int(hour[2])) if hour[2:] else timedelta()
    for _, at in moments:
        try:
            yield at + ahead
        except OverflowError:
            continue


def _is_day(day: Token, at: datetime) -> bool:
    return day[1] in {f"{at:%Y-%m-%d}", f"--{at:%m-%d}"}


def _is_hour(hour: Token, at: datetime) -> bool:
    return hour[1] in {f"{at:%H:%M}", f"{at:%H:%M:%S}"}
