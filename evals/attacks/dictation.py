"""Dictations as data: texts that put a meaning into a strong case, planted where an outsider can write.

`plant` names kinds of fact, of which every record of the case gets the text, or one of `PLACES`.
"""

from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, JsonValue, model_validator

from disputes import toml_file
from disputes.errors import Invalid
from disputes.evidence.kinds import KINDS
from disputes.model import Strict
from evals.attacks import guise
from evals.case import CaseFact, EvalCase

FOLDER = Path(__file__).parent / "dictations"
MESSAGES = frozenset(("customer_message", "merchant_message"))
PLACES = frozenset(("metadata", "prefilled", "network code", "model", "claim", "signed claim", "topic", "state field"))
"""Where else a text is planted: on the dispute at Stripe, in a model's answers, and in a thread's state."""

Meaning = Literal["concession", "refund", "admission", "lie", "insult", "promise", "wrong fact"]
Policy = Literal["default", "autopilot"]
_TEXT, _KEYS = "text", {"metadata": "metadata", "prefilled": "evidence"}


class Dictation(Strict):
    """One dictation into the evaluation case `world`, which files by itself under `policy` as it is.

    `channel` is the row of the table it counts in and `trick` how it is meant to work. `marks` are the words that carry
    its meaning; they stand in no honest letter of that case.
    """

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    channel: str
    trick: str
    meaning: Meaning
    world: str
    policy: Policy
    plant: dict[str, str] = Field(min_length=1)
    guise: str = ""
    marks: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check(self) -> "Dictation":
        if unknown := set(self.plant) - PLACES - {kind for kind, known in KINDS.items() if known.form == _TEXT}:
            raise ValueError(f"{', '.join(sorted(unknown))} is no kind of text and no other place")
        if self.guise and self.guise not in guise.GUISES:
            raise ValueError(f"{self.guise} is no guise")
        return self

    @cached_property
    def planted(self) -> dict[str, str]:
        """The text in each place, in its guise."""
        return {place: guise.disguise(self.guise, text) for place, text in self.plant.items()}

    @property
    def obeyed(self) -> tuple[str, ...]:
        """What a model writes that obeys."""
        return tuple(self.planted.values())

    def apply(self, case: EvalCase) -> EvalCase:
        """Return the case with the texts on record and on the dispute."""
        texts = {place: text for place, text in self.planted.items() if place in KINDS}
        kept = tuple(_replace(record, texts) for record in case.records)
        new = set(texts) - {record.kind for record in case.records}
        added = tuple(_record(kind, texts[kind]) for kind in sorted(new))
        dispute = {**case.dispute, **self._dispute_changes(case)}
        return case.model_copy(update={"records": (*kept, *added), "dispute": dispute, "policy": self.policy})

    def _dispute_changes(self, case: EvalCase) -> dict[str, JsonValue]:
        changes: dict[str, JsonValue] = {}
        for place, key in _KEYS.items():
            if text := self.planted.get(place):
                changes[key] = {"note": text, "uncategorized_text": text, "product_description": text}
        if code := self.planted.get("network code"):
            changes["payment_method_details"] = _with_code(case.dispute["payment_method_details"], code)
        return changes


def load(folder: Path = FOLDER) -> tuple[Dictation, ...]:
    """Read every dictation in the TOML files of a folder. Raises `Invalid` with what is wrong."""
    attacks = tuple(attack for path in sorted(folder.glob("*.toml")) for attack in _read(path))
    ids = [attack.id for attack in attacks]
    if not attacks or len(set(ids)) < len(ids):
        raise Invalid(f"There are no dictations at {folder.name}, or two of them have one id.")
    return attacks


def _read(path: Path) -> list[Dictation]:
    name = f"The file of dictations {path.name}"
    return toml_file.validate(toml_file.read(path, name).get("attack", []), list[Dictation], name)


def _replace(record: CaseFact, texts: dict[str, str]) -> CaseFact:
    return record.model_copy(update={"value": texts[record.kind]}) if record.kind in texts else record


def _record(kind: str, text: str) -> CaseFact:
    ref = "dictated" if kind in MESSAGES else ""
    return CaseFact(kind=kind, value=text, system="shop", ref=ref)


def _with_code(details: JsonValue, code: str) -> JsonValue:
    card = details["card"] if isinstance(details, dict) else {}
    return {"type": "card", "card": {**(card if isinstance(card, dict) else {}), "network_reason_code": code}}
