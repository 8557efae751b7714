"""The kill switch of automatic filing: anybody with a token reads it, a reviewer sets it."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api import problems
from api.auth import AuthenticatedRoute, Reviewer, authenticate
from api.lifespan import OpenDeps
from api.middleware.body_limit import limit_body
from disputes import text
from disputes.repositories.automation import AutomationSwitch
from graph.wiring.deps import Deps

MAX_BODY_BYTES = 10_000

router = APIRouter(
    prefix="/automation",
    tags=["automation"],
    dependencies=[Depends(authenticate)],
    route_class=limit_body(MAX_BODY_BYTES, AuthenticatedRoute),
    responses=problems.document(401, 503),
)

AccountId = Annotated[str, StringConstraints(pattern=r"^acct_[A-Za-z0-9]{1,200}$")]


class AutomationView(BaseModel):
    """Whether cases are filed without a person now, and how many were today (UTC) out of how many at most.

    `account` is the connected account that it is about, null for the own one; the switch without an account stops all.
    """

    account: str | None
    filing: Literal["on", "stopped"]
    policy: str
    by: str
    note: str
    at: datetime | None
    filed_today: int
    daily_cap: int | None


class AutomationBody(BaseModel):
    """The state a reviewer sets automatic filing to: of one connected account, or without one of all."""

    model_config = ConfigDict(extra="forbid")

    account: AccountId | None = None
    filing: Literal["on", "stopped"]
    note: str = Field("", max_length=1_000)


@router.get("", responses=problems.document(400, 422))
async def read(deps: OpenDeps, account: AccountId | None = None) -> AutomationView:
    """Return whether automatic filing is on, for the own account or a connected one."""
    return await _view(deps, account)


@router.put("", responses=problems.document(400, 403, 413, 422))
async def update(body: AutomationBody, user: Reviewer, deps: OpenDeps) -> AutomationView:
    """Stop automatic filing at once, or let it go on. While it is stopped, cases on their way wait for a person."""
    switch = AutomationSwitch(
        account=body.account or "", stopped=body.filing == "stopped", by=user.name, note=text.clean(body.note)
    )
    await deps.automation.set(switch)
    return await _view(deps, body.account)


async def _view(deps: Deps, account: str | None) -> AutomationView:
    switch, policy = await deps.automation.read(account), deps.account(account).policy
    return AutomationView(
        account=account,
        filing="stopped" if switch.stopped or not policy.automatic else "on",
        policy=policy.name,
        by=switch.by,
        note=switch.note,
        at=switch.at,
        filed_today=switch.filed_today,
        daily_cap=policy.daily_cap,
    )
