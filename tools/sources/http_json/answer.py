"""One answer of a vendor, searched with JMESPath and the functions of `functions.py`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import jmespath
from httpx import Headers
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult
from pydantic import JsonValue

from tools.sources.http_json.functions import FUNCTIONS, OPTIONS


@dataclass(frozen=True)
class VendorAnswer:
    """A JSON answer, or the bytes of a file, and the time it came."""

    body: JsonValue
    at: datetime
    headers: Headers = field(default_factory=Headers)
    data: bytes = b""


def parse(data: bytes, *, at: datetime, headers: Headers) -> VendorAnswer | None:
    """Parse an answer's bytes; None when they are not JSON. No bytes at all are an answer without records."""
    try:
        body = json.loads(data) if data.strip() else None
    except (ValueError, RecursionError):
        return None
    return VendorAnswer(body, at, headers)


# The library promises its own errors only, and raises these as well when a value has another type than it expects.
_SEARCH_ERRORS = (JMESPathError, TypeError, ValueError, KeyError, AttributeError, ArithmeticError, RecursionError)


def search(expression: str, value: JsonValue) -> JsonValue:
    """Return what JMESPath finds, or None when it meets a value of the wrong type."""
    try:
        result: JsonValue = compile_expression(expression).search(value, options=OPTIONS)
    except _SEARCH_ERRORS:
        return None
    return result


def search_all(expression: str, value: JsonValue) -> list[JsonValue]:
    """Return what JMESPath finds as a list: one value as a list of one, nothing as an empty one."""
    result = search(expression, value)
    return [each for each in (result if isinstance(result, list) else [result]) if each not in (None, {}, [])]


@lru_cache(maxsize=2048)
def compile_expression(expression: str) -> ParsedResult:
    """Return an expression that can be searched with. Raises `JMESPathError` where it is none."""
    return jmespath.compile(expression)


def find_unknown_functions(expression: str) -> list[str]:
    """Return the functions in an expression that do not exist. Raises `JMESPathError` where it is no expression."""
    return [name for name in _functions(compile_expression(expression).parsed) if name not in FUNCTIONS.FUNCTION_TABLE]


def _functions(node: Any) -> Iterator[str]:  # noqa: ANN401 - the library's own tree
    if not isinstance(node, dict):  # the numbers of a slice
        return
    if node["type"] == "function_expression":
        yield node["value"]
    for child in node["children"]:
        yield from _functions(child)
