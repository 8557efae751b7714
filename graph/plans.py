"""The plan of a case as the policy and people make it, read and written with the records."""

from datetime import datetime

from disputes.case import Route
from disputes.dispute import Dispute
from disputes.errors import AskHuman
from disputes.lifecycle import plan as planning
from disputes.lifecycle.plan import Plan, Rules
from disputes.policy import Lane, Policy
from disputes.policy.deadlines import Chosen, LastChance
from disputes.repositories.cases import CaseRecord
from disputes.repositories.last_chances import StoredChoice
from graph.wiring.deps import Deps


async def renew(deps: Deps, dispute: Dispute, record: CaseRecord, *, queue: str = "", fence: int) -> None:
    """Write the plan of an open dispute, in its review queue or the one where the policy would have it wait."""
    if not dispute.is_open:
        return
    policy, old = deps.account(record.account).policy, await deps.plans.find(dispute.id)
    named = queue or policy.people_queue(dispute)
    rules = Rules(queue=named, ladder=policy.ladder(named), urgent_hours=policy.urgent_hours)
    fresh = planning.renew(old, dispute, deps.now(), received_at=record.received_at, rules=rules)
    if fresh != old:
        await deps.plans.write(fresh, fence=fence)


async def renew_parked(deps: Deps, dispute_id: str, *, fence: int) -> None:
    """Have people called on a parked case too: by its plan, by its dispute as last read, or else without a date."""
    # When its first event came is known to the records alone, so the case is read after it was parked.
    record, old, now = await deps.cases.find(dispute_id), await deps.plans.find(dispute_id), deps.now()
    if record is None or (old and any(timer.fired_at is None for timer in old.timers)):
        return
    dispute = record.case.dispute if record.case else None
    if dispute and dispute.is_open and not _is_over(dispute, now):
        await renew(deps, dispute, record, fence=fence)
        return
    rules = _rules_unread(deps.account(record.account).policy, dispute)
    fresh = planning.without_date(old, dispute_id, now, received_at=record.received_at, rules=rules)
    await deps.plans.write(fresh, fence=fence)


def _is_over(dispute: Dispute, now: datetime) -> bool:
    due = planning.deadline(dispute, now)
    return due is not None and due <= now


def _rules_unread(policy: Policy, dispute: Dispute | None) -> Rules:
    """Return the rules for a dispute whose state is not known: without a queue it is everybody's."""
    queue = policy.people_queue(dispute) if dispute else ""
    ladder = policy.ladder(queue) if dispute else policy.ladder_unread
    return Rules(queue=queue, ladder=ladder, urgent_hours=policy.urgent_hours)


async def find_last_chance(deps: Deps, dispute: Dispute, account: str | None) -> Chosen | None:
    """Return what happens to a case whose last chance has come, by the records and the policy in force; else None."""
    plan = await deps.plans.find(dispute.id) if dispute.is_open else None
    if plan is None or not (attempt := plan.attempt(deps.now())):
        return None
    chosen = await choose(deps, plan, dispute, account)
    return chosen.model_copy(update={"attempt": attempt})


async def confirm(deps: Deps, dispute: Dispute, account: str | None, route: Route | None) -> None:
    """Raise `AskHuman` where what a router does at the last chance is not what the records say any more."""
    tried = route.last_chance if route else None
    if tried is None:
        return
    now = await find_last_chance(deps, dispute, account)
    if now is None or (now.choice, now.by) != (tried.choice, tried.by):
        raise AskHuman("What is to happen at the last chance changed before it was done; nothing was sent.")


async def choose(deps: Deps, plan: Plan, dispute: Dispute, account: str | None) -> Chosen:
    """Return what happens at the last chance: as a reviewer wants for the case or its lane, else as the policy says.

    The choice of somebody who is no reviewer any more counts for nothing, unless it is to call people.
    """
    if plan.choice and await _counts(deps, plan.choice, plan.chosen_by):
        return Chosen(choice=plan.choice, by=plan.chosen_by)
    lane = deps.account(account).policy.lane(dispute)
    return await choose_of_lane(deps, lane, await deps.last_chances.find(account, lane.name))


async def choose_of_lane(deps: Deps, lane: Lane, stored: StoredChoice | None) -> Chosen:
    """Return what happens at the last chance to the cases of a lane, by what is stored for it and the policy."""
    if stored and await _counts(deps, stored.choice, stored.by):
        return Chosen(choice=stored.choice, by=stored.by)
    return Chosen(choice=lane.at_last)


async def _counts(deps: Deps, choice: LastChance, by: str) -> bool:
    """Return whether a choice counts: to call people does whoever made it, anything else while they are a reviewer."""
    return choice == "call" or await deps.users.is_reviewer(by)
