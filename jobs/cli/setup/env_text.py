"""The text of a `.env` file: values set in it so that python-dotenv reads back the very same, all else kept."""

import io
import re
from collections.abc import Mapping

from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream

from disputes.errors import Invalid

_PLAIN = re.compile(r"[A-Za-z0-9_./:@,+=-]+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}


def read_values(text: str) -> dict[str, str]:
    """Return what stands in the text, without settings that are empty."""
    return {name: value for name, value in dotenv_values(stream=io.StringIO(text)).items() if value}


def set_values(text: str, values: Mapping[str, str]) -> str:
    """Return the text with these values: in their old places, new ones at the end; every other line as it was.

    Raises `Invalid` that names a setting whose value cannot be written, without the value.
    """
    left = dict(values)
    lines = [_replace(binding, values, left) for binding in parse_stream(io.StringIO(text))]
    changed = _end_line("".join(lines)) + "".join(f"{name}={quote(value)}\n" for name, value in left.items())
    now = dotenv_values(stream=io.StringIO(changed))
    for name, value in values.items():
        if not _NAME.fullmatch(name) or now.get(name) != value:
            raise Invalid(f"{name} cannot be written so that it is read back the same.")
    return changed


def quote(value: str) -> str:
    """Return a value as python-dotenv reads it; a plain one stays bare, since Docker's --env-file knows no quotes."""
    if _PLAIN.fullmatch(value):
        return value
    # `${NAME}` is filled in between quotes too, but the default of a name that is empty is taken as it stands.
    inner = value.replace("${", "${:-$}{")
    if inner.endswith("\\"):
        # Some versions take the quote after a backslash, even an escaped one, for a part of the value.
        inner = f"{inner[:-1]}${{:-\\}}"
    if value.isprintable():
        return "'" + inner.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return '"' + "".join(_ESCAPES.get(letter, letter) for letter in inner) + '"'


def _replace(binding: Binding, values: Mapping[str, str], left: dict[str, str]) -> str:
    """Return a line with its new value; a name that stands there again is dropped, for the last one would win."""
    line, name = binding.original.string, binding.key
    if binding.error or name is None or name not in values:
        return line
    space = line[: len(line) - len(line.lstrip())]
    exported = "export " if line.lstrip().startswith("export") and name != "export" else ""
    return f"{space}{exported}{name}={quote(left.pop(name))}\n" if name in left else space


def _end_line(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"
