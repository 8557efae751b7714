"""Times on record as spans: an instant has no length, a bare date is as long as a day is anywhere on earth. Pure.

`2026-10-03` says neither the hour nor the zone, so what came before what may be unknown: then the answer is None.
"""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

_EASTERNMOST = timedelta(hours=14)
_WESTERNMOST = timedelta(hours=12)


class Span(NamedTuple):
    """The first and the last instant, aware and in UTC, at which something may have happened."""

    earliest: datetime
    latest: datetime


def read_span(written: str) -> Span:
    """Return when an ISO 8601 instant or date may have been.

    A date runs from its 00:00 at UTC+14 to its 24:00 at UTC-12, and an hour without a zone lies in any of them. Near
    the years 1 and 9999 a span ends where `datetime` does. Raises ValueError for what is neither instant nor date.
    """
    read = datetime.fromisoformat(written)
    if read.tzinfo:
        return Span(_to_utc(read), _to_utc(read))
    length = timedelta(days=1) if is_date(written) else timedelta()
    start = read.replace(tzinfo=UTC)
    return Span(_shift(start, -_EASTERNMOST), _shift(start, length + _WESTERNMOST))


def is_before(one: Span, other: Span, *, tolerance: timedelta = timedelta()) -> bool | None:
    """Check whether one ended before the other began, or at most `tolerance` after; None when the record cannot tell.

    True when it surely did, False when it surely did not, and never None for two instants.
    """
    # Differences, since a sum may leave the years that datetime knows.
    if one.latest - other.earliest <= tolerance:
        return True
    if one.earliest - other.latest > tolerance:
        return False
    return None


def is_date(written: str) -> bool:
    """Check whether this is a bare ISO 8601 date, without an hour; False for what is no time at all."""
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


def write(written: str) -> str:
    """Write a time on record for people, and no more than it says: `14 March 2026 at 09:12 UTC`, or `14 March 2026`.

    An hour without a zone is written without one. Raises ValueError for what is neither instant nor date.
    """
    read = datetime.fromisoformat(written)
    shown = _to_utc(read) if read.tzinfo else read
    day = f"{shown.day} {shown:%B %Y}"
    return day if is_date(written) else f"{day} at {shown:%H:%M}{' UTC' if read.tzinfo else ''}"


def _to_utc(instant: datetime) -> datetime:
    offset = instant.utcoffset() or timedelta()
    return _shift(instant.replace(tzinfo=UTC), -offset)


def _shift(start: datetime, by: timedelta) -> datetime:
    try:
        return start + by
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC) if by > timedelta() else datetime.min.replace(tzinfo=UTC)
