"""What a run knows: a pydantic model in the hand, plain JSON on the wire.

A run may sleep for weeks and wake under newer code, and LangGraph's own API can write a thread: what it says is data,
believed only under the seal of `graph.permission.seal`, and never a permission.
"""

from collections.abc import Sequence
from typing import Self

from pydantic import BaseModel, ConfigDict, JsonValue

from disputes.case import Assessment, Case, Packet, Rebuttal, Route, Verdict
from disputes.dispute import Dispute
from disputes.errors import TryAgain
from disputes.evidence import Evidence
from disputes.held_evidence import HeldEvidence
from disputes.model import Value
from disputes.policy.deadlines import Chosen
from disputes.policy.model_budget import Usage
from disputes.repositories.cases import CaseRecord, HistoryStep
from disputes.siblings import Sibling

SHAPE = 5
"""The shape of a state. Raise it with every change of a field below: older runs are then rebuilt from PostgreSQL."""

Changes = dict[str, JsonValue]


class RunInput(BaseModel):
    """What a run is started with; `why` says in the history what called for another draft."""

    dispute_id: str
    account: str | None = None
    why: str = ""


class State(RunInput):
    """One run.

    `step` is the last that it took, `version` the case version it stands on, `decided` that of a verdict at work.
    `caution` is a reason to leave the case to a person, `problems` why an answer of theirs could not be taken.
    `last_chance` is what happens, where the draft was begun when the last chance before the deadline had come.
    """

    model_config = ConfigDict(extra="ignore")

    shape: int = 0
    step: str = ""
    version: int = 0
    decided: int | None = None
    caution: str = ""
    problems: list[str] = []
    last_chance: Chosen | None = None
    dispute: Dispute | None = None
    held: HeldEvidence = HeldEvidence()
    siblings: tuple[Sibling, ...] = ()
    evidence: Evidence = Evidence()
    assessment: Assessment | None = None
    rebuttal: Rebuttal | None = None
    packet: Packet | None = None
    route: Route | None = None
    verdict: Verdict | None = None
    usage: list[Usage] = []
    history: list[HistoryStep] = []
    seal: str = ""

    @classmethod
    def begin(cls, record: CaseRecord, *, version: int, caution: str, last_chance: Chosen | None = None) -> Self:
        """Return the state of a new draft: of the case that was, only the history and what models cost stay."""
        usage = record.case.usage if record.case else ()
        return cls(
            dispute_id=record.dispute_id,
            account=record.account,
            shape=SHAPE,
            version=version,
            caution=caution,
            last_chance=last_chance,
            usage=[*usage],
            history=[*record.history],
        )

    def case(self) -> Case:
        """Return what is known as one case.

        Raises `TryAgain` before the dispute was loaded, as where another worker deleted the thread under a run.
        """
        if self.dispute is None:
            raise TryAgain(f"The run of {self.dispute_id} has not read its dispute; it begins again.")
        return Case(
            dispute=self.dispute,
            held=self.held,
            siblings=self.siblings,
            evidence=self.evidence,
            assessment=self.assessment,
            rebuttal=self.rebuttal,
            packet=self.packet,
            route=self.route,
            usage=tuple(self.usage),
        )

    def changes(self, *steps: HistoryStep, used: Sequence[Usage] = (), **values: Value | JsonValue) -> Changes:
        """Return a node's changes as plain JSON, with the steps it took and what models were asked in it."""
        plain: Changes = {
            key: value.model_dump(mode="json") if isinstance(value, Value) else value for key, value in values.items()
        }
        usage: list[JsonValue] = [use.model_dump(mode="json") for use in (*self.usage, *used)]
        history: list[JsonValue] = [step.model_dump(mode="json") for step in (*self.history, *steps)]
        return {**plain, "usage": usage, "history": history}


def seed(case: Case, *, version: int, history: Sequence[HistoryStep]) -> Changes:
    """Return a stored case as the state of a run that waits on it, to rebuild one that was lost."""
    lists: Changes = {"history": [step.model_dump(mode="json") for step in history], "verdict": None, "decided": None}
    asked: Changes = {
        "step": "announce",
        "dispute_id": case.dispute.id,
        "account": case.dispute.account,
        "version": version,
        "shape": SHAPE,
    }
    return {**asked, **case.model_dump(mode="json"), **lists}
