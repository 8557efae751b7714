"""The handoff of a waiting case to a queue outside: all that is known, why it waits, and where to look. Pure."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import JsonValue

from disputes.case import Case, Packet
from disputes.lifecycle.plan import deadline
from disputes.messages import countdown, links, notes
from disputes.messages.frame import Frame
from disputes.repositories.cases import HistoryStep
from disputes.repositories.outbox import OutboxMessage
from disputes.review import agent_inbox

TARGET = "handoff"
"""The one target of handoffs: `REBUT_HANDOFF_URL`."""


def address(case: Case, history: Sequence[HistoryStep], moment: datetime, *, frame: Frame) -> OutboxMessage:
    """Return the handoff of a case that began to wait at a moment; it stands until the case is decided."""
    return OutboxMessage(
        key=f"{notes.waiting(case.dispute.id, moment)}:handoff",
        kind="handoff",
        event="waits",
        queue=case.route.queue if case.route else "",
        target=TARGET,
        dispute_id=case.dispute.id,
        body=build(case, history, frame=frame),
        standing=True,
        urgent=bool(case.route and case.route.urgent),
    )


def build(case: Case, history: Sequence[HistoryStep], *, frame: Frame) -> dict[str, JsonValue]:
    """Return the whole case as JSON: the record, its history, why it waits, the draft, and links to the evidence."""
    dispute, route, packet = case.dispute, case.route, case.packet or Packet()
    return {
        "case": case.model_dump(mode="json"),
        "history": [step.model_dump(mode="json") for step in history],
        "readable": agent_inbox.describe(case),
        "why": list(route.reasons) if route else [],
        "due": countdown.write_due(deadline(dispute, frame.now), frame.now, frame.zone),
        "draft": {
            "letter": [claim.text for claim in case.rebuttal.claims] if case.rebuttal else [],
            "fields": dict(packet.fields),
        },
        "links": [link.model_dump() for link in links.of(dispute, frame)],
        "exhibits": [link.model_dump() for link in links.exhibits(dispute.id, packet, frame)],
    }
