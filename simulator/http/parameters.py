"""The types of form parameters: each reads a raw value into a typed one or refuses it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from simulator.errors import invalid_parameter

JsonObject = dict[str, Any]


class Parameter(Protocol):
    """The type of one form parameter; `read` returns the typed value or raises a `StripeError` that names it."""

    def read(self, value: object, name: str) -> object:
        """Return the typed value; `name` is the parameter's full name, for the error."""


@dataclass(frozen=True)
class TextParameter:
    """A string of at most `limit` characters."""

    limit: int = 5_000

    def read(self, value: object, name: str) -> str:
        """Return the string; raise `StripeError` for one that is too long."""
        if not isinstance(value, str):
            raise invalid_parameter("Invalid string", name, "parameter_invalid_string")
        if len(value) > self.limit:
            raise invalid_parameter(f"Invalid string: {value[:20]}…; must be at most {self.limit} characters", name)
        return value


@dataclass(frozen=True)
class IntegerParameter:
    """A whole number in decimal digits."""

    def read(self, value: object, name: str) -> int:
        """Return the number."""
        try:
            return int(str(value))
        except ValueError:
            raise invalid_parameter(f"Invalid integer: {value}", name, "parameter_invalid_integer") from None


@dataclass(frozen=True)
class BooleanParameter:
    """The word true or false."""

    def read(self, value: object, name: str) -> bool:
        """Return the truth value."""
        if value not in ("true", "false"):
            raise invalid_parameter(f"Invalid boolean: {value}", name)
        return value == "true"


@dataclass(frozen=True)
class ChoiceParameter:
    """One of a fixed set of words."""

    values: tuple[str, ...]

    def read(self, value: object, name: str) -> str:
        """Return the word."""
        if not isinstance(value, str) or value not in self.values:
            raise invalid_parameter(f"Invalid {name}: must be one of {', '.join(self.values)}", name)
        return value


@dataclass(frozen=True)
class FileParameter:
    """A file part of a multipart body."""

    def read(self, value: object, name: str) -> object:
        """Return the upload; raise `StripeError` for plain text in its place."""
        if isinstance(value, str | dict):
            raise invalid_parameter("Invalid file: must be uploaded as multipart/form-data", name)
        return value


@dataclass(frozen=True)
class HashParameter:
    """A hash with these keys and no other."""

    fields: Mapping[str, Parameter]
    required: tuple[str, ...] = ()

    def read(self, value: object, name: str) -> JsonObject:
        """Return the typed values by key; raise `StripeError` with the full name of an unknown or missing key."""
        if not isinstance(value, dict):
            raise invalid_parameter("Invalid object", name, "parameter_invalid_empty" if value == "" else None)
        self._check_keys(value, name)
        return {key: self.fields[key].read(item, _full_name(name, key)) for key, item in value.items()}

    def _check_keys(self, value: JsonObject, name: str) -> None:
        for key in value:
            if key not in self.fields:
                path = _full_name(name, key)
                raise invalid_parameter(f"Received unknown parameter: {path}", path, "parameter_unknown")
        for key in self.required:
            if key not in value:
                path = _full_name(name, key)
                raise invalid_parameter(f"Missing required param: {path}.", path, "parameter_missing")


@dataclass(frozen=True)
class ListParameter:
    """An array, in the order of its indexes."""

    item: Parameter

    def read(self, value: object, name: str) -> list[object]:
        """Return the typed values."""
        if not isinstance(value, dict) or not all(str(key).isdigit() for key in value):
            raise invalid_parameter("Invalid array", name)
        ordered = sorted(value.items(), key=lambda pair: int(pair[0]))
        return [self.item.read(item, f"{name}[{key}]") for key, item in ordered]


@dataclass(frozen=True)
class MetadataParameter:
    """Metadata: at most 50 keys of 40 characters with values of 500; an empty value unsets."""

    def read(self, value: object, name: str) -> JsonObject:
        """Return the pairs."""
        if value == "":
            return {}
        if not isinstance(value, dict) or len(value) > 50:  # noqa: PLR2004 - Stripe's number, in the docstring
            raise invalid_parameter("Invalid metadata", name)
        short = TextParameter(500)
        return {
            TextParameter(40).read(key, name): short.read(item, _full_name(name, key)) for key, item in value.items()
        }


@dataclass(frozen=True)
class EitherParameter:
    """The inner parameter, or an empty string that clears the value."""

    parameter: Parameter

    def read(self, value: object, name: str) -> object:
        """Return an empty string or the inner value."""
        return "" if value == "" else self.parameter.read(value, name)


@dataclass(frozen=True)
class TimeParameter:
    """A UTC second, or a hash of bounds in UTC seconds."""

    bounds: HashParameter = field(
        default_factory=lambda: HashParameter({key: IntegerParameter() for key in ("gt", "gte", "lt", "lte")})
    )

    def read(self, value: object, name: str) -> JsonObject:
        """Return the bounds; for a single second both inclusive bounds are that second."""
        if isinstance(value, dict):
            return self.bounds.read(value, name)
        second = IntegerParameter().read(value, name)
        return {"gte": second, "lte": second}


def parse_pairs(pairs: Iterable[tuple[str, object]]) -> JsonObject:
    """Parse `a[b][]=x` pairs into nested hashes; arrays become hashes with number keys, which `ListParameter` sorts."""
    root: JsonObject = {}
    for name, value in pairs:
        head, *rest = name.replace("]", "").split("[")
        target, key = root, head
        for part in rest:
            target = _inner_hash(target, key, name)
            key = part or str(len(target))
        target[key] = value
    return root


def _inner_hash(target: JsonObject, key: str, name: str) -> JsonObject:
    inner = target.setdefault(key, {})
    if not isinstance(inner, dict):
        raise invalid_parameter("Invalid object", name)
    return inner


def _full_name(name: str, key: str) -> str:
    return f"{name}[{key}]" if name else key
