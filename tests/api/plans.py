"""Plans for the tests of the API and the command line: a waiting case whose deadline is nine days off."""

from datetime import timedelta

from disputes.lifecycle import plan as planning
from disputes.policy import load
from tests.api.builders import a_case, a_dispute, a_record
from tests.fakes import NOON

QUEUE = "manual-review"


async def write_plan(repositories, dispute_id="du_1", *, state="waiting", contact=None, **changes):
    """Store a case and the plan the policy makes of it, and return the plan."""
    dispute = a_dispute(dispute_id, **changes)
    await repositories.cases.save(a_record(dispute_id, state=state, case=a_case(dispute)))
    return await plan_for(repositories, dispute, contact=contact)


async def plan_for(repositories, dispute, *, contact=None):
    """Store the plan the policy makes of a dispute, and return it."""
    ladder = load().ladder(QUEUE).model_copy(update={"contact": contact})
    rules = planning.Rules(queue=QUEUE, ladder=ladder, urgent_hours=24)
    plan = planning.renew(None, dispute, NOON, received_at=NOON, rules=rules)
    async with repositories.leases.hold(dispute.id) as fence:
        await repositories.plans.write(plan, fence=fence)
    return plan


def hours_before_due(hours):
    """A time before the deadline, as a person writes it."""
    return (NOON + timedelta(days=9) - timedelta(hours=hours)).isoformat()
