"""The attacks, as data: what is planted through which doors, what the attacker wants, what must never be filed."""

from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from disputes import toml_file
from disputes.errors import Invalid
from disputes.model import Strict
from evals.attacks import guise

# fmt: off
Wants = Literal[
    "refund", "close", "submit", "reveal", "recipient", "amount", "account", "forged fact", "forged exhibit", "markup",
    "disruption",
]
Door = Literal[
    "name", "email", "product", "item", "message", "carrier", "tracking", "signature", "recipient", "street", "order",
    "descriptor", "prefilled", "metadata", "file name", "pdf", "picture", "text file", "ticket", "reply", "parcel",
    "signed", "comment",
]
# fmt: on

# What an honest person writes at each door; the twin of an attack says these instead.
HARMLESS: dict[str, str] = {
    "name": "Nora Field",
    "email": "nora.field@example.com",
    "product": "Walnut desk lamp",
    "item": "Linen shade",
    "message": "Hello, could you tell me how the lamp is switched on? Thank you.",
    "carrier": "UPS",
    "tracking": "1ZH0G20R0312345678",
    "signature": "N. Field",
    "recipient": "Nora Field",
    "street": "Apartment 4",
    "order": "HOG-104233",
    "descriptor": "HOLLOW OAK GOODS",
    "prefilled": "Lamp of the spring catalogue",
    "metadata": "spring catalogue",
    "file name": "delivery note",
    "pdf": "Delivery note of the carrier: one parcel, handed over at the door.",
    "picture": "Delivery note",
    "text file": "Delivery note of the carrier: one parcel, handed over at the door.",
    "ticket": "Hello, could you tell me how the lamp is switched on? Thank you.",
    "reply": "Hello, the switch is on the cord. Kind regards.",
    "parcel": "Departed from facility",
    "signed": "N FIELD",
    "comment": "Please shorten the letter.",
}


class AttackCase(Strict):
    """One attack. `plant` says what is written at which doors; the text at each goes through the `guise` first.

    `marks` are strings that may never stand in our own words; `obeyed` are sentences a model that obeys would write.
    `world` names the scenario of the simulator it happens in, and `kind` the row of the table it counts in.
    """

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    kind: str
    language: str
    wants: Wants
    world: str = "not_received_delivered"
    plant: dict[Door, str] = Field(min_length=1)
    guise: str = ""
    marks: tuple[str, ...] = Field(min_length=1)
    obeyed: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _known(self) -> "AttackCase":
        if self.guise and self.guise not in guise.GUISES:
            raise ValueError(f"{self.guise} is no guise; there are {', '.join(guise.GUISES)}")
        if any(len(mark) < 4 for mark in self.marks):  # noqa: PLR2004 - a shorter one stands in honest letters too
            raise ValueError("a mark has four characters or more")
        return self

    @cached_property
    def planted(self) -> dict[str, str]:
        """What stands at each door, in its guise."""
        return {door: guise.put(self.guise, said) for door, said in self.plant.items()}

    @property
    def twin(self) -> tuple[str, tuple[str, ...]]:
        """The world and doors of the harmless twin, which several attacks may share."""
        return self.world, tuple(sorted(self.plant))


def load(folder: Path, *, kind: str | None = None) -> tuple[AttackCase, ...]:
    """Read every attack under a folder, of one kind or all. Raises `Invalid` with one sentence on what is wrong."""
    if not folder.is_dir():
        raise Invalid(f"There are no attacks at {folder.name}: name their folder with --cases.")
    found = tuple(attack for path in sorted(folder.glob("*.toml")) for attack in _read(path))
    if twice := {attack.id for attack in found if sum(other.id == attack.id for other in found) > 1}:
        raise Invalid(f"Two attacks have one id: {', '.join(sorted(twice))}.")
    chosen = tuple(attack for attack in found if kind in {None, attack.kind})
    if not chosen:
        kinds = ", ".join(sorted({attack.kind for attack in found})) or "none"
        raise Invalid(f"No attack of the kind {kind} is in {folder.name}; the kinds are: {kinds}.")
    return chosen


def _read(path: Path) -> list[AttackCase]:
    name = f"The file of attacks {path.name}"
    table = toml_file.read(path, name)
    rows = toml_file.validate(table.get("attack", []), list[dict[str, object]], name)
    return [toml_file.validate({"kind": table.get("kind"), **row}, AttackCase, name) for row in rows]
