"""What happens at the last chance to the cases of each lane: anybody with a token reads it, a reviewer sets it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict

from api import problems
from api.auth import AuthenticatedRoute, Reviewer, authenticate
from api.lifespan import OpenDeps
from api.middleware.body_limit import limit_body
from api.plan_views import LaneList, LaneView
from api.problems import Problem
from api.routes.automation import AccountId
from disputes.policy.deadlines import LastChance
from graph import plan_changes

MAX_BODY_BYTES = 10_000

router = APIRouter(
    prefix="/last-chances",
    tags=["plans"],
    dependencies=[Depends(authenticate)],
    route_class=limit_body(MAX_BODY_BYTES, AuthenticatedRoute),
    responses=problems.document(401, 503),
)

LaneName = Annotated[str, Path(description="The name of a lane of the policy, such as `high%20value`.")]


class LastChanceBody(BaseModel):
    """What a reviewer wants at the last chance, null for the policy's word; without an account of the own one."""

    model_config = ConfigDict(extra="forbid")

    choice: LastChance | None
    account: AccountId | None = None


@router.get("")
async def index(deps: OpenDeps) -> LaneList:
    """List what happens to each lane's cases, and who says so."""
    return LaneList(lanes=[LaneView.of(lane) for lane in await plan_changes.list_lanes(deps)])


@router.put("/{lane}", responses=problems.document(400, 403, 404, 413, 422))
async def update(lane: LaneName, body: LastChanceBody, user: Reviewer, deps: OpenDeps) -> LaneView:
    """Store under the reviewer's name what happens to a lane's cases that nobody decided."""
    stored = await plan_changes.choose_for_lane(deps, lane, body.choice, account=body.account, by=user.name)
    if stored is None:
        raise Problem(404, "The policy has no such lane.")
    return LaneView.of(stored)
