from simulator.errors import StripeError
from simulator.fields import EXPANDABLE, INCLUDABLE, INLINE, dig, plant
from simulator.http.parameters import Thing
from simulator.state import Caller, Store, render

DEPTH = 4


def expand(world: Store, thing: Thing, paths: list[str], caller: Caller) -> Thing:
    """Give the answer with these paths expanded; an id this world does not hold stays an id.

    Refuses a path that is no expandable property, and one of more than four levels (docs.stripe.com/expand).
    """
    answer = render(thing)
    for path in paths:
        parts = path.split(".")
        if len(parts) > DEPTH:
            raise StripeError(f"You cannot expand more than {DEPTH} levels of a property ({path}).", param="expand")
        answer = _Walk(world, caller, path).into(answer, parts)
    return answer


class _Walk:
    def __init__(self, world: Store, caller: Caller, path: str) -> None:
        self._world, self._caller, self._path = world, caller, path

    def into(self, thing: Thing, parts: list[str]) -> Thing:
        if not parts:
            return thing
        kind = str(thing.get("object"))
        if kind in ("list", "search_result") and parts[0] == "data":
            return {**thing, "data": [self.into(item, parts[1:]) for item in thing["data"]]}
        if (kind, parts[0]) in INCLUDABLE or (kind, parts[0]) == ("checkout.session", "line_items"):
            return self._included(thing, parts)
        if parts[0] in INLINE.get(kind, ()):
            return self._inline(thing, parts)
        return self._property(thing, parts)

    def _property(self, thing: Thing, parts: list[str]) -> Thing:
        for cut in range(1, len(parts) + 1):
            path = ".".join(parts[:cut])
            if path in EXPANDABLE.get(str(thing.get("object")), ()):
                return self._resolved(thing, path, parts[cut:])
        raise StripeError(f"This property cannot be expanded ({self._path}).", param="expand")

    def _resolved(self, thing: Thing, path: str, rest: list[str]) -> Thing:
        value = dig(thing, path)
        if isinstance(value, str):
            found = self._world.find(value)
            value = render(found) if found else value
        return plant(thing, path, self.into(value, rest)) if isinstance(value, dict) else thing

    def _included(self, thing: Thing, parts: list[str]) -> Thing:
        name = parts[0]
        if not isinstance(thing.get(name), dict):
            thing = {**thing, name: self._members(thing, name)}
        return {**thing, name: self.into(thing[name], parts[1:])}

    def _members(self, thing: Thing, name: str) -> Thing:
        if name == "line_items":
            stored = self._world.find(thing["id"]) or {}
            return dict(stored.get("_line_items") or envelope([], f"/v1/checkout/sessions/{thing['id']}/line_items"))
        kind, back = INCLUDABLE[(str(thing["object"]), name)]
        members = self._world.every(kind, self._caller, **{back: thing["id"]})
        return envelope([render(member) for member in members], f"/v1/{kind}s?{back}={thing['id']}")

    def _inline(self, thing: Thing, parts: list[str]) -> Thing:
        value = thing.get(parts[0]) or {}
        if isinstance(value, list):
            return {**thing, parts[0]: [self.into(item, parts[1:]) for item in value]}
        return {**thing, parts[0]: self.into(value, parts[1:])}


def envelope(data: list[Thing], url: str, *, more: bool = False) -> Thing:
    """Give Stripe's list object."""
    return {"object": "list", "data": data, "has_more": more, "url": url}
