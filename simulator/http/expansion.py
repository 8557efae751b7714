"""Expansion of ids into objects (docs.stripe.com/expand)."""

from simulator.errors import StripeError
from simulator.fields import EXPANDABLE, INCLUDABLE, INLINE, value_at, with_value
from simulator.http.parameters import JsonObject
from simulator.state import Caller, Store, render

DEPTH = 4


def expand(store: Store, obj: JsonObject, paths: list[str], caller: Caller) -> JsonObject:
    """Return the answer with these paths expanded; an id that the store does not hold stays an id.

    Raises `StripeError` for a path that is no expandable property, and for one of more than four levels
    (docs.stripe.com/expand).
    """
    answer = render(obj)
    for path in paths:
        parts = path.split(".")
        if len(parts) > DEPTH:
            raise StripeError(f"You cannot expand more than {DEPTH} levels of a property ({path}).", param="expand")
        answer = _Expander(store, caller, path).expand_path(answer, parts)
    return answer


class _Expander:
    def __init__(self, store: Store, caller: Caller, path: str) -> None:
        self._world, self._caller, self._path = store, caller, path

    def expand_path(self, obj: JsonObject, parts: list[str]) -> JsonObject:
        if not parts:
            return obj
        kind = str(obj.get("object"))
        if kind in ("list", "search_result") and parts[0] == "data":
            return {**obj, "data": [self.expand_path(item, parts[1:]) for item in obj["data"]]}
        if (kind, parts[0]) in INCLUDABLE or (kind, parts[0]) == ("checkout.session", "line_items"):
            return self._included(obj, parts)
        if parts[0] in INLINE.get(kind, ()):
            return self._inline(obj, parts)
        return self._property(obj, parts)

    def _property(self, obj: JsonObject, parts: list[str]) -> JsonObject:
        for cut in range(1, len(parts) + 1):
            path = ".".join(parts[:cut])
            if path in EXPANDABLE.get(str(obj.get("object")), ()):
                return self._resolved(obj, path, parts[cut:])
        raise StripeError(f"This property cannot be expanded ({self._path}).", param="expand")

    def _resolved(self, obj: JsonObject, path: str, rest: list[str]) -> JsonObject:
        value = value_at(obj, path)
        if isinstance(value, str):
            stored = self._world.find(value)
            value = render(stored) if stored else value
        return with_value(obj, path, self.expand_path(value, rest)) if isinstance(value, dict) else obj

    def _included(self, obj: JsonObject, parts: list[str]) -> JsonObject:
        name = parts[0]
        if not isinstance(obj.get(name), dict):
            obj = {**obj, name: self._members(obj, name)}
        return {**obj, name: self.expand_path(obj[name], parts[1:])}

    def _members(self, obj: JsonObject, name: str) -> JsonObject:
        if name == "line_items":
            stored = self._world.find(obj["id"]) or {}
            return dict(stored.get("_line_items") or list_object([], f"/v1/checkout/sessions/{obj['id']}/line_items"))
        kind, back = INCLUDABLE[(str(obj["object"]), name)]
        members = self._world.list_objects(kind, self._caller, **{back: obj["id"]})
        return list_object([render(member) for member in members], f"/v1/{kind}s?{back}={obj['id']}")

    def _inline(self, obj: JsonObject, parts: list[str]) -> JsonObject:
        value = obj.get(parts[0]) or {}
        if isinstance(value, list):
            return {**obj, parts[0]: [self.expand_path(item, parts[1:]) for item in value]}
        return {**obj, parts[0]: self.expand_path(value, parts[1:])}


def list_object(data: list[JsonObject], url: str, *, more: bool = False) -> JsonObject:
    """Build Stripe's list object."""
    return {"object": "list", "data": data, "has_more": more, "url": url}
