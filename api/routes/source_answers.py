"""The answers that facts were read from, as they are kept."""

import hashlib
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from api import problems
from api.auth import known
from api.lifespan import OpenDeps
from api.problems import Problem
from api.routes.disputes import Named, found
from disputes.errors import Invalid

JSON = "application/json"

router = APIRouter(
    prefix="/disputes/{dispute_id}/records",
    tags=["disputes"],
    dependencies=[Depends(known)],
    responses=problems.documented(401, 404, 503),
)
Digest = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="The `record` of a fact.")]


@router.get(
    "/{sha256}",
    response_class=Response,
    responses={200: {"content": {JSON: {"schema": {}}}}, **problems.documented(409, 422)},
)
async def read(dispute_id: Named, sha256: Digest, deps: OpenDeps) -> Response:
    """Give the answer a fact was read from, clean of card numbers; 409 when it is no longer there as it was kept."""
    entry = await found(deps.cases, dispute_id)
    records = entry.case.evidence.records if entry.case else ()
    record = next((record for record in records if record.sha256 == sha256), None)
    if record is None:
        raise Problem(404, "No fact of this case was read from such an answer.")
    if not record.key or deps.storage is None:
        raise Problem(404, "This answer was not kept, since the storage did not take it.")
    try:
        data = await deps.storage.read(record.key)
    except Invalid as gone:
        raise Problem(HTTPStatus.CONFLICT, str(gone)) from gone
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Problem(HTTPStatus.CONFLICT, "What the storage holds is not the answer that was kept.")
    name = f"{dispute_id}-{sha256[:12]}.json"
    return Response(data, media_type=JSON, headers={"Content-Disposition": f'attachment; filename="{name}"'})
