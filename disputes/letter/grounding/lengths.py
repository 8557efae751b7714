"""How long it is from one time to another, in each unit, and which numbers are true of it. Pure."""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "night": 86_400, "week": 604_800}
_SECONDS |= {"fortnight": 1_209_600}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
UNITS = (*_SECONDS, *_MONTHS)
_DAYS_OF_MONTH = 365.25 / 12
# A bound is the nearest one, or it says little; these are near enough as people speak.
_COMMON_BELOW = {"hour": (12, 24, 36, 48, 72), "day": (7, 10, 14, 30, 60, 90), "minute": (5, 10, 15, 30, 60)}
_COMMON_ABOVE = {"day": (30, 60, 90, 100, 120, 180, 365), "hour": (24, 48, 72), "week": (), "minute": ()}
_FAR = 1.6  # how many times the length a common bound may be
_ROUNDED = 10  # from this number on, about is a share of it
_SHARE = 0.08
_NEAR = 0.5
_WORK_DAYS = 5

Bound = Literal["exact", "below", "almost", "above", "about"]


class Length(NamedTuple):
    """A length of time as it is written: `about three and a half weeks` is 3.5 of a week, about."""

    number: float
    unit: str
    bound: Bound
    working: bool = False


def is_true(length: Length, start: datetime, end: datetime) -> bool:
    """Check that a length as it is written is that from `start` to `end`, the later one."""
    down, whole, up = _count_working_days(start, end) if length.working else _count_units(length.unit, start, end)
    exact, number = _measure(length.unit, start, end), length.number
    if length.bound == "below":
        common = [bound for bound in _COMMON_BELOW.get(length.unit, ()) if up <= bound]
        near = [bound for bound in common if length.unit == "hour" or bound <= up * _FAR]
        return number in {up, *near} or 0 <= number - exact < _NEAR
    if length.bound == "almost":
        return number in {up, whole if whole >= exact else up} or 0 <= number - exact < _NEAR
    if length.bound == "above":
        common = [bound for bound in _COMMON_ABOVE.get(length.unit, ()) if exact / _FAR <= bound <= exact]
        return number in {down, *common} or 0 <= exact - number < _NEAR
    if length.bound == "about":
        return number == whole or abs(number - exact) <= max(_NEAR, _SHARE * number * (number >= _ROUNDED))
    down = down if length.unit == "minute" else whole
    return number in {whole, down} or (number % 1 != 0 and abs(number - exact) <= _NEAR / 2)


def is_sum(large: Length, small: Length, start: datetime, end: datetime) -> bool:
    """Check that a length of two units is that from `start` to `end`, to the smaller unit."""
    whole = large.number * _seconds(large.unit) + small.number * _seconds(small.unit)
    passed = (end - start).total_seconds()
    month = large.unit in _MONTHS and abs(passed - whole) <= _seconds("day") * (large.number + 1)
    return abs(passed - whole) < _seconds(small.unit) or month


def _seconds(unit: str) -> float:
    return _SECONDS[unit] if unit in _SECONDS else _MONTHS[unit] * _DAYS_OF_MONTH * _SECONDS["day"]


def _measure(unit: str, start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / _seconds(unit)


def _count_units(unit: str, start: datetime, end: datetime) -> tuple[int, int, int]:
    """Return a length in a unit: rounded down, as people count it (days by the calendar), and rounded up."""
    if unit in _MONTHS:
        ahead = (end.year - start.year) * 12 + end.month - start.month
        late = (end.day, end.time()) < (start.day, start.time())
        exact = (end.day, end.time()) == (start.day, start.time())
        down = (ahead - late) // _MONTHS[unit]
        return down, (ahead - (end.day < start.day)) // _MONTHS[unit], down + (not exact or ahead % _MONTHS[unit] > 0)
    passed, length = (end - start).total_seconds(), _SECONDS[unit]
    down = int(passed // length)
    if unit == "minute":
        by_clock = end.replace(second=0, microsecond=0) - start.replace(second=0, microsecond=0)
        return down, down or int(by_clock.total_seconds() // length), down + (passed % length > 0)
    days = (end.date() - start.date()).days
    whole = days * 86_400 // length if length >= _SECONDS["day"] else down
    return down, whole, down + (passed % length > 0)


def _count_working_days(start: datetime, end: datetime) -> tuple[int, int, int]:
    days = min((end.date() - start.date()).days, 366)
    count = sum((start.date() + timedelta(days=day)).weekday() < _WORK_DAYS for day in range(1, days + 1))
    return count, count, count
