from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from simulator.errors import malformed

Thing = dict[str, Any]


class Parameter(Protocol):
    """What one form parameter may look like; `read` gives the typed value or raises a `Refusal` naming it."""

    def read(self, value: object, name: str) -> object:
        """Give the typed value."""


@dataclass(frozen=True)
class TextParameter:
    """A string of at most `limit` characters."""

    limit: int = 5_000

    def read(self, value: object, name: str) -> str:
        """Give the string, or refuse one that is too long."""
        if not isinstance(value, str):
            raise malformed("Invalid string", name, "parameter_invalid_string")
        if len(value) > self.limit:
            raise malformed(f"Invalid string: {value[:20]}…; must be at most {self.limit} characters", name)
        return value


@dataclass(frozen=True)
class IntegerParameter:
    """A whole number in decimal digits."""

    def read(self, value: object, name: str) -> int:
        """Give the number."""
        try:
            return int(str(value))
        except ValueError:
            raise malformed(f"Invalid integer: {value}", name, "parameter_invalid_integer") from None


@dataclass(frozen=True)
class BooleanParameter:
    """The word true or false."""

    def read(self, value: object, name: str) -> bool:
        """Give the truth value."""
        if value not in ("true", "false"):
            raise malformed(f"Invalid boolean: {value}", name)
        return value == "true"


@dataclass(frozen=True)
class ChoiceParameter:
    """One of a fixed set of words."""

    values: tuple[str, ...]

    def read(self, value: object, name: str) -> str:
        """Give the word."""
        if not isinstance(value, str) or value not in self.values:
            raise malformed(f"Invalid {name}: must be one of {', '.join(self.values)}", name)
        return value


@dataclass(frozen=True)
class FileParameter:
    """A file part of a multipart body."""

    def read(self, value: object, name: str) -> object:
        """Give the upload; plain text in its place is refused."""
        if isinstance(value, str | dict):
            raise malformed("Invalid file: must be uploaded as multipart/form-data", name)
        return value


@dataclass(frozen=True)
class HashParameter:
    """A hash with these keys and no other."""

    fields: Mapping[str, Parameter]
    required: tuple[str, ...] = ()

    def read(self, value: object, name: str) -> Thing:
        """Give the typed values by key; an unknown or missing key is refused by its full name."""
        if not isinstance(value, dict):
            raise malformed("Invalid object", name, "parameter_invalid_empty" if value == "" else None)
        self._know(value, name)
        return {key: self.fields[key].read(item, _inner(name, key)) for key, item in value.items()}

    def _know(self, value: Thing, name: str) -> None:
        for key in value:
            if key not in self.fields:
                path = _inner(name, key)
                raise malformed(f"Received unknown parameter: {path}", path, "parameter_unknown")
        for key in self.required:
            if key not in value:
                path = _inner(name, key)
                raise malformed(f"Missing required param: {path}.", path, "parameter_missing")


@dataclass(frozen=True)
class ListParameter:
    """An array, in the order of its indexes."""

    item: Parameter

    def read(self, value: object, name: str) -> list[object]:
        """Give the typed values."""
        if not isinstance(value, dict) or not all(str(key).isdigit() for key in value):
            raise malformed("Invalid array", name)
        ordered = sorted(value.items(), key=lambda pair: int(pair[0]))
        return [self.item.read(item, f"{name}[{key}]") for key, item in ordered]


@dataclass(frozen=True)
class MetadataParameter:
    """Metadata: at most 50 keys of 40 characters with values of 500; an empty value unsets."""

    def read(self, value: object, name: str) -> Thing:
        """Give the pairs."""
        if value == "":
            return {}
        if not isinstance(value, dict) or len(value) > 50:  # noqa: PLR2004 - Stripe's number, in the docstring
            raise malformed("Invalid metadata", name)
        short = TextParameter(500)
        return {TextParameter(40).read(key, name): short.read(item, _inner(name, key)) for key, item in value.items()}


@dataclass(frozen=True)
class EitherParameter:
    """The inner shape, or an empty string that clears the value."""

    shape: Parameter

    def read(self, value: object, name: str) -> object:
        """Give an empty string or the inner value."""
        return "" if value == "" else self.shape.read(value, name)


@dataclass(frozen=True)
class TimeParameter:
    """A UTC second, or a hash of bounds in UTC seconds."""

    bounds: HashParameter = field(
        default_factory=lambda: HashParameter({key: IntegerParameter() for key in ("gt", "gte", "lt", "lte")})
    )

    def read(self, value: object, name: str) -> Thing:
        """Give the bounds, both inclusive ends for a single second."""
        if isinstance(value, dict):
            return self.bounds.read(value, name)
        second = IntegerParameter().read(value, name)
        return {"gte": second, "lte": second}


def nested(pairs: Iterable[tuple[str, object]]) -> Thing:
    """Turn `a[b][]=x` pairs into nested hashes; arrays become hashes with number keys, which `Many` puts in order."""
    root: Thing = {}
    for name, value in pairs:
        head, *rest = name.replace("]", "").split("[")
        place, key = root, head
        for part in rest:
            place = _hash(place, key, name)
            key = part or str(len(place))
        place[key] = value
    return root


def _hash(place: Thing, key: str, name: str) -> Thing:
    inner = place.setdefault(key, {})
    if not isinstance(inner, dict):
        raise malformed("Invalid object", name)
    return inner


def _inner(name: str, key: str) -> str:
    return f"{name}[{key}]" if name else key
