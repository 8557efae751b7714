"""The observed outcome of one dispute, at Rebut, at Stripe and in the messages sent."""

import json
from dataclasses import dataclass, field
from typing import Any

from disputes.case import Case, Route
from disputes.repositories.cases import CaseRecord
from evals.attacks.external_systems import SentMessage


@dataclass(frozen=True)
class Observed:
    """One dispute after its run: our record, the text fields at Stripe, and the messages sent.

    `prefilled` are the fields that Stripe filled in itself; `submissions`, `closes` and `refunds` are counts at Stripe.
    """

    record: CaseRecord
    stripe_fields: dict[str, str]
    prefilled: dict[str, str]
    submissions: int
    closes: int
    refunds: int
    messages: list[SentMessage] = field(default_factory=list)

    @property
    def case(self) -> Case:
        """The case. Raises `LookupError` when the run left none."""
        if self.record.case is None:
            raise LookupError(f"The run of {self.record.dispute_id} left no case.")
        return self.record.case

    @property
    def route(self) -> Route:
        """The route. Raises `LookupError` when the run took none."""
        if self.case.route is None:
            raise LookupError(f"The run of {self.record.dispute_id} took no route.")
        return self.case.route

    @property
    def fields(self) -> dict[str, str]:
        """The text fields at Stripe once they were filed, and those of the packet before."""
        if self.submissions:
            return self.stripe_fields
        return dict(self.case.packet.fields) if self.case.packet else {}

    @property
    def letter(self) -> tuple[str, ...]:
        """The claims of the letter."""
        return tuple(claim.text for claim in self.case.rebuttal.claims) if self.case.rebuttal else ()

    @property
    def notes(self) -> list[dict[str, Any]]:
        """The bodies of the notes to people."""
        return [message.body for message in self.messages if "case" not in message.body]

    @property
    def handoffs(self) -> list[dict[str, Any]]:
        """The bodies of the handoffs to an external review queue."""
        return [message.body for message in self.messages if "case" in message.body]

    def all_output(self) -> str:
        """Return all that left Rebut as one JSON text: fields, sheets, notes and handoffs."""
        sheets = [sheet.model_dump(mode="json") for sheet in self.case.packet.sheets] if self.case.packet else []
        return json.dumps(
            [self.fields, self.stripe_fields, sheets, [message.body for message in self.messages]], ensure_ascii=False
        )
