"""One dispute under watch, and what must hold of it after every step."""

from dataclasses import dataclass, field

from disputes import text
from disputes.case import Packet, Verdict
from disputes.dispute import Dispute
from disputes.lifecycle import is_open
from disputes.packet import LETTER
from disputes.repositories.cases import CaseRecord, HistoryStep
from disputes.repositories.events import WebhookEvent
from disputes.repositories.filings import Filing

FINAL = {"won", "lost", "warning_closed", "prevented"}
OVER = {"under_review", "warning_under_review", "appeal_under_review", *FINAL}


@dataclass(frozen=True)
class Taken:
    """A verdict the docket took, and the Stripe moves known when it did; `timely` if the case was up to date."""

    verdict: Verdict
    packet: Packet | None
    moves: int
    timely: bool


@dataclass(frozen=True)
class Seen:
    """Everything there is to see of a dispute at one moment; `files` if the policy files its kind by itself."""

    record: CaseRecord | None
    fresh: Dispute
    filings: list[Filing]
    files: bool
    submissions: int
    closes: int


@dataclass
class Watched:
    id: str
    account: str | None
    scenario: str
    status: str
    posted: list[str] = field(default_factory=list)
    events: list[WebhookEvent] = field(default_factory=list)
    verdicts: list[Taken] = field(default_factory=list)
    moves: int = 0
    by_hand: int = 0
    base: int = 0
    submissions: int = 0
    closes: int = 0
    version: int = 0
    history: tuple[HistoryStep, ...] = ()
    rejected: str = ""
    numbers: int = 0

    def check(self, seen: Seen) -> None:
        """Hold one moment against the last. Raises AssertionError."""
        self._check_filed_once(seen)
        self._check_right(seen)
        self._check_growth(seen.record)
        self.submissions, self.closes = seen.submissions, seen.closes
        case = seen.record.case if seen.record and seen.record.state == "rejected" else None
        # A rejection is about one stage; an inquiry that escalates is asked about anew.
        self.rejected = case.dispute.stage if case else ""

    def check_rest(self, seen: Seen) -> None:
        """Hold a dispute of which nothing is asked any more against Stripe. Raises AssertionError."""
        assert seen.record is not None, "lost"
        assert seen.record.case is not None, f"{seen.record.state} without a case: {seen.record.error}"
        assert self._agrees(seen.record, seen.fresh), (seen.record.state, seen.record.outcome, seen.fresh.status)
        assert seen.record.case.dispute.status == seen.fresh.status
        for taken in self.verdicts:
            self._check_carried_out(taken, seen.record)

    def _check_filed_once(self, seen: Seen) -> None:
        assert seen.submissions - self.base <= 1, "filed twice in one stage"
        assert seen.closes <= 1, "closed twice"
        rows = [filing.action for filing in seen.filings]
        assert rows.count("submit") >= seen.submissions, "filed without a row"
        assert rows.count("close") >= seen.closes, "closed without a row"

    def _check_right(self, seen: Seen) -> None:
        """Only the policy's own lanes file by themselves; all else is what a person saw and let go."""
        if seen.submissions > self.submissions:
            asked = [one for one in self.verdicts if one.verdict.decision == "redraft"]
            assert self.rejected != seen.fresh.stage or asked, "a rejected case was filed"
            assert seen.files or self._is_approved(seen.fresh), "filed without a person's word for this letter"
        if seen.closes > self.closes:
            said = [one for one in self.verdicts if one.verdict.decision == "accept_loss"]
            assert said, "closed without a person's word"

    def _is_approved(self, fresh: Dispute) -> bool:
        packets = [one.packet for one in self.verdicts if one.packet is not None]
        if fresh.stage == "appeal":
            letter = fresh.appeal.reason if fresh.appeal else ""
            return any(letter == text.clean(p.fields[LETTER]) for p in packets)
        return any(all(fresh.evidence.get(k, "") == text.clean(v) for k, v in p.fields.items()) for p in packets)

    def _check_growth(self, record: CaseRecord | None) -> None:
        version, history = (record.version, record.history) if record else (0, ())
        assert version >= self.version, "the version went back"
        assert history[: len(self.history)] == self.history, "history was rewritten"
        assert version > self.version or history == self.history, "history changed under one version"
        self.version, self.history = version, history

    def _agrees(self, record: CaseRecord, fresh: Dispute) -> bool:
        # Stripe names no deadline for an appeal, and the chargeback's does not end one.
        due = fresh.stage != "appeal" and fresh.due_by is not None and fresh.due_by < record.updated_at
        settled = fresh.status in FINAL and record.outcome == fresh.status
        passed = "past_due" if due and is_open(fresh) else "answered"
        agreed = {
            "waiting": is_open(fresh) and not due,
            "filed": fresh.status in OVER - FINAL,
            "accepted": settled or fresh.status == "lost" or fresh.stage == "inquiry",
            "rejected": settled or fresh.status not in FINAL,
            "recorded": settled or (fresh.status not in FINAL and record.outcome == passed),
            "closed": settled,
        }
        return agreed.get(record.state, False)

    def _check_carried_out(self, taken: Taken, record: CaseRecord) -> None:
        reviews = [step.note for step in record.history if step.step == "review"]
        done = any(note.endswith(f": {taken.verdict.note}") for note in reviews)
        returned = any(note.startswith("not carried out") for note in reviews)
        restarted = taken.verdict.decision == "redraft"
        moved = not taken.timely or self.moves > taken.moves
        assert done or returned or restarted or moved, f"the verdict {taken.verdict.decision} was lost"
