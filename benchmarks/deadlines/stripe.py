"""A Stripe in memory that answers as the real one would, and writes down every call that changes a dispute."""

import random
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import JsonValue

from disputes import text
from disputes.case import Packet
from disputes.dispute import Dispute
from disputes.errors import NotFound, Refused, TryAgain
from disputes.held_evidence import METHOD
from disputes.policy.deadlines import SubmissionMethod
from disputes.repositories.events import WebhookEvent

LEFT_TO_STRIPE = ("smart_disputes", "prefer_smart_disputes", "prefer_manual")
ANSWERED = {
    "needs_response": "under_review",
    "warning_needs_response": "warning_under_review",
    "appeal_needs_response": "appeal_under_review",
}


@dataclass(frozen=True)
class Call:
    """One call that changed a dispute, when, and the stage it was made at."""

    at: datetime
    what: str
    dispute_id: str
    stage: str
    detail: str = ""


@dataclass
class MemoryStripe:
    """Fulfils `StripeApi`. `down` makes every call fail; some answers to writes are lost after they took effect."""

    now: Callable[[], datetime]
    chance: random.Random
    hearers: list[Callable[[WebhookEvent], None]]
    livemode: bool = False
    down: bool = False
    losing: float = 0.02
    disputes: dict[str, Dispute] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    listed: list[WebhookEvent] = field(default_factory=list)
    opened: list[WebhookEvent] = field(default_factory=list)
    answers: dict[str, Dispute] = field(default_factory=dict)

    async def dispute(self, dispute_id: str, *, account: str | None = None) -> Dispute:
        """Return a dispute of this account."""
        self._reach()
        found = self.disputes.get(dispute_id)
        if found is None or found.account != account:
            raise NotFound(f"No such dispute: {dispute_id}")
        return found

    async def disputes_of(self, dispute: Dispute) -> tuple[Dispute, ...]:
        """Return the dispute alone: none here shares its payment."""
        self._reach()
        return (self.disputes[dispute.id],)

    async def describe_file(self, file_id: str, *, account: str | None = None) -> str:  # noqa: ARG002 - the port's
        """Return words for a file."""
        return f"{file_id}, pdf"

    async def upload(self, dispute: Dispute, name: str, data: bytes, *, key: str) -> str:  # noqa: ARG002 - the port's
        """Return an id for the bytes."""
        self._reach()
        return f"file_{abs(hash(data)):x}"[:24]

    async def stage(self, dispute: Dispute, packet: Packet, *, key: str) -> Dispute:
        """Write the packet without submitting it."""
        fields = {name: text.clean(value, name=name) for name, value in packet.fields.items()}
        files = {file.field: file.file or "" for file in packet.files}
        held = self.disputes[dispute.id]
        kept = {name: value for name, value in {**held.evidence, **fields, **files}.items() if value}
        changes: dict[str, Any] = {"evidence": kept, "staged": True}
        if held.stage == "appeal":
            letter = packet.fields.get("uncategorized_text", "")
            changes = {"appeal": held.appeal.model_copy(update={"reason": letter, "files": tuple(files.values())})}
        elif METHOD in packet.replaced:
            changes["submission_method"] = "manual"
        return self._write(dispute, "stage", key, changes)

    async def enhance(self, dispute: Dispute, enhanced: dict[str, JsonValue], *, key: str) -> Dispute:
        """Write the enhanced evidence."""
        return self._write(dispute, "enhance", key, {"enhanced": enhanced})

    async def submit(self, dispute: Dispute, *, key: str) -> Dispute:
        """Send what is staged to the bank, until the deadline and once a stage."""
        held = self.disputes[dispute.id]
        changes = {"status": ANSWERED.get(held.status, held.status), "submissions": held.submissions + 1}
        return self._write(dispute, "submit", key, changes)

    async def close(self, dispute: Dispute, *, key: str) -> Dispute:
        """Accept the loss."""
        return self._write(dispute, "close", key, {"status": "lost"})

    async def hand_over(self, dispute: Dispute, *, key: str) -> Dispute:
        """Leave the answer to Smart Disputes."""
        return self._write(dispute, "hand_over", key, {"submission_method": "smart_disputes"})

    async def set_method(self, dispute: Dispute, method: SubmissionMethod, *, key: str) -> Dispute:
        """Say who answers."""
        return self._write(dispute, "set_method", key, {"submission_method": method}, detail=method)

    async def events_since(
        self, since: datetime, *, account: str | None = None
    ) -> tuple[list[WebhookEvent], list[WebhookEvent]]:
        """Return an account's events and created disputes since a moment."""
        self._reach()
        return self._since(self.listed, since, account), self._since(self.opened, since, account)

    async def connected_accounts(self) -> tuple[str, ...]:
        """Return none: those with a policy are known."""
        return ()

    def happen(self, dispute_id: str, kind: str, **changes: object) -> Dispute:
        """Change a dispute as Stripe, the bank or the network would, and tell of it by an event."""
        known = self.disputes[dispute_id].model_copy(update=changes)
        self.disputes[dispute_id] = known
        self._tell(known, kind)
        return known

    def open(self, dispute: Dispute) -> None:
        """Let a dispute begin."""
        self.disputes[dispute.id] = dispute
        self.opened.append(self._event(dispute, f"opened_{dispute.id}", "charge.dispute.created"))
        self._tell(dispute, "charge.dispute.created")

    def _write(self, dispute: Dispute, what: str, key: str, changes: dict[str, Any], detail: str = "") -> Dispute:
        self._reach()
        if key in self.answers:
            return self.answers[key]
        held = self.disputes[dispute.id]
        if not held.is_open or held.past_due:
            raise Refused(f"This dispute is {held.status}{' and past due' if held.past_due else ''}.")
        after = held.model_copy(update=changes)
        self.disputes[dispute.id] = self.answers[key] = after
        self.calls.append(Call(self.now(), what, held.id, held.stage, detail))
        if what in {"submit", "close", "hand_over"}:
            self._tell(after, "charge.dispute.closed" if what == "close" else "charge.dispute.updated")
        if self.chance.random() < self.losing:
            raise TryAgain("The answer of Stripe was lost.")
        return after

    def _reach(self) -> None:
        if self.down:
            raise TryAgain("Stripe does not answer.")

    def _tell(self, dispute: Dispute, kind: str) -> None:
        event = self._event(dispute, f"evt_{len(self.listed)}", kind)
        self.listed.append(event)
        for hear in self.hearers:
            hear(event)

    def _event(self, dispute: Dispute, name: str, kind: str) -> WebhookEvent:
        plain = {"id": name, "type": kind, "dispute_id": dispute.id, "account": dispute.account}
        return WebhookEvent.model_validate({"provider": "stripe", "created": self.now(), **plain})

    def _since(self, events: list[WebhookEvent], since: datetime, account: str | None) -> list[WebhookEvent]:
        first = bisect_left(events, since, key=lambda event: event.created)
        return [event for event in events[first:] if event.account == account]
