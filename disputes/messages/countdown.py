"""What is left until a deadline, in words. Pure."""

from datetime import datetime, timedelta

from disputes.policy import deadlines

_WEEK, _THREE_DAYS, _DAY, _HOUR, _MINUTE = (
    timedelta(days=7),
    timedelta(hours=72),
    timedelta(days=1),
    timedelta(hours=1),
    timedelta(minutes=1),
)


def write(due: datetime | None, now: datetime) -> str:
    """Write what is left: `in 9 days`, `in 3 days 4 hours`, `in 40 hours`, `last day: 5 hours left`, `12 minutes left`.

    Whole units are counted down, never up, so that no message promises time that is not there.
    """
    if due is None:
        return "no date known"
    left = due - now
    return f"passed {_past(-left)}" if left <= timedelta() else _ahead(left)


def write_due(due: datetime | None, now: datetime, zone: str) -> str:
    """Write what is left and the date in a zone: `in 9 days, 30 November 2026 13:00 CET (12:00 UTC)`."""
    return f"{write(due, now)}, {deadlines.write(due, zone)}" if due else "no date known"


def _ahead(left: timedelta) -> str:
    if left >= _WEEK:
        return f"in {_count(left, _DAY, 'day')}"
    if left >= _THREE_DAYS:
        hours = f" {_count(left % _DAY, _HOUR, 'hour')}" if left % _DAY >= _HOUR else ""
        return f"in {_count(left, _DAY, 'day')}{hours}"
    if left >= _DAY:
        return f"in {_count(left, _HOUR, 'hour')}"
    if left >= _HOUR:
        return f"last day: {_count(left, _HOUR, 'hour')} left"
    return f"{_count(left, _MINUTE, 'minute')} left" if left >= _MINUTE else "less than a minute left"


def _past(gone: timedelta) -> str:
    for least, unit, name in ((_THREE_DAYS, _DAY, "day"), (_HOUR, _HOUR, "hour"), (_MINUTE, _MINUTE, "minute")):
        if gone >= least:
            return f"{_count(gone, unit, name)} ago"
    return "just now"


def _count(span: timedelta, unit: timedelta, name: str) -> str:
    number = span // unit
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
