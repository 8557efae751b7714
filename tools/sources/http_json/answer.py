"""One answer of a vendor, and what is looked up in it."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

import jmespath
from httpx import Headers
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult
from pydantic import JsonValue


@dataclass(frozen=True)
class VendorAnswer:
    """A JSON answer and the time it came; nothing looked up in it raises."""

    body: JsonValue
    at: datetime
    headers: Headers = field(default_factory=Headers)


def parse(data: bytes, *, at: datetime, headers: Headers) -> VendorAnswer | None:
    """Read an answer's bytes; None when they are not JSON. No bytes at all are an answer without records."""
    try:
        body = json.loads(data) if data.strip() else None
    except (ValueError, RecursionError):
        return None
    return VendorAnswer(body, at, headers)


# The library promises its own errors only, and raises these as well when a value has another type than it expects.
_MISFITS = (JMESPathError, TypeError, ValueError, KeyError, AttributeError, ArithmeticError, RecursionError)


def look(expression: str, value: JsonValue) -> JsonValue:
    """Give what JMESPath finds, and None when it meets a value of a type that it cannot take."""
    try:
        found: JsonValue = _compiled(expression).search(value)
    except _MISFITS:
        return None
    return found


def many(expression: str, value: JsonValue) -> list[JsonValue]:
    """Give what JMESPath finds as a list: one value is a list of one, nothing an empty one."""
    found = look(expression, value)
    return [each for each in (found if isinstance(found, list) else [found]) if each not in (None, {}, [])]


@lru_cache(maxsize=1024)
def _compiled(expression: str) -> ParsedResult:
    return jmespath.compile(expression)
