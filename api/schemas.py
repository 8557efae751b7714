"""The request and response models of the API, as OpenAPI shows them. Amounts are minor units, times aware UTC."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, JsonValue, StringConstraints

from api.letter_views import LetterView
from api.plan_views import PlanSummary
from disputes.case import Assessment, Case, Packet, Route
from disputes.ce3.findings import Ce3Finding
from disputes.dispute import Dispute
from disputes.evidence import Fact, FactValue, Gap, SourceAnswer, render
from disputes.evidence.kinds import label
from disputes.held_evidence import TheirEvidence
from disputes.repositories.cases import CaseRecord, CaseState, HistoryStep
from disputes.review.agent_inbox import describe
from disputes.siblings import Sibling

FilterText = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,100}$")]


class ErrorBody(BaseModel):
    """Why a request was not carried out; `problems` lists each reason where there are several."""

    error: str
    problems: list[str] | None = None


class Received(BaseModel):
    """The event is stored, or is not about disputes."""

    received: Literal[True] = True


class Health(BaseModel):
    """The process runs."""

    ok: Literal[True] = True


class Ready(BaseModel):
    """Rebut can take work."""

    ready: Literal[True] = True


class VerdictAccepted(BaseModel):
    """A verdict is stored and will be carried out.

    `version` is the case version it is about, `warnings` are sentences for the reviewer.
    """

    taken: Literal[True] = True
    version: int
    warnings: tuple[str, ...] = ()


class CaseFilter(BaseModel):
    """Which cases to list; `status` is the case's state or Stripe's."""

    status: FilterText | None = None
    queue: FilterText | None = None
    reason: FilterText | None = None
    cursor: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,500}$")] | None = None
    limit: int = Field(50, ge=1, le=200)


class CaseSummary(BaseModel):
    """One case in the list."""

    id: str
    account: str | None
    state: CaseState
    outcome: str
    status: str | None
    reason: str | None
    amount: int | None
    currency: str | None
    due_by: datetime | None
    action: str | None
    queue: str | None
    confidence: float | None
    version: int
    received_at: datetime
    updated_at: datetime
    error: str

    @classmethod
    def of(cls, record: CaseRecord) -> Self:
        """Build the summary of a stored case; what no run has found out yet is null."""
        case = record.case
        dispute, route = case and case.dispute, case and case.route
        return cls(
            **_record_fields(record),
            status=dispute and dispute.status,
            reason=dispute and dispute.reason,
            amount=dispute and dispute.amount,
            currency=dispute and dispute.currency,
            due_by=dispute and dispute.due_by,
            action=route and route.action,
            queue=route and route.queue,
            confidence=case.assessment.confidence if case and case.assessment else None,
        )


class CaseList(BaseModel):
    """One page of cases, newest first; `cursor` asks for the next page and is null on the last."""

    disputes: list[CaseSummary]
    cursor: str | None


class FactView(BaseModel):
    """A fact: `value` as recorded, `text` as a letter writes it, `record` the SHA-256 of its source answer."""

    id: str
    kind: str
    label: str
    value: FactValue
    text: str
    source: str
    at: datetime | None
    bearing: str
    retrieved_at: datetime | None
    record: str

    @classmethod
    def of(cls, fact: Fact) -> Self:
        """Build the view of a fact."""
        return cls(**dict(fact), label=label(fact.kind), text=render(fact))


class SourceAnswerView(BaseModel):
    """A source answer that facts were read from; `kept` is false where the storage did not take it."""

    sha256: str
    source: str
    at: datetime
    bytes: int
    kept: bool

    @classmethod
    def of(cls, answer: SourceAnswer) -> Self:
        """Build the view of a source answer, without its key in the storage."""
        return cls(**answer.model_dump(exclude={"key"}), kept=bool(answer.key))


class PacketFileView(BaseModel):
    """One file of the packet."""

    field: str
    pages: int
    bytes: int
    name: str


class PacketView(BaseModel):
    """What Stripe gets: evidence text fields and files, and enhanced evidence. An appeal's letter is its reason.

    `ce3` says what earlier payments show (Visa's Compelling Evidence 3.0), `findings` each datum that was missing.
    """

    fields: dict[str, str]
    files: list[PacketFileView]
    enhanced: dict[str, JsonValue]
    ce3: str
    findings: tuple[Ce3Finding, ...]

    @classmethod
    def of(cls, packet: Packet) -> Self:
        """Build the view of a packet, without the sheets its files are rendered from."""
        names = PacketFileView.model_fields
        return cls(
            **{name: getattr(packet, name) for name in ("fields", "enhanced", "ce3", "findings")},
            files=[PacketFileView(**{name: getattr(file, name) for name in names}) for file in packet.files],
        )


class CaseDetail(BaseModel):
    """All that is known about one dispute; what no run has found out yet is null or empty."""

    id: str
    account: str | None
    state: CaseState
    outcome: str
    error: str
    version: int
    received_at: datetime
    updated_at: datetime
    rested_at: datetime | None
    dispute: Dispute | None = None
    facts: list[FactView] = Field(default_factory=list)
    gaps: tuple[Gap, ...] = ()
    records: list[SourceAnswerView] = Field(default_factory=list)
    assessment: Assessment | None = None
    letter: LetterView | None = None
    packet: PacketView | None = None
    theirs: tuple[TheirEvidence, ...] = Field(
        (), description="What somebody put on the dispute outside Rebut: each field is kept or replaced by a verdict."
    )
    siblings: tuple[Sibling, ...] = Field((), description="The other disputes of the same payment.")
    route: Route | None = None
    plan: PlanSummary | None = Field(None, description="Until when, what comes next, and who takes care of it.")
    readable: str = Field("", description="The case for a person, in Markdown.")
    history: tuple[HistoryStep, ...]

    @classmethod
    def of(cls, record: CaseRecord, plan: PlanSummary | None = None) -> Self:
        """Build the detail of a stored case, with its plan in brief where it has one."""
        rest = _case_fields(record.case) if record.case else {}
        return cls(**_record_fields(record), rested_at=record.rested_at, history=record.history, plan=plan, **rest)


def _record_fields(record: CaseRecord) -> dict[str, Any]:
    names = ("account", "state", "outcome", "error", "version", "received_at", "updated_at")
    return {"id": record.dispute_id} | {name: getattr(record, name) for name in names}


def _case_fields(case: Case) -> dict[str, Any]:
    return {
        "dispute": case.dispute,
        "facts": [FactView.of(fact) for fact in case.evidence.facts],
        "gaps": case.evidence.gaps,
        "records": [SourceAnswerView.of(answer) for answer in case.evidence.source_answers],
        "assessment": case.assessment,
        "letter": case.rebuttal and LetterView.of(case.rebuttal),
        "packet": case.packet and PacketView.of(case.packet),
        "theirs": case.held.theirs,
        "siblings": case.siblings,
        "route": case.route,
        "readable": describe(case),
    }
