"""Permission to act: worked out from the records alone, and written there as a permit. A thread permits nothing."""

from disputes.case import Packet, Route
from disputes.errors import AskHuman
from disputes.repositories.filings import FilingAction
from disputes.repositories.permits import Permit
from disputes.review import verdict as reviewing
from graph import plans
from graph.permission.guard import StepContext
from graph.state import State
from graph.wiring.deps import Deps

NEEDS_PERSON = frozenset(("appeal", "compliance"))
"""Stages at which no router may act: an appeal is a person's choice, and contesting a compliance case costs a fee."""


async def allowed_packet(deps: Deps, state: State) -> Packet:
    """Return the packet that may be filed: of the stored case and verdict, or the one the router of this run chose.

    Raises `AskHuman` when the records hold no such verdict.
    """
    draft = state.case().draft
    if state.decided is None:
        return draft
    record, stored = await deps.cases.find(state.dispute_id), await deps.verdicts.pending(state.dispute_id)
    if record is None or record.case is None or stored is None or stored.version != state.decided:
        raise AskHuman("The verdict is not on record any more; nothing was sent.")
    if (allowed := reviewing.apply(record.case, stored).draft) != draft:
        raise AskHuman("The draft in the run is not the one that was decided on; nothing was sent.")
    return allowed


async def grant(deps: Deps, state: State, context: StepContext, *, action: FilingAction, digest: str) -> None:
    """Write the permit for an action on this very content. Raises `AskHuman` when nobody allowed it."""
    stage, by = state.case().dispute.stage, state.verdict.by if state.decided is not None and state.verdict else ""
    rules = deps.account(state.account).policy.title
    if not by:
        rules = _check_router(state, context, stage, action).policy
        await plans.confirm(deps, state.case().dispute, state.account, state.route)
    permit = Permit(
        dispute_id=state.dispute_id,
        stage=stage,
        action=action,
        digest=digest,
        version=state.version,
        policy=rules,
        by=by,
    )
    await deps.permits.grant(permit, fence=context.fence)


def _check_router(state: State, context: StepContext, stage: str, action: FilingAction) -> Route:
    """Return the route that chose this action. Raises `AskHuman` where none did."""
    if not context.by_worker:
        raise AskHuman("Only a worker files by itself; here a person decides.")
    chosen = {"submit": "submit", "close": "accept", "smart_disputes": "smart_disputes"}[action]
    if state.route is None or state.route.action != chosen or _is_a_persons(state) or stage in NEEDS_PERSON:
        raise AskHuman("Nobody decided this; nothing was sent.")
    return state.route


def _is_a_persons(state: State) -> bool:
    """Return whether something in a run may be decided by a person only, whatever its route says."""
    return bool(state.caution or state.held.theirs)
