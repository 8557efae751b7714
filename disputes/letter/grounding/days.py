"""Days that a letter writes by their number alone, or as they were at some place: `the 9th`, `the evening before`. Pure."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from disputes.letter.grounding import moments
from disputes.letter.grounding.moments import Moment
from disputes.letter.grounding.tokens import TextToken, Token

_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
_THE = re.compile(r"\b(?:the|and|on)\s$", re.IGNORECASE)
_PLACE = re.compile(
    r"\b(?:local(?:ly)?|evening|morning|afternoon|night|midnight|noon|there|eastern|central|mountain|pacific|"
    r"clock|(?-i:in\s(?:the\s)?[A-Z])|(?-i:[A-Z][a-z]+\stime)|where)\b",
    re.IGNORECASE,
)
_LOOK_AROUND = 60
_ZONE_HOURS = 14  # no place on earth is further from UTC


def read_ordinals(text_tokens: Sequence[TextToken], text: str, times: Sequence[Moment]) -> list[TextToken]:
    """Return the tokens, those of a day without its month as the day that they are of these times."""
    return list(_name_months(text_tokens, text, times))


def is_local(token: TextToken, text: str, times: Sequence[Moment]) -> bool:
    """Check that a day is that of some time in another zone, where the words around it speak of a place or an hour."""
    near = text[max(0, token.start - _LOOK_AROUND) : token.end + _LOOK_AROUND]
    shifts = (timedelta(hours=-_ZONE_HOURS), timedelta(hours=_ZONE_HOURS))
    return bool(_PLACE.search(near)) and any(moments.is_day(token.value, at + by) for _, at in times for by in shifts)


def _name_months(text_tokens: Sequence[TextToken], text: str, times: Sequence[Moment]) -> Iterator[TextToken]:
    last: Token | None = None
    for token in text_tokens:
        last = token.value if token.value[0] == "date" else last
        day = _ORDINAL.fullmatch(token.text) if _THE.search(text[max(0, token.start - 5) : token.start]) else None
        found = _find_day(int(day[1]), last, times) if day else None
        yield token._replace(value=found) if found else token


def _find_day(day: int, last: Token | None, times: Sequence[Moment]) -> Token | None:
    """Return the day of this number in the month of the day that was named last, or else of some time."""
    of_times = [("date", f"--{at:%m-%d}") for _, at in times if at.day == day]
    same = [each for each in of_times if last and each[1][2:4] == last[1][-5:-3]]
    return next(iter((*same, *of_times)), None)
