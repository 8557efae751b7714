"""The plan of a case: anybody with a token reads it, a reviewer changes it or claims the case."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, StringConstraints

from api import problems
from api.auth import AuthenticatedRoute, Reviewer, authenticate
from api.lifespan import OpenDeps
from api.middleware.body_limit import limit_body
from api.plan_views import PlanView
from api.problems import Problem
from api.routes.disputes import DisputeId, find_case
from disputes.errors import Invalid, Stale
from disputes.lifecycle import plan_change
from disputes.policy.deadlines import LastChance
from graph import plan_changes
from graph.plan_changes import PlannedCase
from graph.wiring.deps import Deps

MAX_BODY_BYTES = 10_000

router = APIRouter(
    prefix="/disputes",
    tags=["plans"],
    dependencies=[Depends(authenticate)],
    route_class=limit_body(MAX_BODY_BYTES, AuthenticatedRoute),
    responses=problems.document(401, 404, 503),
)

Moment = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class TimesBody(BaseModel):
    """When people are called, and when the last chance comes, in ISO 8601 with a zone; what is not named stays."""

    model_config = ConfigDict(extra="forbid")

    claimed: Moment | None = None
    reminder: Moment | None = None
    escalation: Moment | None = None
    last_chance: Moment | None = None


class PlanBody(BaseModel):
    """What a reviewer changes in a plan; what is not named stays as it is."""

    model_config = ConfigDict(extra="forbid")

    last_chance: LastChance | None = None
    times: TimesBody = TimesBody()


@router.get("/{dispute_id}/plan")
async def read(dispute_id: DisputeId, deps: OpenDeps) -> PlanView:
    """Return when people are called on a case, what happens at the end, and who says so."""
    return await _view(deps, dispute_id)


@router.put("/{dispute_id}/plan", responses=problems.document(400, 403, 409, 413, 422))
async def update(dispute_id: DisputeId, body: PlanBody, user: Reviewer, deps: OpenDeps) -> PlanView:
    """Change times, or what happens at the last chance, under the reviewer's name; a run then looks at the case."""
    found = await _find(deps, dispute_id)
    try:
        wanted = plan_change.read(body.last_chance, body.times.model_dump())
        await plan_changes.change(deps, found, wanted, by=user.name)
    except Stale:
        raise
    except Invalid as refused:
        raise Problem(422, str(refused)) from refused
    return await _view(deps, dispute_id)


@router.put("/{dispute_id}/claim", responses=problems.document(403, 409, 413))
async def claim(dispute_id: DisputeId, user: Reviewer, deps: OpenDeps) -> PlanView:
    """Take a case under the reviewer's own name, from whoever had it."""
    await plan_changes.claim(deps, await _find(deps, dispute_id), by=user.name)
    return await _view(deps, dispute_id)


@router.delete("/{dispute_id}/claim", responses=problems.document(403, 409, 413))
async def unclaim(dispute_id: DisputeId, user: Reviewer, deps: OpenDeps) -> PlanView:
    """Put a case back, so that it is claimed by nobody."""
    await plan_changes.claim(deps, await _find(deps, dispute_id), by=user.name, back=True)
    return await _view(deps, dispute_id)


async def _view(deps: Deps, dispute_id: str) -> PlanView:
    return PlanView.of(await _find(deps, dispute_id), deps.now())


async def _find(deps: Deps, dispute_id: str) -> PlannedCase:
    found = await plan_changes.find(deps, dispute_id)
    if found is None:
        await find_case(deps.cases, dispute_id)
        raise Problem(404, "This dispute has no plan: nothing is to be answered, or no run has looked at it yet.")
    return found
