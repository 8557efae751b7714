"""Disputes in the simulator, cloned from a scenario, with texts planted where an attacker can write."""

import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import httpx

StripeObject = dict[str, Any]

_EXPANDED = ("charge.customer", "payment_intent")
_TRACKING_PREFIX = "1ZH0G20R03"


@dataclass
class AttackedDispute:
    """The Stripe objects of one dispute, which may be changed until they are entered."""

    dispute: StripeObject
    charge: StripeObject
    customer: StripeObject
    intent: StripeObject
    session: StripeObject
    other_objects: list[StripeObject] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The dispute's id."""
        return str(self.dispute["id"])

    @property
    def email(self) -> str:
        """The e-mail address under which a help desk finds the customer."""
        return str(self.charge["billing_details"]["email"])

    @property
    def notes(self) -> tuple[StripeObject, StripeObject]:
        """The metadata of the charge and of the payment intent, where merchants keep their notes."""
        return self.charge["metadata"], self.intent["metadata"]

    def objects(self) -> list[StripeObject]:
        """Return all objects in the order in which they can be entered."""
        parts = [self.customer, self.intent, self.charge, self.session, *self.other_objects, self.dispute]
        return [part for part in parts if part]


class AttackedDisputes:
    """The clones of scenarios, which differ in their ids, the customer's e-mail address and the tracking number."""

    def __init__(self, simulator: httpx.AsyncClient, *, key: str) -> None:
        self._simulator, self._headers = simulator, {"Authorization": f"Bearer {key}"}
        self._originals: dict[str, AttackedDispute] = {}
        self._count = 0

    async def clone(self, scenario: str) -> AttackedDispute:
        """Return a new clone of a scenario, not yet entered."""
        if scenario not in self._originals:
            self._originals[scenario] = await self._read_scenario(scenario)
        self._count += 1
        return _rename_ids(self._originals[scenario], self._count)

    async def enter(self, attacked: AttackedDispute) -> None:
        """Create the objects of a dispute in the simulator."""
        body = json.dumps({"objects": attacked.objects()})
        response = await self._simulator.post(
            "/_sim/objects?silent=true", content=body, headers={"Content-Type": "application/json"}
        )
        response.raise_for_status()

    async def read(self, path: str, **params: str) -> StripeObject:
        """Read an object through Stripe's API."""
        answer = await self._simulator.get(path, params=params, headers=self._headers)
        stripe_object: StripeObject = answer.raise_for_status().json()
        return stripe_object

    async def _read_scenario(self, scenario: str) -> AttackedDispute:
        played = await self._simulator.post("/_sim/scenarios", json={"name": scenario})
        object_id = played.raise_for_status().json()["disputes"][0]["id"]
        dispute = await self.read(f"/v1/disputes/{object_id}", **_expand(*_EXPANDED))
        charge, intent = dispute.pop("charge"), dispute.pop("payment_intent")
        customer = charge.pop("customer")
        dispute |= {"charge": charge["id"], "payment_intent": intent["id"]}
        charge |= {"customer": customer["id"]}
        sessions = await self.read(
            "/v1/checkout/sessions", payment_intent=intent["id"], limit="1", **_expand("data.line_items")
        )
        charges = await self.read("/v1/charges", customer=customer["id"])
        refunds = await self.read("/v1/refunds", charge=charge["id"])
        other_objects = [*refunds["data"], *(other for other in charges["data"] if other["id"] != charge["id"])]
        return AttackedDispute(dispute, charge, customer, intent, next(iter(sessions["data"]), {}), other_objects)


def plant(attacked: AttackedDispute, texts: Mapping[str, str]) -> None:
    """Write texts into the Stripe objects of a dispute; channels outside Stripe are ignored."""
    for channel, text in texts.items():
        if channel in _CHANNELS:
            _CHANNELS[channel](attacked, text)


def _expand(*paths: str) -> dict[str, str]:
    return {f"expand[{number}]": path for number, path in enumerate(paths)}


