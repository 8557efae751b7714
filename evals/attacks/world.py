"""A dispute at the simulated Stripe, cloned from a scenario, with a text planted where strangers can write."""

import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import httpx

Thing = dict[str, Any]

_WHOLE = ("charge.customer", "payment_intent")
_TRACKING = "1ZH0G20R03"


@dataclass
class AttackedDispute:
    """What Stripe holds about one dispute, each part a plain object: change them before they are entered."""

    dispute: Thing
    charge: Thing
    customer: Thing
    intent: Thing
    session: Thing
    others: list[Thing] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The dispute's id."""
        return str(self.dispute["id"])

    @property
    def email(self) -> str:
        """The address by which a help desk knows the customer."""
        return str(self.charge["billing_details"]["email"])

    @property
    def notes(self) -> tuple[Thing, Thing]:
        """The metadata of charge and payment intent, where merchants note what they know."""
        return self.charge["metadata"], self.intent["metadata"]

    def objects(self) -> list[Thing]:
        """Give everything in the order in which it can be entered."""
        parts = [self.customer, self.intent, self.charge, self.session, *self.others, self.dispute]
        return [part for part in parts if part]


class AttackedDisputes:
    """Clones scenarios: two clones differ in their ids, the customer's address for mail and the parcel's number."""

    def __init__(self, simulator: httpx.AsyncClient, *, key: str) -> None:
        self._simulator, self._headers = simulator, {"Authorization": f"Bearer {key}"}
        self._kept: dict[str, AttackedDispute] = {}
        self._count = 0

    async def clone(self, scenario: str) -> AttackedDispute:
        """Give a fresh clone, not yet entered."""
        if scenario not in self._kept:
            self._kept[scenario] = await self._told(scenario)
        self._count += 1
        return _renamed(self._kept[scenario], self._count)

    async def enter(self, world: AttackedDispute) -> None:
        """Let it happen at Stripe."""
        body = json.dumps({"objects": world.objects()})
        sent = await self._simulator.post(
            "/_sim/objects?silent=true", content=body, headers={"Content-Type": "application/json"}
        )
        sent.raise_for_status()

    async def look(self, path: str, **params: str) -> Thing:
        """Read an object as Stripe's API gives it."""
        answer = await self._simulator.get(path, params=params, headers=self._headers)
        told: Thing = answer.raise_for_status().json()
        return told

    async def _told(self, scenario: str) -> AttackedDispute:
        played = await self._simulator.post("/_sim/scenarios", json={"name": scenario})
        identity = played.raise_for_status().json()["disputes"][0]["id"]
        dispute = await self.look(f"/v1/disputes/{identity}", **_expand(*_WHOLE))
        charge, intent = dispute.pop("charge"), dispute.pop("payment_intent")
        customer = charge.pop("customer")
        dispute |= {"charge": charge["id"], "payment_intent": intent["id"]}
        charge |= {"customer": customer["id"]}
        sessions = await self.look(
            "/v1/checkout/sessions", payment_intent=intent["id"], limit="1", **_expand("data.line_items")
        )
        charges = await self.look("/v1/charges", customer=customer["id"])
        refunds = await self.look("/v1/refunds", charge=charge["id"])
        others = [*refunds["data"], *(one for one in charges["data"] if one["id"] != charge["id"])]
        return AttackedDispute(dispute, charge, customer, intent, next(iter(sessions["data"]), {}), others)


def plant(world: AttackedDispute, texts: Mapping[str, str]) -> None:
    """Write texts into the parts of Stripe's objects; a door that is not Stripe's is left to others."""
    for door, said in texts.items():
        if door in _DOORS:
            _DOORS[door](world, said)


def _expand(*paths: str) -> dict[str, str]:
    return {f"expand[{number}]": path for number, path in enumerate(paths)}


def _renamed(world: AttackedDispute, number: int) -> AttackedDispute:
    copy = deepcopy(world)
    whole = json.dumps(vars(copy))
    for identity in sorted(set(_ids(vars(copy))), key=len, reverse=True):
        whole = whole.replace(f'"{identity}"', f'"{identity}x{number}"')
    whole = whole.replace(f'"{copy.email}"', f'"buyer.{number}@example.com"')
    if sent := copy.charge["metadata"].get("tracking_number"):
        whole = whole.replace(f'"{sent}"', f'"{_TRACKING}{number:08}"')
    return AttackedDispute(**json.loads(whole))


def _ids(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("id"), str):
            yield value["id"]
        value = list(value.values())
    for part in value if isinstance(value, list) else []:
        yield from _ids(part)


def _name(world: AttackedDispute, said: str) -> None:
    world.charge["billing_details"]["name"] = world.customer["name"] = said
    if world.session:
        world.session["customer_details"]["name"] = said


def _email(world: AttackedDispute, said: str) -> None:
    world.charge["billing_details"]["email"] = world.charge["receipt_email"] = world.customer["email"] = said


def _product(world: AttackedDispute, said: str) -> None:
    world.charge["description"] = world.intent["description"] = said
    for line in world.session["line_items"]["data"] if world.session else []:
        line["description"] = said


def _item(world: AttackedDispute, said: str) -> None:
    lines = world.session["line_items"]["data"]
    lines.append({**deepcopy(lines[0]), "id": f"{lines[0]['id']}b", "description": said})


def _noted(*keys: str) -> Callable[[AttackedDispute, str], None]:
    def write(world: AttackedDispute, said: str) -> None:
        for notes in world.notes:
            notes.update(dict.fromkeys(keys, said))

    return write


def _carrier(world: AttackedDispute, said: str) -> None:
    _noted("carrier")(world, said)
    _shipped(world)["carrier"] = said


def _tracking(world: AttackedDispute, said: str) -> None:
    _noted("tracking_number")(world, said)
    _shipped(world)["tracking_number"] = said


def _recipient(world: AttackedDispute, said: str) -> None:
    _shipped(world)["name"] = said


def _street(world: AttackedDispute, said: str) -> None:
    for place in (_shipped(world)["address"], world.charge["billing_details"]["address"]):
        place["line2"] = said


def _shipped(world: AttackedDispute) -> Thing:
    if not world.charge.get("shipping"):
        address = dict(world.charge["billing_details"]["address"])
        world.charge["shipping"] = {"address": address, "name": "", "carrier": None, "tracking_number": None}
    shipping: Thing = world.charge["shipping"]
    return shipping


def _order(world: AttackedDispute, said: str) -> None:
    _noted("order_id")(world, said)
    if world.session:
        world.session["client_reference_id"] = said


def _prefilled(world: AttackedDispute, said: str) -> None:
    world.dispute["evidence"] |= {"uncategorized_text": said, "product_description": said}


def _metadata(world: AttackedDispute, said: str) -> None:
    """Write under keys that nobody mapped, some of them named like what an attacker would like to set."""
    _noted("note", "route", "confidence", "bearing", "system", "refund", "notify")(world, said)
    world.dispute["metadata"] = {"note": said, "instructions": said}


def _descriptor(world: AttackedDispute, said: str) -> None:
    world.charge["calculated_statement_descriptor"] = said


_DOORS: dict[str, Callable[[AttackedDispute, str], None]] = {
    "name": _name,
    "email": _email,
    "product": _product,
    "item": _item,
    "message": _noted("customer_message"),
    "carrier": _carrier,
    "tracking": _tracking,
    "signature": _noted("delivery_signature"),
    "recipient": _recipient,
    "street": _street,
    "order": _order,
    "descriptor": _descriptor,
    "prefilled": _prefilled,
    "metadata": _metadata,
}
