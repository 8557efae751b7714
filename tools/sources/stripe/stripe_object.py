"""A Stripe object read by dotted paths."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import cast

from pydantic import JsonValue

from disputes import dispute, text
from disputes.evidence import Fact, FactValue, build_fact, kinds
from disputes.money import Money


class StripeObject:
    """One Stripe object read by dotted paths; a path that does not exist gives an empty value, and never raises.

    Texts are cleaned, times are aware UTC, amounts are in the object's own currency.
    """

    def __init__(self, raw: object = None, *, origin: str = "") -> None:
        self._raw: Mapping[str, object] = raw if isinstance(raw, dict) else {}
        kind, ref = self.text("object"), self.text("id")
        self._origin = f"stripe:{kind}/{ref}:" if kind and ref else origin

    def __bool__(self) -> bool:
        return bool(self._raw)

    @property
    def json(self) -> dict[str, JsonValue]:
        """The object as Stripe sent it."""
        return cast("dict[str, JsonValue]", self._raw)

    def raw(self, path: str) -> object:
        """Return the value at a path as Stripe sent it, or None."""
        value: object = self._raw
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def text(self, path: str) -> str:
        """Return a text on one line, or an empty one."""
        value = self.raw(path)
        return text.line(value, name=path.rpartition(".")[2]) if isinstance(value, str) else ""

    def key(self, path: str, kind: str) -> str:
        """Return the key of a record on one line and whole, or an empty one; `kind` is the fact it is for."""
        value = self.raw(path)
        return text.key(value, kind) if isinstance(value, str) else ""

    def number(self, path: str) -> int:
        """Return a whole number, or 0."""
        value = self.raw(path)
        return value if isinstance(value, int) and not isinstance(value, bool) else 0

    def flag(self, path: str) -> bool:
        """Return whether a flag is true."""
        return self.raw(path) is True

    def time(self, path: str) -> datetime | None:
        """Return a time from epoch seconds, or None."""
        return dispute.parse_time(self.number(path))

    def money(self, path: str) -> Money:
        """Return an amount in minor units of the object's currency."""
        return Money(amount=self.number(path), currency=self.text("currency").lower())

    def ref(self, path: str) -> str:
        """Return the id of an object that may be expanded here or given as its id alone."""
        return self.text(f"{path}.id") or self.text(path)

    def child(self, path: str) -> "StripeObject":
        """Return the object at a path, or an empty one."""
        return StripeObject(self.raw(path), origin=f"{self.source(path)}.")

    def children(self, path: str) -> "tuple[StripeObject, ...]":
        """Return the objects of a list, bare or in Stripe's envelope."""
        value = self.raw(path)
        items = value.get("data") if isinstance(value, dict) else value
        return tuple(StripeObject(item) for item in items if isinstance(item, dict)) if isinstance(items, list) else ()

    def source(self, path: str) -> str:
        """Return the source of a value, such as `stripe:charge/ch_1:billing_details.email`."""
        return f"{self._origin}{path}"


NOTHING = StripeObject()


def first(kind: str, *paths: tuple[StripeObject, str]) -> Iterator[Fact]:
    """Yield a text, time or money fact from the first path that has a value; nothing when none has."""
    for holder, path in paths:
        if value := _value(kind, holder, path):
            yield build_fact(kind, value, holder.source(path))
            return


def _value(kind: str, holder: StripeObject, path: str) -> FactValue | datetime | None:
    match kinds.form(kind):
        case "time":
            return holder.time(path)
        case "money":
            money = holder.money(path)
            return money if money.amount and money.currency else None
        case _:
            return holder.key(path, kind) if kind in kinds.KEYS else holder.text(path)
