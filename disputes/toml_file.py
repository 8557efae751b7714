"""Reading and validating the TOML files that people write; an error is one sentence that names the spot."""

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from disputes.errors import Invalid

Shape = TypeVar("Shape")


def load(path: Path, shape: type[Shape], name: str) -> Shape:
    """Read a TOML file and validate it; `name` is the kind of file and its name, such as "The vendor shopify.toml".

    Raises `Invalid` with one sentence that begins with `name` and states the spot and the reason.
    """
    return validate(read(path, name), shape, name)


def read(path: Path, name: str) -> dict[str, object]:
    """Read a TOML file in UTF-8. Raises `Invalid`: "<name> cannot be read: <reason>."."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Invalid(f"{name} cannot be read: {error}.") from error


def validate(content: object, shape: type[Shape], name: str) -> Shape:
    """Build a pydantic model, or another annotated type, from what a file holds.

    Raises `Invalid`: "<name> is wrong at <spot>: <reason>."; the spot is the keys joined by dots, and left out where it
    is the whole.
    """
    try:
        return TypeAdapter(shape).validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        spot = f" at {'.'.join(map(str, first['loc']))}" if first["loc"] else ""
        raise Invalid(f"{name} is wrong{spot}: {first['msg'].removeprefix('Value error, ')}.") from error
