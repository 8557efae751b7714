"""Which disputes a crash run plays, what a person decides on them, and how each must end."""

from dataclasses import dataclass

from benchmarks.crash.environment import CrashEnvironment
from disputes.case import Decision, Verdict
from disputes.errors import Stale
from disputes.repositories.cases import CaseRecord

EDITED = "Ada Edited"


@dataclass(frozen=True)
class CrashPlan:
    """One way of a dispute. A verdict is stored before the worker dies, or, when `late`, right after."""

    name: str
    scenario: str
    state: str
    decision: Decision | None = None
    submissions: int = 0
    closes: int = 0
    late: bool = False

    @property
    def sleeps(self) -> bool:
        """Tell whether the dispute waits for a person before it is killed."""
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


@dataclass
class PlayedCase:
    """One dispute of a run: when its worker was killed and when it came to rest, in seconds of a steady clock."""

    id: str
    plan: CrashPlan
    decided: bool = False
    killed: float | None = None
    rested: float | None = None


async def decide(world: CrashEnvironment, case: PlayedCase, record: CaseRecord) -> None:
    """Store the plan's verdict on the version that was read, and ring, as the API does."""
    if case.plan.decision is None:
        return
    fields = {"customer_name": EDITED} if case.plan.decision == "edit" else {}
    verdict = Verdict(decision=case.plan.decision, by="ada", at=world.deps.now(), version=record.version, fields=fields)
    try:
        await world.deps.verdicts.store(case.id, verdict)
    except Stale:
        # A late verdict met a case being rewritten and comes again; any other is here already, its answer lost.
        case.decided = not case.plan.late
        return
    case.decided = True
    await world.deps.queue.enqueue(case.id)


async def rests(world: CrashEnvironment, case: PlayedCase) -> bool:
    """Tell whether a case came to its right rest with nothing left to handle; a late verdict is given on the way."""
    record = await world.deps.cases.find(case.id)
    if record and record.state == "waiting" and case.plan.late and not case.decided:
        await decide(world, case, record)
        return False
    return bool(record and record.state == case.plan.state and not await world.deps.events.is_pending(case.id))


@dataclass(frozen=True)
class Verdicts:
    """What became of the disputes of a run; all but `cases` must be 0."""

    cases: int
    lost: tuple[str, ...]
    filed_twice: tuple[str, ...]
    closed_twice: tuple[str, ...]
    verdicts_lost: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Tell whether nothing was lost and nothing done twice."""
        return not (self.lost or self.filed_twice or self.closed_twice or self.verdicts_lost)


async def judge(world: CrashEnvironment, cases: list[PlayedCase]) -> Verdicts:
    """Hold every dispute of a run against its plan, by the docket, the simulator's counts and what Stripe holds."""
    counts = (await world.counts())["disputes"]
    lost = [case for case in cases if not await _ended(world, case, counts[case.id])]
    decided = [case for case in cases if case.decided]
    return Verdicts(
        cases=len(cases),
        lost=tuple(case.id for case in lost),
        filed_twice=tuple(case.id for case in cases if counts[case.id]["submissions"] > 1),
        closed_twice=tuple(case.id for case in cases if counts[case.id]["closes"] > 1),
        verdicts_lost=tuple([case.id for case in decided if case in lost or not await _carried_out(world, case)]),
    )


async def _ended(world: CrashEnvironment, case: PlayedCase, counted: dict[str, int]) -> bool:
    done = (counted["submissions"], counted["closes"]) == (case.plan.submissions, case.plan.closes)
    return done and await rests(world, case)


async def _carried_out(world: CrashEnvironment, case: PlayedCase) -> bool:
    """Tell whether the verdict is in the case's story once and, of an edit, its words are at Stripe."""
    record = await world.deps.cases.find(case.id)
    notes = [turn.note for turn in record.history if turn.step == "review"] if record else []
    if notes != [f"{case.plan.decision} by ada"]:
        return False
    if case.plan.decision != "edit":
        return True
    return (await world.deps.stripe.dispute(case.id)).evidence.get("customer_name") == EDITED
