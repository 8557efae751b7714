"""Reading cases."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api import problems
from api.auth import known
from api.lifespan import OpenDeps
from api.problems import Problem
from api.schemas import CaseDetail, CaseFilter, CaseList, CaseSummary
from disputes.repositories.cases import CaseRecord, Cases

ID = re.compile(r"(du|dp|pdp)_[A-Za-z0-9_]{1,200}", re.ASCII)

router = APIRouter(
    prefix="/disputes", tags=["disputes"], dependencies=[Depends(known)], responses=problems.documented(401, 503)
)


def named(dispute_id: str) -> str:
    """Give the id in the path; 404 for what cannot be the id of a dispute."""
    if not ID.fullmatch(dispute_id):
        raise Problem(404, "There is no such dispute.")
    return dispute_id


Named = Annotated[str, Depends(named)]


async def found(cases: Cases, dispute_id: str) -> CaseRecord:
    """Give the entry of a dispute; 404 when the docket has none."""
    record = await cases.find(dispute_id)
    if record is None:
        raise Problem(404, "There is no such dispute.")
    return record


@router.get("", responses=problems.documented(400, 422))
async def index(wanted: Annotated[CaseFilter, Query()], deps: OpenDeps) -> CaseList:
    """List cases, newest first; pass the cursor of one page to get the next."""
    page = await deps.cases.page(**dict(wanted))
    return CaseList(disputes=[CaseSummary.of(record) for record in page.records], cursor=page.cursor)


@router.get("/{dispute_id}", responses=problems.documented(404))
async def read(dispute_id: Named, response: Response, deps: OpenDeps) -> CaseDetail:
    """Give the whole case; the ETag is the version that a verdict must name."""
    record = await found(deps.cases, dispute_id)
    response.headers["ETag"] = f'"{record.version}"'
    return CaseDetail.of(record)
