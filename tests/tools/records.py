"""A clock and records for the tests of the database."""

from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter

from disputes.case import Assessment, Case, Route, Verdict
from disputes.dispute import Dispute
from disputes.repositories.cases import CaseRecord, CaseState, HistoryStep
from disputes.repositories.events import WebhookEvent
from disputes.repositories.filings import Filing, FilingAction

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def an_event(event_id: str = "evt_1", *, dispute_id: str = "dp_1", refused: str = "") -> WebhookEvent:
    return WebhookEvent(
        provider="stripe",
        id=event_id,
        type="charge.dispute.created",
        dispute_id=dispute_id,
        created=NOON,
        refused=refused,
    )


def a_case(dispute_id: str = "dp_1", *, status: str = "needs_response", queue: str = "disputes") -> Case:
    return Case(
        dispute=Dispute(
            id=dispute_id,
            status=status,
            reason="fraudulent",
            amount=4_200,
            currency="usd",
            created=NOON,
            due_by=NOON + timedelta(days=9),
        ),
        assessment=Assessment(claim="fraud", answer="the holder paid", playbook="fraudulent", confidence=0.62),
        route=Route(action="review", queue=queue, reasons=("Fraud is never filed without a person.",)),
    )


def a_record(
    dispute_id: str = "dp_1", *, state: CaseState = "waiting", case: Case | None = None, at: datetime = NOON
) -> CaseRecord:
    return CaseRecord(
        dispute_id=dispute_id,
        state=state,
        case=case or a_case(dispute_id),
        history=(HistoryStep(step="load", at=at, note="read from Stripe"),),
        received_at=at,
        updated_at=at,
    )


def a_filing(dispute_id: str = "dp_1", *, action: FilingAction = "submit", stage: str = "chargeback") -> Filing:
    return Filing(dispute_id=dispute_id, stage=stage, action=action, key=f"{dispute_id}:{stage}:{action}", before=0)


def a_verdict(*, version: int = 1, by: str = "Ada", decision: str = "approve") -> Verdict:
    return TypeAdapter(Verdict).validate_python({"decision": decision, "by": by, "version": version, "note": "good"})
