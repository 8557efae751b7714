"""Fields of a JSON object of Stripe's, read one by one; what has another type than expected is nothing."""

from pydantic import JsonValue

from disputes import text

JsonObject = dict[str, JsonValue]

MAX_AMOUNT = 10**15


def read_hash(raw: JsonObject, key: str) -> JsonObject:
    """Return an object, or an empty one."""
    value = raw.get(key)
    return value if isinstance(value, dict) else {}


def read_list(raw: JsonObject, key: str) -> list[JsonValue]:
    """Return a list, or an empty one."""
    value = raw.get(key)
    return value if isinstance(value, list) else []


def read_rows(raw: JsonObject, key: str) -> list[JsonObject]:
    """Return the objects of a list, bare or in Stripe's envelope."""
    rows = read_list(raw, key) or read_list(read_hash(raw, key), "data")
    return [row for row in rows if isinstance(row, dict)]


def read_text(raw: JsonObject, key: str) -> str | None:
    """Return a text on one line, cleaned; None for an empty one."""
    value = raw.get(key)
    return text.line(value, name=key) or None if isinstance(value, str) else None


def read_words(raw: JsonObject, key: str) -> tuple[str, ...]:
    """Return the texts of a list, cleaned."""
    return tuple(text.line(word) for word in read_list(raw, key) if isinstance(word, str))


def read_number(raw: JsonObject, key: str) -> int:
    """Return a whole number, or 0; 0 as well for one beyond `MAX_AMOUNT`."""
    value = raw.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_AMOUNT else 0


def read_amount(raw: JsonObject, key: str) -> int | None:
    """Return an amount in minor units, 0 or more; None for anything else."""
    value = raw.get(key)
    return value if is_amount(value) and isinstance(value, int) else None


def is_amount(value: JsonValue) -> bool:
    """Check whether a value is a whole number from 0 to `MAX_AMOUNT`."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_AMOUNT
