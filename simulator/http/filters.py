"""The filters of list requests: how each parameter is read, and which objects match it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.fields import value_at
from simulator.http.parameters import ChoiceParameter, JsonObject, Parameter, TextParameter, TimeParameter

Predicate = Callable[[JsonObject, Any], bool]


@dataclass(frozen=True)
class ListFilter:
    """One list parameter: how it is read, which objects match it, and the path it is compared with, if it is one."""

    parameter: Parameter
    matches: Predicate
    path: str = ""


def equals(path: str) -> Predicate:
    """Build a predicate that compares the value at a dotted path."""
    return lambda obj, value: value_at(obj, path) == value


def time(path: str) -> ListFilter:
    """Build a filter by the UTC second at a dotted path."""
    return ListFilter(TimeParameter(), lambda obj, bounds: _within(value_at(obj, path), bounds))


def _within(value: object, bounds: JsonObject) -> bool:
    if not isinstance(value, int):
        return False
    lowest = max(bounds.get("gte", value), bounds.get("gt", value - 1) + 1)
    return bool(lowest <= value <= min(bounds.get("lte", value), bounds.get("lt", value + 1) - 1))


def text_field(path: str) -> ListFilter:
    """Build a filter by the text at a dotted path."""
    return ListFilter(TextParameter(), equals(path), path)


def status(*values: str) -> ListFilter:
    """Build a filter by one of these statuses."""
    return ListFilter(ChoiceParameter(values), equals("status"))


def item_text(path: str) -> ListFilter:
    """Build a filter by the text at a dotted path of any item."""

    def matches(obj: JsonObject, value: str) -> bool:
        return any(value_at(item_text, path) == value for item_text in (obj.get("items") or {}).get("data", []))

    return ListFilter(TextParameter(), matches)


def subscription_status(obj: JsonObject, value: str) -> bool:
    """Check a subscription's status: `all`, `ended` (canceled and expired before it began), or the status itself."""
    ended = obj.get("status") in ("canceled", "incomplete_expired")
    return value == "all" or (ended if value == "ended" else obj.get("status") == value)


def item_time(name: str) -> ListFilter:
    """Build a filter by the UTC second in a field of any item."""

    def matches(obj: JsonObject, bounds: JsonObject) -> bool:
        return any(_within(item_text.get(name), bounds) for item_text in (obj.get("items") or {}).get("data", []))

    return ListFilter(TimeParameter(), matches)


def source_matches(obj: JsonObject, value: str) -> bool:
    """Check the source; for a dispute Stripe returns an empty page although its transactions name it."""
    return not value.startswith(("du_", "dp_")) and obj.get("source") == value


def payment_matches(obj: JsonObject, payment: JsonObject) -> bool:
    """Check an invoice payment against each part of its payment that the request contains."""
    return all(value_at(obj, f"payment.{name}") == value for name, value in payment.items())


def event_type_matches(event: JsonObject, patterns: list[str]) -> bool:
    """Check an event's type against several; a pattern may end in `*`."""
    return any(
        event["type"] == pattern or (pattern.endswith("*") and event["type"].startswith(pattern[:-1]))
        for pattern in patterns
    )
