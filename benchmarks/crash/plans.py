"""Which disputes a crash run plays, what a person decides on them, and how each must end."""

from dataclasses import dataclass

from benchmarks.crash.environment import REVIEWER, CrashEnvironment
from disputes.case import Decision, Verdict
from disputes.errors import Stale
from disputes.repositories.cases import CaseRecord

EDITED = "Ada Edited"


@dataclass(frozen=True)
class CrashPlan:
    """One course of a dispute. A verdict is stored before the worker dies, or, when `late`, right after.

    One that is `overtaken` is lost at the bank while a worker is busy with it.
    """

    name: str
    scenario: str
    state: str
    decision: Decision | None = None
    submissions: int = 0
    closes: int = 0
    late: bool = False
    overtaken: bool = False

    @property
    def waits_first(self) -> bool:
        """Whether the dispute waits for a person before its worker is killed."""
        return self.decision is not None and not self.late


PLANS = (
    CrashPlan("file", "not_received_delivered", "filed", submissions=1),
    CrashPlan("wait", "not_received_unshipped", "waiting"),
    CrashPlan("approve", "fraud_small_3ds", "filed", "approve", submissions=1),
    CrashPlan("edit", "fraud_mid", "filed", "edit", submissions=1),
    CrashPlan("accept", "not_received_unshipped", "accepted", "accept_loss", closes=1),
    CrashPlan("reject", "not_received_unshipped", "rejected", "reject"),
    CrashPlan("decide between", "fraud_small_3ds", "filed", "approve", submissions=1, late=True),
)

OVERTAKEN = CrashPlan("lost meanwhile", "not_received_unshipped", "recorded", overtaken=True)


@dataclass
class PlayedCase:
    """One dispute of a run: when its worker was killed and when it came to rest, in seconds of a steady clock."""

    id: str
    plan: CrashPlan
    decided: bool = False
    killed: float | None = None
    rested: float | None = None


async def decide(environment: CrashEnvironment, case: PlayedCase, record: CaseRecord) -> None:
    """Store the plan's verdict on the version that was read, and enqueue the dispute, as the API does."""
    if case.plan.decision is None:
        return
    fields = {"customer_name": EDITED} if case.plan.decision == "edit" else {}
    verdict = Verdict(
        decision=case.plan.decision, by=REVIEWER, at=environment.deps.now(), version=record.version, fields=fields
    )
    try:
        await environment.deps.verdicts.store(case.id, verdict)
    except Stale:
        # A late verdict met a case being rewritten and is sent again; any other is stored already, its answer was lost.
        case.decided = not case.plan.late
        return
    case.decided = True
    await environment.deps.queue.enqueue(case.id)


async def is_at_rest(environment: CrashEnvironment, case: PlayedCase) -> bool:
    """Return whether a case is at rest in the planned state with nothing left to handle; store a late verdict first."""
    record = await environment.deps.cases.find(case.id)
    if record and record.state == "waiting" and case.plan.late and not case.decided:
        await decide(environment, case, record)
        return False
    return bool(record and record.state == case.plan.state and not await environment.deps.events.is_pending(case.id))


@dataclass(frozen=True)
class CrashReport:
    """The outcome of the disputes of a run, as ids; all but `cases` must be empty."""

    cases: int
    lost: tuple[str, ...]
    filed_twice: tuple[str, ...]
    closed_twice: tuple[str, ...]
    verdicts_lost: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing was lost and nothing done twice."""
        return not (self.lost or self.filed_twice or self.closed_twice or self.verdicts_lost)


async def check_cases(environment: CrashEnvironment, cases: list[PlayedCase]) -> CrashReport:
    """Check every dispute of a run against its plan: Rebut's records, the simulator's counts and Stripe's objects."""
    counts = (await environment.counts())["disputes"]
    lost = [case for case in cases if not await _ended(environment, case, counts[case.id])]
    decided = [case for case in cases if case.decided]
    return CrashReport(
        cases=len(cases),
        lost=tuple(case.id for case in lost),
        filed_twice=tuple(case.id for case in cases if counts[case.id]["submissions"] > 1),
        closed_twice=tuple(case.id for case in cases if counts[case.id]["closes"] > 1),
        verdicts_lost=tuple([case.id for case in decided if case in lost or not await _carried_out(environment, case)]),
    )


async def _ended(environment: CrashEnvironment, case: PlayedCase, counted: dict[str, int]) -> bool:
    done = (counted["submissions"], counted["closes"]) == (case.plan.submissions, case.plan.closes)
    return done and await is_at_rest(environment, case)


async def _carried_out(environment: CrashEnvironment, case: PlayedCase) -> bool:
    """Return whether the verdict is in the case's history once and, for an edit, its text is at Stripe."""
    record = await environment.deps.cases.find(case.id)
    notes = [step.note for step in record.history if step.step == "review"] if record else []
    if notes != [f"{case.plan.decision} by {REVIEWER}"]:
        return False
    if case.plan.decision != "edit":
        return True
    return (await environment.deps.stripe.dispute(case.id)).evidence.get("customer_name") == EDITED
