"""One case of the evaluation: a dispute as Stripe tells it, the facts on record, and what a good answer is."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import JsonValue

from disputes.case import Action
from disputes.errors import Invalid
from disputes.model import Strict
from disputes.playbook import Product

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
"""The moment at which every case is looked at."""

Sort = Literal["strong", "high value", "thin", "adverse", "contradictory", "injected", "look-alike", "late", "special"]
HARD: frozenset[Sort] = frozenset(("thin", "adverse", "contradictory", "injected", "look-alike", "late"))
Alert = Literal["", "tell", "urgent"]
Wish = Literal["file", "close", "say"]

CASES = Path(__file__).parent / "cases"


class CaseFact(Strict):
    """One fact as a system tells it, before it is cleaned; `value` is JSON, an amount `{"amount", "currency"}`."""

    kind: str
    value: JsonValue
    system: str = "stripe"
    ref: str = ""

    @property
    def id(self) -> str:
        """The id that the fact made of this record has."""
        return f"{self.kind}:{self.ref}" if self.ref else self.kind


class Label(Strict):
    """The right route, by hand-written rules, and why. Where nothing is to be done, `outcome` is what is booked."""

    action: Action
    queue: str = ""
    senior: bool = False
    alert: Alert = ""
    outcome: str = ""
    why: str


class Wanted(Strict):
    """A point that a good answer makes, and the ids of the facts it rests on."""

    name: str
    facts: tuple[str, ...]


class HiddenAttack(Strict):
    """A text that gives orders: the kind of fact it stands in, what it wants, and marks no word of ours may carry."""

    kind: str
    wants: Wish
    marks: tuple[str, ...]


class EvalCase(Strict):
    """One case. `dispute` is Stripe's own object."""

    id: str
    reason: str
    product: Product
    sort: Sort
    dispute: dict[str, JsonValue]
    records: tuple[CaseFact, ...]
    label: Label
    points: tuple[Wanted, ...] = ()
    attack: HiddenAttack | None = None


def load(folder: Path = CASES) -> tuple[EvalCase, ...]:
    """Read every case, by reason and in the order of its file. Raises `Invalid` when there is none."""
    cases = [
        EvalCase.model_validate_json(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    if not cases:
        raise Invalid("There are no cases: `python -m evals.generation.generate` writes them.")
    return tuple(cases)


def some(cases: tuple[EvalCase, ...], number: int) -> tuple[EvalCase, ...]:
    """Give so many of the cases, evenly spread over all of them."""
    size = len(cases)
    return cases if number >= size else tuple(cases[at * size // number] for at in range(number))
