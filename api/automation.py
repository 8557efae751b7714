"""The brake on automatic filing: anybody may see it, a reviewer may move it."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from api import problems
from api.auth import Reviewer, known
from api.bounded import bounded
from api.door import Opened
from disputes import text
from disputes.docket import Brakes
from graph.deps import Deps

LARGEST = 10_000  # bytes

router = APIRouter(
    prefix="/automation",
    tags=["automation"],
    dependencies=[Depends(known)],
    responses=problems.documented(401, 503),
    route_class=bounded(LARGEST),
)


class Automation(BaseModel):
    """Whether cases are filed without a person now, and how many were today (UTC) out of how many at most."""

    filing: Literal["on", "stopped"]
    policy: str
    by: str
    note: str
    at: datetime | None
    filed_today: int
    daily_cap: int | None


class Wish(BaseModel):
    """What a reviewer wants."""

    model_config = ConfigDict(extra="forbid")

    filing: Literal["on", "stopped"]
    note: str = Field("", max_length=1_000)


@router.get("")
async def read(deps: Opened) -> Automation:
    """Tell how automatic filing stands."""
    return await _told(deps)


@router.put("", responses=problems.documented(400, 403, 413, 422))
async def move(wish: Wish, person: Reviewer, deps: Opened) -> Automation:
    """Stop automatic filing at once, or let it go on. Cases on their way then wait for a person."""
    wanted = Brakes(stopped=wish.filing == "stopped", by=person.name, note=text.clean(wish.note))
    await deps.docket.brake(wanted)
    return await _told(deps)


async def _told(deps: Deps) -> Automation:
    found = await deps.docket.brakes()
    return Automation(
        filing="stopped" if found.stopped or not deps.policy.automatic else "on",
        policy=deps.policy.name,
        by=found.by,
        note=found.note,
        at=found.at,
        filed_today=found.filed_today,
        daily_cap=deps.policy.daily_cap,
    )
