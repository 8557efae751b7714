"""What a run knows: a pydantic model in the hand, plain JSON on the wire.

A run may sleep for weeks and wake under newer code.
"""

import operator
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, JsonValue

from disputes.case import Assessment, Case, Packet, Rebuttal, Route, Verdict
from disputes.dispute import Dispute
from disputes.errors import TryAgain
from disputes.evidence import Evidence
from disputes.model import Value
from disputes.policy.model_budget import Usage
from disputes.repositories.cases import HistoryStep

Changes = dict[str, JsonValue]


class RunInput(BaseModel):
    """What a run is started with."""

    dispute_id: str
    account: str | None = None


class State(RunInput):
    """One run. A field is renamed only with a migration note, since suspended runs hold it."""

    model_config = ConfigDict(extra="ignore")

    dispute: Dispute | None = None
    evidence: Evidence = Evidence()
    assessment: Assessment | None = None
    rebuttal: Rebuttal | None = None
    packet: Packet | None = None
    route: Route | None = None
    verdict: Verdict | None = None
    usage: Annotated[list[Usage], operator.add] = []
    history: Annotated[list[HistoryStep], operator.add] = []

    def case(self) -> Case:
        """Return what is known as one case.

        Raises `TryAgain` before the dispute was loaded, as where another worker deleted the thread under a run.
        """
        if self.dispute is None:
            raise TryAgain(f"The run of {self.dispute_id} has not read its dispute; it begins again.")
        return Case(
            dispute=self.dispute,
            evidence=self.evidence,
            assessment=self.assessment,
            rebuttal=self.rebuttal,
            packet=self.packet,
            route=self.route,
            usage=tuple(self.usage),
        )

    @staticmethod
    def changes(step: HistoryStep, *, used: Sequence[Usage] = (), **values: Value | None) -> Changes:
        """Return a node's changes as plain JSON, with the step it took and what models were asked in it."""
        plain: dict[str, JsonValue] = {
            key: None if value is None else value.model_dump(mode="json") for key, value in values.items()
        }
        asked: dict[str, JsonValue] = {"usage": [use.model_dump(mode="json") for use in used]} if used else {}
        return {**plain, **asked, "history": [step.model_dump(mode="json")]}


def seed(case: Case) -> dict[str, JsonValue]:
    """Return a stored case as the state of a run, to rebuild one that Redis lost."""
    return {"dispute_id": case.dispute.id, "account": case.dispute.account, **case.model_dump(mode="json")}
