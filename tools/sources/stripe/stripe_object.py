"""A Stripe object read by dotted paths."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from disputes import dispute, text
from disputes.evidence import Fact, FactValue, build_fact, kinds
from disputes.money import Money


class StripeObject:
    """One Stripe object read by dotted paths; a path that ends early gives nothing, and never raises.

    Text comes cleaned, times aware UTC, amounts in the object's own currency.
    """

    def __init__(self, raw: object = None, *, origin: str = "") -> None:
        self._raw: Mapping[str, object] = raw if isinstance(raw, dict) else {}
        kind, ref = self.text("object"), self.text("id")
        self._origin = f"stripe:{kind}/{ref}:" if kind and ref else origin

    def __bool__(self) -> bool:
        return bool(self._raw)

    def raw(self, path: str) -> object:
        """Give what stands at a path, as Stripe sent it."""
        value: object = self._raw
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def text(self, path: str) -> str:
        """Give a text on one line, or an empty one."""
        value = self.raw(path)
        return text.line(value) if isinstance(value, str) else ""

    def number(self, path: str) -> int:
        """Give a whole number, or 0."""
        value = self.raw(path)
        return value if isinstance(value, int) and not isinstance(value, bool) else 0

    def flag(self, path: str) -> bool:
        """Tell whether a flag is set."""
        return self.raw(path) is True

    def time(self, path: str) -> datetime | None:
        """Give a time from epoch seconds, or None."""
        return dispute.parse_time(self.number(path))

    def money(self, path: str) -> Money:
        """Give an amount in minor units of the object's currency."""
        return Money(amount=self.number(path), currency=self.text("currency").lower())

    def ref(self, path: str) -> str:
        """Give the id of an object that may stand here expanded or as its id alone."""
        return self.text(f"{path}.id") or self.text(path)

    def object(self, path: str) -> "StripeObject":
        """Give the object at a path, an empty one when there is none."""
        return StripeObject(self.raw(path), origin=f"{self.source(path)}.")

    def objects(self, path: str) -> "tuple[StripeObject, ...]":
        """Give the objects of a list, bare or in Stripe's envelope."""
        value = self.raw(path)
        items = value.get("data") if isinstance(value, dict) else value
        return tuple(StripeObject(item) for item in items if isinstance(item, dict)) if isinstance(items, list) else ()

    def source(self, path: str) -> str:
        """Say where a value was read, such as `stripe:charge/ch_1:billing_details.email`."""
        return f"{self._origin}{path}"


NOTHING = StripeObject()


def first(kind: str, *places: tuple[StripeObject, str]) -> Iterator[Fact]:
    """Make a text, time or money fact of the first place that holds something; none when no place does."""
    for source_object, path in places:
        if value := _held(kind, source_object, path):
            yield build_fact(kind, value, source_object.source(path))
            return


def _held(kind: str, source_object: StripeObject, path: str) -> FactValue | datetime | None:
    match kinds.form(kind):
        case "time":
            return source_object.time(path)
        case "money":
            money = source_object.money(path)
            return money if money.amount and money.currency else None
        case _:
            return source_object.text(path)
