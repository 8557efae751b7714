"""Values of other systems, parsed by the form of the fact's kind."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime

from pydantic import JsonValue

from disputes import text
from disputes.evidence import FactValue, kinds
from disputes.money import Money, decimal_places
from disputes.playbook import PRODUCTS

_DAY = timedelta(days=1)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR_10000 = 253_402_300_800
_MAX_NUMBER = 10**15
_MESSAGE, _LINE, _MAX_INPUT = 2_000, 300, 40_000
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_EPOCH = re.compile(r"\d{9,13}(\.\d{1,9})?")
_EPOCH_SECONDS = 10**11  # above it, a figure counts milliseconds
_MAY_BE_AHEAD = frozenset({"period_end", "service_date"})


def parse(kind: str, raw: JsonValue) -> FactValue | date | None:
    """Return a value in the form of its kind; None for no value, for one not above zero, and for another form."""
    match kinds.form(kind):
        case "time":
            return parse_date(raw) or parse_time(raw)
        case "count":
            return _count(raw)
        case "flag":
            return True if raw is True else None
        case "text":
            return _text(kind, raw)
        case _:
            return None


def parse_amount(figure: JsonValue, currency: JsonValue, *, unit: str) -> Money | None:
    """Return an amount above zero in minor units; None for anything else, and for parts of the smallest unit."""
    figure = figure if isinstance(figure, (str, int, float)) and not isinstance(figure, bool) else ""
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        return None
    try:
        number = Decimal(str(figure).strip())
        minor = number.scaleb(decimal_places(currency)) if unit == "major" else number
        # JMESPath sums in binary floats, which miss a cent by less than a millionth of it.
        whole = round(minor) if minor.is_finite() and 0 < minor <= _MAX_NUMBER else 0
    except (InvalidOperation, ValueError):
        return None
    exact = whole and abs(minor - whole) < Decimal("0.000001")
    return Money(amount=whole, currency=currency.lower()) if exact else None


def parse_date(raw: JsonValue) -> date | None:
    """Read a bare day, `2026-03-14`, whose hour nobody knows; None for all else."""
    try:
        return date.fromisoformat(raw) if isinstance(raw, str) and _DATE.fullmatch(raw) else None
    except ValueError:
        return None


def parse_time(raw: JsonValue) -> datetime | None:
    """Read ISO 8601, an e-mail date, epoch seconds or milliseconds; UTC without a zone. Return None for all else."""
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        return None
    written = str(raw).strip()
    try:
        if _EPOCH.fullmatch(written):
            return _epoch(float(written))
        time = datetime.fromisoformat(written) if written[:1].isdigit() else parsedate_to_datetime(written)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def is_ahead(kind: str, value: object, now: datetime) -> bool:
    """Check whether a fact of a past event has a time more than a day from now.

    The day allows for local times that are written without their zone.
    """
    if kind in _MAY_BE_AHEAD or not isinstance(value, date):
        return False
    return value > now + _DAY if isinstance(value, datetime) else value > (now + _DAY).date()


def _epoch(figure: float) -> datetime | None:
    seconds = figure / 1_000 if figure >= _EPOCH_SECONDS else figure
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _YEAR_10000 else None


def _count(raw: JsonValue) -> int | None:
    if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) < len(str(_MAX_NUMBER)):
        raw = int(raw)
    if isinstance(raw, bool) or not isinstance(raw, (int, float)):
        return None
    return int(raw) if 0 < raw < _MAX_NUMBER and raw == int(raw) else None


def _text(kind: str, raw: JsonValue) -> str | None:
    if isinstance(raw, list):
        parts = [part for each in raw if (part := _text(kind, each))]
        listed = ", ".join(parts)
        return (listed[:_LINE].strip() if kind in kinds.KEYS else text.line(listed, limit=_LINE)) or None
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        return None
    written = str(raw)[:_MAX_INPUT].strip()  # before it is cut, or a page of blank lines would hide a message
    if kind == "product_type":
        return written.lower() if written.lower() in PRODUCTS else None
    if kind in kinds.KEYS:
        return text.key(written, kind, limit=_LINE) or None
    return (text.clean(written, limit=_MESSAGE) if kind in kinds.MULTILINE else text.line(written, limit=_LINE)) or None
