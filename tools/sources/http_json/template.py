"""Known values put into a request, so that none of them can change what is asked."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from pydantic import JsonValue

from disputes.errors import Invalid

_SPOT = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_WORD = re.compile(r"[\w@.+#-]{1,200}")
_DOTS = frozenset({"", ".", ".."})


def names(told: object) -> set[str]:
    """Name every `{spot}` in a string, or in the strings of a table or list."""
    if isinstance(told, str):
        return set(_SPOT.findall(told))
    inner = told.values() if isinstance(told, Mapping) else told if isinstance(told, (list, tuple)) else ()
    return {name for each in inner for name in names(each)}


def path(told: str, values: Mapping[str, str]) -> str:
    """Fill a path, each value as one URL-encoded segment. Raises `Invalid` for a value that is no segment."""

    def segment(spot: re.Match[str]) -> str:
        value = values[spot[1]]
        if value in _DOTS:
            raise Invalid(f"{spot[1]} cannot stand in an address.")
        return quote(value, safe="")

    return _SPOT.sub(segment, told)


def text(told: str, values: Mapping[str, str]) -> str:
    """Fill a string. Raises `Invalid` when a value stands amid other text and is more than one plain word."""
    whole = _SPOT.fullmatch(told)
    if whole:
        return values.get(whole[1], told)

    def word(spot: re.Match[str]) -> str:
        value = values.get(spot[1])
        if value is None:
            return spot[0]
        if not _WORD.fullmatch(value):
            raise Invalid(f"{spot[1]} is no plain word, so it cannot be searched for.")
        return value

    return _SPOT.sub(word, told)


def body(told: JsonValue, values: Mapping[str, str]) -> JsonValue:
    """Fill every string of a JSON value. Raises `Invalid` as `text` does."""
    if isinstance(told, str):
        return text(told, values)
    if isinstance(told, list):
        return [body(each, values) for each in told]
    if isinstance(told, dict):
        return {name: body(each, values) for name, each in told.items()}
    return told


def plain(told: str, options: Mapping[str, str]) -> str:
    """Fill in options, which are checked when they are read."""
    return _SPOT.sub(lambda spot: options.get(spot[1], spot[0]), told)