def _rename_ids(attacked: AttackedDispute, number: int) -> AttackedDispute:
    copy = deepcopy(attacked)
    whole = json.dumps(vars(copy))
    for object_id in sorted(set(_ids(vars(copy))), key=len, reverse=True):
        whole = whole.replace(f'"{object_id}"', f'"{object_id}x{number}"')
    whole = whole.replace(f'"{copy.email}"', f'"buyer.{number}@example.com"')
    if tracking := copy.charge["metadata"].get("tracking_number"):
        whole = whole.replace(f'"{tracking}"', f'"{_TRACKING_PREFIX}{number:08}"')
    return AttackedDispute(**json.loads(whole))


def _ids(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("id"), str):
            yield value["id"]
        value = list(value.values())
    for part in value if isinstance(value, list) else []:
        yield from _ids(part)


def _set_name(attacked: AttackedDispute, text: str) -> None:
    attacked.charge["billing_details"]["name"] = attacked.customer["name"] = text
    if attacked.session:
        attacked.session["customer_details"]["name"] = text


def _set_email(attacked: AttackedDispute, text: str) -> None:
    attacked.charge["billing_details"]["email"] = attacked.charge["receipt_email"] = attacked.customer["email"] = text


def _set_product(attacked: AttackedDispute, text: str) -> None:
    attacked.charge["description"] = attacked.intent["description"] = text
    for line in attacked.session["line_items"]["data"] if attacked.session else []:
        line["description"] = text


def _add_item(attacked: AttackedDispute, text: str) -> None:
    lines = attacked.session["line_items"]["data"]
    lines.append({**deepcopy(lines[0]), "id": f"{lines[0]['id']}b", "description": text})


def _set_metadata(*keys: str) -> Callable[[AttackedDispute, str], None]:
    def write(attacked: AttackedDispute, text: str) -> None:
        for notes in attacked.notes:
            notes.update(dict.fromkeys(keys, text))

    return write


def _set_carrier(attacked: AttackedDispute, text: str) -> None:
    _set_metadata("carrier")(attacked, text)
    _shipping(attacked)["carrier"] = text


def _set_tracking(attacked: AttackedDispute, text: str) -> None:
    _set_metadata("tracking_number")(attacked, text)
    _shipping(attacked)["tracking_number"] = text


def _set_recipient(attacked: AttackedDispute, text: str) -> None:
    _shipping(attacked)["name"] = text


def _set_street(attacked: AttackedDispute, text: str) -> None:
    for place in (_shipping(attacked)["address"], attacked.charge["billing_details"]["address"]):
        place["line2"] = text


def _shipping(attacked: AttackedDispute) -> StripeObject:
    if not attacked.charge.get("shipping"):
        address = dict(attacked.charge["billing_details"]["address"])
        attacked.charge["shipping"] = {"address": address, "name": "", "carrier": None, "tracking_number": None}
    shipping: StripeObject = attacked.charge["shipping"]
    return shipping


def _set_order(attacked: AttackedDispute, text: str) -> None:
    _set_metadata("order_id")(attacked, text)
    if attacked.session:
        attacked.session["client_reference_id"] = text


def _set_prefilled(attacked: AttackedDispute, text: str) -> None:
    attacked.dispute["evidence"] |= {"uncategorized_text": text, "product_description": text}


def _set_unmapped_metadata(attacked: AttackedDispute, text: str) -> None:
    """Write the text under metadata keys that nobody mapped, some named like settings an attacker would change."""
    _set_metadata("note", "route", "confidence", "bearing", "system", "refund", "notify")(attacked, text)
    attacked.dispute["metadata"] = {"note": text, "instructions": text}


def _set_descriptor(attacked: AttackedDispute, text: str) -> None:
    attacked.charge["calculated_statement_descriptor"] = text


_CHANNELS: dict[str, Callable[[AttackedDispute, str], None]] = {
    "name": _set_name,
    "email": _set_email,
    "product": _set_product,
    "item": _add_item,
    "message": _set_metadata("customer_message"),
    "carrier": _set_carrier,
    "tracking": _set_tracking,
    "signature": _set_metadata("delivery_signature"),
    "recipient": _set_recipient,
    "street": _set_street,
    "order": _set_order,
    "descriptor": _set_descriptor,
    "prefilled": _set_prefilled,
    "metadata": _set_unmapped_metadata,
}
