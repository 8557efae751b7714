"""Templates of requests, filled so that no value can change what is asked."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from pydantic import JsonValue

from disputes.errors import Invalid

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_WORD = re.compile(r"[\w@.+#-]{1,200}")
_NO_SEGMENT = frozenset({"", ".", ".."})


def find_names(template: object) -> set[str]:
    """Return the name of every `{placeholder}` in a string, or in the strings of a dict or list."""
    if isinstance(template, str):
        return set(_PLACEHOLDER.findall(template))
    if isinstance(template, Mapping):
        return find_names([*template.values()])
    inner = template if isinstance(template, (list, tuple)) else ()
    return {name for each in inner for name in find_names(each)}


def fill_path(template: str, values: Mapping[str, str]) -> str:
    """Return a path with each value as one URL-encoded segment. Raises `Invalid` for a value that is no segment."""

    def segment(match: re.Match[str]) -> str:
        value = values[match[1]]
        if value in _NO_SEGMENT:
            raise Invalid(f"{match[1]} cannot stand in an address.")
        return quote(value, safe="")

    return _PLACEHOLDER.sub(segment, template)


def fill_text(template: str, values: Mapping[str, str]) -> str:
    """Return a filled string. Raises `Invalid` when a value beside other text is more than one plain word."""
    whole = _PLACEHOLDER.fullmatch(template)
    if whole:
        return values.get(whole[1], template)

    def word(match: re.Match[str]) -> str:
        value = values.get(match[1])
        if value is None:
            return match[0]
        if not _WORD.fullmatch(value):
            raise Invalid(f"{match[1]} is no plain word, so it cannot be searched for.")
        return value

    return _PLACEHOLDER.sub(word, template)


def fill_json(template: JsonValue, values: Mapping[str, str]) -> JsonValue:
    """Return a JSON value with every string filled; a name whose value is an option left empty is left out.

    Raises `Invalid` as `fill_text` does.
    """
    if isinstance(template, str):
        return fill_text(template, values)
    if isinstance(template, list):
        return [fill_json(each, values) for each in template]
    if isinstance(template, dict):
        return {name: fill_json(each, values) for name, each in template.items() if not _is_empty(each, values)}
    return template


def _is_empty(template: JsonValue, values: Mapping[str, str]) -> bool:
    whole = _PLACEHOLDER.fullmatch(template) if isinstance(template, str) else None
    return whole is not None and values.get(whole[1]) == ""


def fill_options(template: str, options: Mapping[str, str]) -> str:
    """Return a string filled with options, which were checked when they were read."""
    return _PLACEHOLDER.sub(lambda match: options.get(match[1], match[0]), template)
