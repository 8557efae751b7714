"""One dispute of an example, and what must hold of it after every step."""

from dataclasses import dataclass, field

from disputes import text
from disputes.case import Packet, Verdict
from disputes.dispute import Dispute
from disputes.held_evidence import APPEAL
from disputes.lifecycle import reconciliation
from disputes.packet import LETTER
from disputes.repositories.cases import CaseRecord, HistoryStep
from disputes.repositories.events import WebhookEvent
from disputes.repositories.filings import Filing

FINAL = {"won", "lost", "warning_closed", "prevented"}
OVER = {"under_review", "warning_under_review", "appeal_under_review", *FINAL}


@dataclass(frozen=True)
class AcceptedVerdict:
    """A stored verdict, the number of changes at Stripe before it, and whether the case was up to date with Stripe."""

    verdict: Verdict
    packet: Packet | None
    change_count: int
    up_to_date: bool


@dataclass(frozen=True)
class Snapshot:
    """The records and Stripe state of a dispute at one time; `files` if the policy files it without a person."""

    record: CaseRecord | None
    fresh: Dispute
    filings: list[Filing]
    files: bool
    submissions: int
    closes: int


@dataclass
class WatchedDispute:
    """What happened to a dispute so far, to compare each new snapshot with."""

    id: str
    account: str | None
    scenario: str
    status: str
    undelivered: list[str] = field(default_factory=list)
    events: list[WebhookEvent] = field(default_factory=list)
    verdicts: list[AcceptedVerdict] = field(default_factory=list)
    change_count: int = 0
    answered_by_hand: int = 0
    submissions_before_stage: int = 0
    submissions: int = 0
    closes: int = 0
    version: int = 0
    history: tuple[HistoryStep, ...] = ()
    rejected: str = ""
    verdict_count: int = 0

    def check(self, snapshot: Snapshot) -> None:
        """Check a snapshot against the one before. Raises `AssertionError`."""
        self._check_filed_once(snapshot)
        self._check_right(snapshot)
        self._check_growth(snapshot.record)
        self.submissions, self.closes = snapshot.submissions, snapshot.closes
        case = snapshot.record.case if snapshot.record and snapshot.record.state == "rejected" else None
        # A rejection concerns one stage; an inquiry that escalates is reviewed again.
        self.rejected = case.dispute.stage if case else ""

    def check_rest(self, snapshot: Snapshot) -> None:
        """Check a dispute with nothing left to handle against Stripe. Raises `AssertionError`."""
        assert snapshot.record is not None, "lost"
        assert snapshot.record.case is not None, f"{snapshot.record.state} without a case: {snapshot.record.error}"
        assert self._agrees(snapshot.record, snapshot.fresh), (
            snapshot.record.state,
            snapshot.record.outcome,
            snapshot.fresh.status,
        )
        assert snapshot.record.case.dispute.status == snapshot.fresh.status
        assert reconciliation.differences(snapshot.record, snapshot.filings, snapshot.fresh) == ()
        assert all(filing.state != "intended" or snapshot.fresh.is_open for filing in snapshot.filings), "never settled"
        for accepted in self.verdicts:
            self._check_carried_out(accepted, snapshot.record)

    def _check_filed_once(self, snapshot: Snapshot) -> None:
        assert snapshot.submissions - self.submissions_before_stage <= 1, (
            "filed twice in one stage",
            self.submissions_before_stage,
            snapshot.filings,
            snapshot.record and [(step.step, step.note) for step in snapshot.record.history],
        )
        assert snapshot.closes <= 1, "closed twice"
        rows = [filing.action for filing in snapshot.filings]
        assert rows.count("submit") >= snapshot.submissions - self.answered_by_hand, "filed without a row"
        assert rows.count("close") >= snapshot.closes, "closed without a row"

    def _check_right(self, snapshot: Snapshot) -> None:
        """Check that only the policy's lanes file without a person; everything else needs a person's verdict."""
        if snapshot.submissions > self.submissions:
            redrafts = [accepted for accepted in self.verdicts if accepted.verdict.decision == "redraft"]
            assert self.rejected != snapshot.fresh.stage or redrafts, "a rejected case was filed"
            assert snapshot.files or self._is_approved(snapshot.fresh), (
                "filed without a person's verdict on this letter"
            )
        if snapshot.closes > self.closes:
            losses = [accepted for accepted in self.verdicts if accepted.verdict.decision == "accept_loss"]
            assert losses, "closed without a person's verdict"

    def _is_approved(self, fresh: Dispute) -> bool:
        packets = [accepted.packet for accepted in self.verdicts if accepted.packet is not None]
        if fresh.stage == "appeal":
            letter = fresh.appeal.reason if fresh.appeal else ""
            return any(APPEAL in p.kept or letter == text.clean(p.fields[LETTER]) for p in packets)
        held = [{**p.fields, **p.kept} for p in packets]
        return any(all(fresh.evidence.get(k, "") == text.clean(v) for k, v in each.items()) for each in held)

    def _check_growth(self, record: CaseRecord | None) -> None:
        version, history = (record.version, record.history) if record else (0, ())
        assert version >= self.version, "the version went back"
        assert history[: len(self.history)] == self.history, "history was rewritten"
        added = {step.step for step in history[len(self.history) :]}
        assert version > self.version or added <= {"parked", "refused"}, "history changed under one version"
        self.version, self.history = version, history

    def _agrees(self, record: CaseRecord, fresh: Dispute) -> bool:
        # Stripe has no deadline for an appeal, and the chargeback's does not end one.
        due = fresh.stage not in {"appeal", "inquiry"} and fresh.due_by is not None and fresh.due_by < record.updated_at
        settled = fresh.status in FINAL and record.outcome == fresh.status
        passed = "past_due" if due and fresh.is_open else "answered"
        agreed = {
            "waiting": fresh.is_open and not due,
            "filed": fresh.status in OVER - FINAL,
            "accepted": settled or fresh.status == "lost" or fresh.stage == "inquiry",
            "rejected": settled or fresh.status not in FINAL,
            "recorded": settled or (fresh.status not in FINAL and record.outcome == passed),
            "closed": settled,
        }
        return agreed.get(record.state, False)

    def _check_carried_out(self, accepted: AcceptedVerdict, record: CaseRecord) -> None:
        reviews = [step.note for step in record.history if step.step == "review"]
        done = any(note.endswith(f": {accepted.verdict.note}") for note in reviews)
        returned = any(note.startswith("not carried out") for note in reviews)
        restarted = accepted.verdict.decision == "redraft"
        moved = not accepted.up_to_date or self.change_count > accepted.change_count
        assert done or returned or restarted or moved, f"the verdict {accepted.verdict.decision} was lost"
