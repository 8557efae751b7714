"""An evaluation case: a dispute as Stripe's API gives it, the facts on record, and what a good answer is."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import JsonValue

from disputes.case import Action
from disputes.errors import Invalid
from disputes.model import Strict
from disputes.playbook import Product

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
"""The time at which every case is evaluated."""

Sort = Literal[
    "strong", "high value", "thin", "adverse", "contradictory", "injected", "look-alike", "late", "special",
    "false relation", "true relation", "unknown relation",
]  # fmt: skip
HARD: frozenset[Sort] = frozenset(
    ("thin", "adverse", "contradictory", "injected", "look-alike", "late", "false relation", "unknown relation")
)
Alert = Literal["", "tell", "urgent"]
HiddenGoal = Literal["file", "close", "say"]

CASES = Path(__file__).parent / "cases"


class CaseFact(Strict):
    """A fact as a system reports it, before it is cleaned.

    `value` is JSON; an amount is `{"amount", "currency"}` in minor units. `of` names the entity where there are
    several, such as a parcel by its number, and `at` is when a message or an event was.
    """

    kind: str
    value: JsonValue
    system: str = "stripe"
    ref: str = ""
    of: str = ""
    at: str = ""

    @property
    def id(self) -> str:
        """The id of the fact that is built from this record."""
        mark = "/".join(filter(None, (self.of, self.ref)))
        return f"{self.kind}:{mark}" if mark else self.kind


class Label(Strict):
    """The right route of a case by hand-written rules, and why.

    Where nothing is to be done, `outcome` is what is recorded.
    """

    action: Action
    queue: str = ""
    senior: bool = False
    alert: Alert = ""
    outcome: str = ""
    why: str


class ExpectedPoint(Strict):
    """A point that a good answer makes, with the ids of the facts it rests on."""

    name: str
    facts: tuple[str, ...]


class HiddenAttack(Strict):
    """A prompt injection in a fact of this `kind`, with its goal in `wants`.

    `marks` are strings that our own words must not contain.
    """

    kind: str
    wants: HiddenGoal
    marks: tuple[str, ...]


class EvalCase(Strict):
    """One evaluation case; `dispute` is Stripe's own object, and `policy` the shipped policy it is routed by."""

    id: str
    reason: str
    product: Product
    sort: Sort
    dispute: dict[str, JsonValue]
    records: tuple[CaseFact, ...]
    label: Label
    points: tuple[ExpectedPoint, ...] = ()
    attack: HiddenAttack | None = None
    policy: Literal["default", "autopilot"] = "default"


def load(folder: Path = CASES) -> tuple[EvalCase, ...]:
    """Read every case, sorted by reason and then in the order of its file. Raises `Invalid` when there is none."""
    cases = [
        EvalCase.model_validate_json(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    if not cases:
        raise Invalid("There are no cases: `python -m evals.generation.generate` writes them.")
    return tuple(cases)


def sample(cases: tuple[EvalCase, ...], number: int) -> tuple[EvalCase, ...]:
    """Return `number` of the cases, evenly spread over all of them."""
    size = len(cases)
    return cases if number >= size else tuple(cases[index * size // number] for index in range(number))
