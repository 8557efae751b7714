"""The store of all simulated objects, and the caller who may see them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from simulator import fields
from simulator.errors import not_found
from simulator.http.parameters import JsonObject


@dataclass(frozen=True)
class Caller:
    """Who makes a request: the mode of the key, the connected account, the request id and the idempotency key."""

    livemode: bool = False
    account: str | None = None
    request_id: str | None = None
    idempotency_key: str | None = None


class Store:
    """All objects in memory, by id; a stored object is never changed in place, `put` replaces it.

    Keys that start with `_` belong to the simulator (`_account`, `_livemode`, `_pages`); the API never returns them.
    """

    def __init__(self, now: Callable[[], datetime], run: str) -> None:
        self.now, self._run = now, run
        self._objects: dict[str, JsonObject] = {}
        self._order: dict[str, int] = {}
        self._kinds: dict[str, dict[str, None]] = {}
        self._index: dict[tuple[str, str, str], dict[str, None]] = {}

    def new_id(self, prefix: str) -> str:
        """Return a new id; two runs of the simulator never share one."""
        self._order[f"#{prefix}"] = count = self._order.get(f"#{prefix}", 0) + 1
        return f"{prefix}_1Sim{self._run}{count:06d}"

    def seconds(self) -> int:
        """Return the time in UTC seconds."""
        return int(self.now().timestamp())

    def add(self, obj: JsonObject) -> JsonObject:
        """Store an object as Stripe returns it; its expanded parts are stored separately and replaced by their ids."""
        owned: JsonObject = {key: obj[key] for key in ("_account", "_livemode") if key in obj}
        if "livemode" in obj:
            owned["_livemode"] = obj["livemode"]
        self._connect(obj.get("_account"))
        collapsed, parts = fields.collapse(fields.complete(obj))
        for part in parts:
            if part["id"] not in self._objects:
                self.add({**owned, **part})
        return self.put({**collapsed, **owned})

    def _connect(self, account: str | None) -> None:
        """Store the connected account that an object belongs to, which the platform's list of accounts shows."""
        if account and account not in self._objects:
            self.put({"id": account, "object": "account", "created": self.seconds()})

    def put(self, obj: JsonObject) -> JsonObject:
        """Store or replace one object and return it."""
        identity, kind = str(obj["id"]), str(obj["object"])
        self._objects[identity] = obj
        self._order.setdefault(identity, len(self._order))
        self._kinds.setdefault(kind, {})[identity] = None
        for name in fields.INDEXED:
            if isinstance(obj.get(name), str):
                self._index.setdefault((kind, name, obj[name]), {})[identity] = None
        return obj

    def find(self, identity: str) -> JsonObject | None:
        """Return the object of any account, or None."""
        return self._objects.get(identity)

    def get(self, kind: str, identity: str, caller: Caller, *, noun: str = "", param: str = "id") -> JsonObject:
        """Return the object; raise Stripe's 404 for an absent one, another account's or another mode's."""
        obj = self._objects.get(identity)
        if obj is None or obj["object"] != kind or not is_visible(obj, caller):
            raise not_found(noun or kind, identity, param)
        return obj

    def list_objects(self, kind: str, caller: Caller, **equal: str) -> list[JsonObject]:
        """Return the caller's objects of a kind whose indexed fields have these values, newest first."""
        listed = [obj for obj in self._candidates(kind, equal) if is_visible(obj, caller)]
        listed.sort(key=lambda obj: (obj.get("created") or 0, self._order[obj["id"]]), reverse=True)
        return listed

    def _candidates(self, kind: str, equal: dict[str, str]) -> Iterator[JsonObject]:
        keys = [self._index.get((kind, name, value), {}) for name, value in equal.items()]
        candidates = min(keys, key=len) if keys else self._kinds.get(kind, {})
        for identity in candidates:
            if all(identity in others for others in keys):
                yield self._objects[identity]


def is_visible(obj: JsonObject, caller: Caller) -> bool:
    """Return whether this key, with this Stripe-Account header, may see the object."""
    mode = obj.get("livemode", obj.get("_livemode"))
    return obj.get("_account") == caller.account and mode in (None, caller.livemode)


def render(obj: JsonObject) -> JsonObject:
    """Return the object without the simulator's own keys."""
    return {key: value for key, value in obj.items() if not key.startswith("_")}
