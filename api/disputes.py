"""Reading cases."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api import problems
from api.auth import known
from api.door import Opened
from api.problems import Problem
from api.schemas import Filter, Listing, Summary, Whole
from disputes.docket import Entry
from disputes.ports import Docket

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


async def found(docket: Docket, dispute_id: str) -> Entry:
    """Give the entry of a dispute; 404 when the docket has none."""
    entry = await docket.entry(dispute_id)
    if entry is None:
        raise Problem(404, "There is no such dispute.")
    return entry


@router.get("", responses=problems.documented(400, 422))
async def index(wanted: Annotated[Filter, Query()], deps: Opened) -> Listing:
    """List cases, newest first; pass the cursor of one page to get the next."""
    page = await deps.docket.entries(**dict(wanted))
    return Listing(disputes=[Summary.of(entry) for entry in page.entries], cursor=page.cursor)


@router.get("/{dispute_id}", responses=problems.documented(404))
async def read(dispute_id: Named, response: Response, deps: Opened) -> Whole:
    """Give the whole case; the ETag is the version that a verdict must name."""
    entry = await found(deps.docket, dispute_id)
    response.headers["ETag"] = f'"{entry.version}"'
    return Whole.of(entry)
