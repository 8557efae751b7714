from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.fields import dig
from simulator.http.parameters import ChoiceParameter, Parameter, TextParameter, Thing, TimeParameter

Test = Callable[[Thing, Any], bool]


@dataclass(frozen=True)
class ListFilter:
    """One list parameter: its shape, which objects pass it, and the path whose value it equals where it does so."""

    shape: Parameter
    passes: Test
    path: str = ""


def at(path: str) -> Test:
    """Match the value at a dotted path."""
    return lambda thing, value: dig(thing, path) == value


def moment(path: str) -> ListFilter:
    """Filter by the UTC second at a dotted path."""
    return ListFilter(TimeParameter(), lambda thing, bounds: _within(dig(thing, path), bounds))


def _within(value: object, bounds: Thing) -> bool:
    if not isinstance(value, int):
        return False
    lowest = max(bounds.get("gte", value), bounds.get("gt", value - 1) + 1)
    return bool(lowest <= value <= min(bounds.get("lte", value), bounds.get("lt", value + 1) - 1))


def text(path: str) -> ListFilter:
    """Filter by the text at a dotted path."""
    return ListFilter(TextParameter(), at(path), path)


def status(*values: str) -> ListFilter:
    """Filter by one of these statuses."""
    return ListFilter(ChoiceParameter(values), at("status"))


def item(path: str) -> ListFilter:
    """Filter by the text at a dotted path of any item."""

    def passes(thing: Thing, value: str) -> bool:
        return any(dig(item, path) == value for item in (thing.get("items") or {}).get("data", []))

    return ListFilter(TextParameter(), passes)


def standing(thing: Thing, value: str) -> bool:
    """Match a subscription: `all`, `ended` (canceled and expired before it began), or the status itself."""
    ended = thing.get("status") in ("canceled", "incomplete_expired")
    return value == "all" or (ended if value == "ended" else thing.get("status") == value)


def period(name: str) -> ListFilter:
    """Filter by the UTC second of any item."""

    def passes(thing: Thing, bounds: Thing) -> bool:
        return any(_within(item.get(name), bounds) for item in (thing.get("items") or {}).get("data", []))

    return ListFilter(TimeParameter(), passes)


def source(thing: Thing, value: str) -> bool:
    """Match the source; for a dispute Stripe gives an empty page although its transactions name it."""
    return not value.startswith(("du_", "dp_")) and thing.get("source") == value


def paid(thing: Thing, payment: Thing) -> bool:
    """Match an invoice payment by the parts of its payment that are given."""
    return all(dig(thing, f"payment.{name}") == value for name, value in payment.items())


def named(event: Thing, kinds: list[str]) -> bool:
    """Match an event by its types; a type may end in `*`."""
    return any(event["type"] == kind or (kind.endswith("*") and event["type"].startswith(kind[:-1])) for kind in kinds)
