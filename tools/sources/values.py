"""What other systems write, read by the form of the fact's kind."""

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime

from pydantic import JsonValue

from disputes import text
from disputes.evidence import FactValue, kinds
from disputes.money import Money, decimal_places
from disputes.playbook import PRODUCTS

_DAY = 86_400
_YEAR_10000 = 253_402_300_800
_MOST = 10**15
_MESSAGE, _LINE, _LONGEST = 2_000, 300, 40_000
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_EPOCH = re.compile(r"\d{9,13}(\.\d{1,9})?")
_EPOCH_SECONDS = 10**11  # above it, a figure counts milliseconds
_AHEAD = frozenset({"period_end", "service_date"})


def held(kind: str, found: JsonValue) -> FactValue | datetime | None:
    """Give a value in the form of its kind; None when there is nothing, nothing above zero, or another form."""
    match kinds.form(kind):
        case "time":
            return moment(found)
        case "count":
            return _count(found)
        case "flag":
            return True if found is True else None
        case "text":
            return _text(kind, found)
        case _:
            return None


def amount(figure: JsonValue, currency: JsonValue, *, unit: str) -> Money | None:
    """Give an amount above zero in minor units; None for anything else, and for parts of the smallest unit."""
    figure = figure if isinstance(figure, (str, int, float)) and not isinstance(figure, bool) else ""
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        return None
    try:
        told = Decimal(str(figure).strip())
        minor = told.scaleb(decimal_places(currency)) if unit == "major" else told
        # JMESPath sums in binary floats, which miss a cent by less than a millionth of it.
        whole = round(minor) if minor.is_finite() and 0 < minor <= _MOST else 0
    except (InvalidOperation, ValueError):
        return None
    exact = whole and abs(minor - whole) < Decimal("0.000001")
    return Money(amount=whole, currency=currency.lower()) if exact else None


def moment(found: JsonValue) -> datetime | None:
    """Read ISO 8601, an e-mail date, or epoch seconds or milliseconds; what has no zone is UTC. None for all else."""
    if isinstance(found, bool) or not isinstance(found, (str, int, float)):
        return None
    written = str(found).strip()
    try:
        if _EPOCH.fullmatch(written):
            return _epoch(float(written))
        read = datetime.fromisoformat(written) if written[:1].isdigit() else parsedate_to_datetime(written)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def is_ahead(kind: str, value: object, now: datetime) -> bool:
    """Tell whether a fact names a time over a day from now, though its kind is about what has happened.

    The day allows for times that are written in a local time without its zone.
    """
    return isinstance(value, datetime) and kind not in _AHEAD and (value - now).total_seconds() > _DAY


def _epoch(figure: float) -> datetime | None:
    seconds = figure / 1_000 if figure >= _EPOCH_SECONDS else figure
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _YEAR_10000 else None


def _count(found: JsonValue) -> int | None:
    if isinstance(found, str) and found.isascii() and found.isdigit() and len(found) < len(str(_MOST)):
        found = int(found)
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        return None
    return int(found) if 0 < found < _MOST and found == int(found) else None


def _text(kind: str, found: JsonValue) -> str | None:
    if isinstance(found, list):
        parts = [part for each in found if (part := _text(kind, each))]
        return text.line(", ".join(parts), limit=_LINE) or None
    if isinstance(found, bool) or not isinstance(found, (str, int, float)):
        return None
    written = str(found)[:_LONGEST]
    if kind == "product_type":
        return written.lower() if written.lower() in PRODUCTS else None
    return (
        text.clean(written, limit=_MESSAGE) if kind == "customer_message" else text.line(written, limit=_LINE)
    ) or None
