from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from simulator import fields
from simulator.errors import missing
from simulator.http.parameters import Thing


@dataclass(frozen=True)
class Caller:
    """Who asks: the mode of the key, the connected account, and the names of this request."""

    livemode: bool = False
    account: str | None = None
    request_id: str | None = None
    idempotency_key: str | None = None


class Store:
    """All objects in memory, by id; a stored object is never changed in place, `put` replaces it.

    Keys that start with `_` are ours (`_account`, `_livemode`, `_pages`) and never leave by the API.
    """

    def __init__(self, now: Callable[[], datetime], run: str) -> None:
        self.now, self._run = now, run
        self._things: dict[str, Thing] = {}
        self._order: dict[str, int] = {}
        self._kinds: dict[str, dict[str, None]] = {}
        self._index: dict[tuple[str, str, str], dict[str, None]] = {}

    def mint(self, prefix: str) -> str:
        """Give a new id; ids of two runs of the simulator never meet."""
        self._order[f"#{prefix}"] = count = self._order.get(f"#{prefix}", 0) + 1
        return f"{prefix}_1Sim{self._run}{count:06d}"

    def seconds(self) -> int:
        """Give the time as UTC seconds."""
        return int(self.now().timestamp())

    def add(self, thing: Thing) -> Thing:
        """Store an object as Stripe returns it; what it carries expanded is stored by itself and becomes an id."""
        owned: Thing = {key: thing[key] for key in ("_account", "_livemode") if key in thing}
        if "livemode" in thing:
            owned["_livemode"] = thing["livemode"]
        whole, parts = fields.collapse(fields.complete(thing))
        for part in parts:
            if part["id"] not in self._things:
                self.add({**owned, **part})
        return self.put({**whole, **owned})

    def put(self, thing: Thing) -> Thing:
        """Store or replace one object and give it back."""
        identity, kind = str(thing["id"]), str(thing["object"])
        self._things[identity] = thing
        self._order.setdefault(identity, len(self._order))
        self._kinds.setdefault(kind, {})[identity] = None
        for name in fields.INDEXED:
            if isinstance(thing.get(name), str):
                self._index.setdefault((kind, name, thing[name]), {})[identity] = None
        return thing

    def find(self, identity: str) -> Thing | None:
        """Give the object whoever owns it, or None."""
        return self._things.get(identity)

    def get(self, kind: str, identity: str, caller: Caller, *, noun: str = "", param: str = "id") -> Thing:
        """Give the object, or raise the 404 Stripe gives for an absent one, another account's or another mode's."""
        thing = self._things.get(identity)
        if thing is None or thing["object"] != kind or not visible(thing, caller):
            raise missing(noun or kind, identity, param)
        return thing

    def every(self, kind: str, caller: Caller, **equal: str) -> list[Thing]:
        """Give the caller's objects of a kind whose indexed fields have these values, newest first."""
        seen = [thing for thing in self._candidates(kind, equal) if visible(thing, caller)]
        seen.sort(key=lambda thing: (thing.get("created") or 0, self._order[thing["id"]]), reverse=True)
        return seen

    def _candidates(self, kind: str, equal: dict[str, str]) -> Iterator[Thing]:
        keys = [self._index.get((kind, name, value), {}) for name, value in equal.items()]
        first = min(keys, key=len) if keys else self._kinds.get(kind, {})
        for identity in first:
            if all(identity in others for others in keys):
                yield self._things[identity]


def visible(thing: Thing, caller: Caller) -> bool:
    """Say whether this key, with this Stripe-Account header, sees the object."""
    mode = thing.get("livemode", thing.get("_livemode"))
    return thing.get("_account") == caller.account and mode in (None, caller.livemode)


def render(thing: Thing) -> Thing:
    """Give the object without our private keys."""
    return {key: value for key, value in thing.items() if not key.startswith("_")}
