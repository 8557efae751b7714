"""Days that a letter writes by their number alone, or as they were at some place: `the 9th`. Pure."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from disputes.letter.grounding import moments, tokens
from disputes.letter.grounding.moments import Moment
from disputes.letter.grounding.tokens import TextToken, Token

_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
_THE = re.compile(r"\b(?:the|and|on)\s$", re.IGNORECASE)
_LOCAL = re.compile(r"\blocal(?:ly)?\b|\btime\sthere\b", re.IGNORECASE)
_HOURS = {
    "evening": range(16, 24),
    "night": range(24),
    "afternoon": range(11, 19),
    "morning": range(13),
    "midnight": range(24),
}
_PART_OF_DAY = re.compile(rf"\b(?:{'|'.join(_HOURS)})\b", re.IGNORECASE)
_IN_PLACE = re.compile(r"\s(?:in\s(?:the\s)?[A-Z]|there\b|local\b|by\sthe\sclock\b)")
_LOOK_AROUND = 60
_ZONE_HOURS = 14  # no place on earth is further from UTC


def read_ordinals(text_tokens: Sequence[TextToken], text: str, times: Sequence[Moment]) -> list[TextToken]:
    """Return the tokens, those of a day without its month as the day that they are of these times."""
    return list(_name_months(text_tokens, text, times))


def is_local(token: TextToken, text: str, times: Sequence[Moment]) -> bool:
    """Check that a day is that of some time in another zone.

    The words around it have to speak of a place's own time, or of a part of the day beside the day by UTC.
    """
    near = text[max(0, token.start - _LOOK_AROUND) : token.end + _LOOK_AROUND]
    part = _PART_OF_DAY.search(near)
    if not part and not _LOCAL.search(near):
        return False
    hours = _HOURS[part[0].casefold()] if part else range(24)
    written = [each.value for each in tokens.read(text) if each.value[0] == "date"]
    own = [at for _, at in times if _LOCAL.search(near) or any(moments.is_day(day, at) for day in written)]
    zones = (timedelta(hours=by) for by in range(-_ZONE_HOURS, _ZONE_HOURS + 1))
    shifted = [at + by for by in zones for at in own]
    return any(moments.is_day(token.value, at) and at.hour in hours for at in shifted)


def is_local_hour(token: TextToken, text: str, times: Sequence[Moment]) -> bool:
    """Check that an hour without a zone, followed by a place, is that of some time in a zone of whole hours."""
    if len(token.value) > 2 or not _IN_PLACE.match(text, token.end):  # noqa: PLR2004 - a zone is the third part
        return False
    hours = range(-_ZONE_HOURS, _ZONE_HOURS + 1)
    return any(f"{at + timedelta(hours=by):%H:%M}" == token.value[1] for _, at in times for by in hours)


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
