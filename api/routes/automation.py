"""The brake on automatic filing: anybody may see it, a reviewer may move it."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from api import problems
from api.auth import Reviewer, known
from api.lifespan import OpenDeps
from api.middleware.body_limit import bounded
from disputes import text
from disputes.repositories.automation import AutomationSwitch
from graph.wiring.deps import Deps

LARGEST = 10_000  # bytes

router = APIRouter(
    prefix="/automation",
    tags=["automation"],
    dependencies=[Depends(known)],
    responses=problems.documented(401, 503),
    route_class=bounded(LARGEST),
)


class AutomationView(BaseModel):
    """Whether cases are filed without a person now, and how many were today (UTC) out of how many at most."""

    filing: Literal["on", "stopped"]
    policy: str
    by: str
    note: str
    at: datetime | None
    filed_today: int
    daily_cap: int | None


class AutomationBody(BaseModel):
    """What a reviewer wants."""

    model_config = ConfigDict(extra="forbid")

    filing: Literal["on", "stopped"]
    note: str = Field("", max_length=1_000)


@router.get("")
async def read(deps: OpenDeps) -> AutomationView:
    """Tell how automatic filing stands."""
    return await _told(deps)


@router.put("", responses=problems.documented(400, 403, 413, 422))
async def move(wish: AutomationBody, person: Reviewer, deps: OpenDeps) -> AutomationView:
    """Stop automatic filing at once, or let it go on. Cases on their way then wait for a person."""
    wanted = AutomationSwitch(stopped=wish.filing == "stopped", by=person.name, note=text.clean(wish.note))
    await deps.automation.set(wanted)
    return await _told(deps)


async def _told(deps: Deps) -> AutomationView:
    found = await deps.automation.read()
    return AutomationView(
        filing="stopped" if found.stopped or not deps.policy.automatic else "on",
        policy=deps.policy.name,
        by=found.by,
        note=found.note,
        at=found.at,
        filed_today=found.filed_today,
        daily_cap=deps.policy.daily_cap,
    )
