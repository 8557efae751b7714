"""Verdicts that cannot be carried out: what the history and the message to whoever decided say. Pure."""

from datetime import datetime

from disputes.case import Verdict
from disputes.repositories.cases import HistoryStep
from disputes.repositories.outbox import OutboxMessage

OVERTAKEN = "the case changed before it was carried out"


def build_step(verdict: Verdict, why: str, now: datetime) -> HistoryStep:
    """Return the step of a verdict that ended without being carried out."""
    return HistoryStep(step="lapsed", at=now, note=f"{_name(verdict)}: {why}.")


def build_message(dispute_id: str, verdict: Verdict, why: str) -> OutboxMessage:
    """Return the message to whoever decided, once per verdict; no customer text goes into it."""
    title = f"⚪ Not carried out: {verdict.decision.replace('_', ' ')} on dispute {dispute_id}"
    body = f"{_name(verdict)}: {why}. Nothing was sent on it; read the case again and decide on that."
    return OutboxMessage(
        key=f"{dispute_id}:lapsed:{verdict.version}:note", kind="note", body={"title": title, "body": body}
    )


def _name(verdict: Verdict) -> str:
    return f"{verdict.by or 'Somebody'}'s {verdict.decision.replace('_', ' ')} on version {verdict.version}"
