"""What people see of a case's plan and change in it, for the API and the command line alike."""

from uuid import uuid4

from disputes.dispute import Dispute
from disputes.errors import Invalid, Stale
from disputes.lifecycle import plan_change
from disputes.lifecycle.plan import Plan
from disputes.model import Value
from disputes.policy import Policy
from disputes.policy.deadlines import Chosen, LastChance
from disputes.repositories.cases import DECIDED, CaseRecord, HistoryStep
from disputes.repositories.last_chances import StoredChoice
from disputes.repositories.plans import PlanChange
from graph import messages, own_events, plans
from graph.wiring.deps import Deps


class PlannedCase(Value):
    """A case with its plan; `last` is what happens at the last chance, None before a run has read the dispute."""

    record: CaseRecord
    plan: Plan
    last: Chosen | None
    zone: str

    @property
    def dispute(self) -> Dispute | None:
        """The dispute as last read, None before a run has."""
        return self.record.case.dispute if self.record.case else None


class LaneChoice(Value):
    """What happens at the last chance to the cases of a lane of an account, None being the own one.

    `policy` is the policy's word and `stored` what a person wants instead; `chosen` is what counts.
    """

    account: str | None
    lane: str
    queue: str
    policy: LastChance
    stored: StoredChoice | None
    chosen: Chosen


async def find(deps: Deps, dispute_id: str) -> PlannedCase | None:
    """Return a case with its plan, or None where there is no such case or no plan of it."""
    record, plan = await deps.cases.find(dispute_id), await deps.plans.find(dispute_id)
    if record is None or plan is None:
        return None
    last = await plans.choose(deps, plan, record.case.dispute, record.account) if record.case else None
    zone = deps.account(record.account).policy.merchant.timezone
    return PlannedCase(record=record, plan=plan, last=last, zone=zone)


async def change(deps: Deps, found: PlannedCase, wanted: PlanChange, *, by: str) -> None:
    """Change a plan and have a run look at the case.

    Raises `Stale` when the case is decided, and `Invalid` with a sentence when the change cannot be made.
    """
    _check_open(found)
    if why := plan_change.check(found.plan, found.dispute, wanted, deps.now()):
        raise Invalid(why)
    await deps.plans.change(found.record.dispute_id, wanted, by=by)
    await _call(deps, found.record)


async def claim(deps: Deps, found: PlannedCase, *, by: str, back: bool = False) -> None:
    """Note who takes a case, or puts it `back`, in its plan, its history and on its card. Raises `Stale`."""
    _check_open(found)
    record = found.record
    await deps.plans.claim(record.dispute_id, by="" if back else by)
    said = f"{by} {'put it back' if back else 'claimed it'}"
    before = found.plan.claimed_by
    said += f"; it was {before}'s" if before not in {"", by} else ""
    await deps.cases.note(record.dispute_id, HistoryStep(step="plan", at=deps.now(), note=said))
    for card in await messages.write_card(deps, record):
        await deps.outbox.put(card)


async def list_lanes(deps: Deps) -> list[LaneChoice]:
    """Return every lane of the own account, then those of each connected one with settings or a choice of its own."""
    chosen = {stored.account for stored in await deps.last_chances.all()}
    accounts = (None, *sorted({*deps.accounts, *chosen} - {""}))
    return [
        await _of_lane(deps, account, lane.name) for account in accounts for lane in deps.account(account).policy.lanes
    ]


async def choose_for_lane(
    deps: Deps, lane: str, choice: LastChance | None, *, account: str | None, by: str
) -> LaneChoice | None:
    """Store what happens at the last chance to a lane's cases; None gives it back to the policy.

    Returns the lane as it is then, or None where the account's policy has no such lane.
    """
    if lane not in _lane_names(deps.account(account).policy):
        return None
    await deps.last_chances.store(account, lane, choice, by=by)
    return await _of_lane(deps, account, lane)


async def _of_lane(deps: Deps, account: str | None, name: str) -> LaneChoice:
    lane = next(lane for lane in deps.account(account).policy.lanes if lane.name == name)
    stored = await deps.last_chances.find(account, name)
    chosen = await plans.choose_of_lane(deps, lane, stored)
    return LaneChoice(account=account, lane=name, queue=lane.queue, policy=lane.at_last, stored=stored, chosen=chosen)


def _lane_names(policy: Policy) -> set[str]:
    return {lane.name for lane in policy.lanes}


def _check_open(found: PlannedCase) -> None:
    if found.record.state in DECIDED:
        raise Stale(f"This dispute is {found.record.state} already; nothing of its plan is still to come.")


async def _call(deps: Deps, record: CaseRecord) -> None:
    """Have a run look at a case. Each change is an event of its own, so that none is taken for one before."""
    changed = f"plan_{record.dispute_id}_{uuid4().hex}"
    event = own_events.build(deps, changed, dispute_id=record.dispute_id, account=record.account)
    await own_events.store(deps, event)
