"""What became of one dispute, as far as anybody outside can see it."""

import json
from dataclasses import dataclass, field
from typing import Any

from disputes.case import Case, Route
from disputes.repositories.cases import CaseRecord
from evals.attacks.outside import Letterbox


@dataclass(frozen=True)
class Observed:
    """One dispute after its run: our records of it, Stripe's, and what was told to whom.

    `before` is what Stripe had filled in by itself; `submissions`, `closes` and `refunds` are counted at Stripe.
    """

    record: CaseRecord
    held: dict[str, str]
    before: dict[str, str]
    submissions: int
    closes: int
    refunds: int
    told: list[Letterbox] = field(default_factory=list)

    @property
    def case(self) -> Case:
        """The case; a run that never got as far is a bug of ours."""
        if self.record.case is None:
            raise LookupError(f"The run of {self.record.dispute_id} left no case.")
        return self.record.case

    @property
    def route(self) -> Route:
        """The route; there is one in every case at rest."""
        if self.case.route is None:
            raise LookupError(f"The run of {self.record.dispute_id} took no route.")
        return self.case.route

    @property
    def fields(self) -> dict[str, str]:
        """The text fields: as Stripe holds them once they were filed, as they would be filed before."""
        if self.submissions:
            return self.held
        return dict(self.case.packet.fields) if self.case.packet else {}

    @property
    def letter(self) -> tuple[str, ...]:
        """The claims of the letter."""
        return tuple(claim.text for claim in self.case.rebuttal.claims) if self.case.rebuttal else ()

    @property
    def notes(self) -> list[dict[str, Any]]:
        """The notes to people."""
        return [box.body for box in self.told if "case" not in box.body]

    @property
    def handed(self) -> list[dict[str, Any]]:
        """The cases handed to a queue outside."""
        return [box.body for box in self.told if "case" in box.body]

    def everything(self) -> str:
        """Give all that left Rebut as one text: fields, sheets, notes, handed cases."""
        sheets = [sheet.model_dump(mode="json") for sheet in self.case.packet.sheets] if self.case.packet else []
        return json.dumps([self.fields, self.held, sheets, [box.body for box in self.told]], ensure_ascii=False)
