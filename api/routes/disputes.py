"""The routes that list and read cases."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api import problems
from api.auth import AuthenticatedRoute, authenticate
from api.lifespan import OpenDeps
from api.plan_views import PlanSummary
from api.problems import Problem
from api.schemas import CaseDetail, CaseFilter, CaseList, CaseSummary
from disputes.repositories.cases import CaseRecord, Cases

DISPUTE_ID = re.compile(r"(du|dp|pdp)_[A-Za-z0-9_]{1,200}", re.ASCII)

router = APIRouter(
    prefix="/disputes",
    tags=["disputes"],
    dependencies=[Depends(authenticate)],
    route_class=AuthenticatedRoute,
    responses=problems.document(401, 503),
)


def check_id(dispute_id: str) -> str:
    """Return the id in the path; 404 for what cannot be the id of a dispute."""
    if not DISPUTE_ID.fullmatch(dispute_id):
        raise Problem(404, "There is no such dispute.")
    return dispute_id


DisputeId = Annotated[str, Depends(check_id)]


async def find_case(cases: Cases, dispute_id: str) -> CaseRecord:
    """Return the stored case of a dispute; 404 when there is none."""
    record = await cases.find(dispute_id)
    if record is None:
        raise Problem(404, "There is no such dispute.")
    return record


@router.get("", responses=problems.document(400, 422))
async def index(criteria: Annotated[CaseFilter, Query()], deps: OpenDeps) -> CaseList:
    """List cases, newest first; pass the cursor of one page to get the next."""
    page = await deps.cases.page(**dict(criteria))
    return CaseList(disputes=[CaseSummary.of(record) for record in page.records], cursor=page.cursor)


@router.get("/{dispute_id}", responses=problems.document(404))
async def read(dispute_id: DisputeId, response: Response, deps: OpenDeps) -> CaseDetail:
    """Return the whole case; the ETag is the version that a verdict must name."""
    record = await find_case(deps.cases, dispute_id)
    response.headers["ETag"] = f'"{record.version}"'
    plan, zone = await deps.plans.find(dispute_id), deps.account(record.account).policy.merchant.timezone
    return CaseDetail.of(record, PlanSummary.of(plan, deps.now(), zone) if plan else None)
