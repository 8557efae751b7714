"""The route that serves the source answers facts were read from, as they are kept."""

import hashlib
from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Response

from api import problems
from api.lifespan import OpenDeps
from api.problems import Problem
from api.routes import case_files
from api.routes.disputes import DisputeId, find_case
from disputes.errors import Invalid
from disputes.evidence import SourceAnswer
from graph.wiring.deps import Deps

JSON = "application/json"

router = case_files.build_router("records")
Digest = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="The `record` of a fact.")]


@router.get(
    "/{sha256}",
    response_class=Response,
    responses={200: {"content": {JSON: {"schema": {}}}}, **problems.document(409, 422)},
)
async def read(dispute_id: DisputeId, sha256: Digest, deps: OpenDeps) -> Response:
    """Return the answer a fact was read from, without card numbers; 409 when it is no longer there as it was kept."""
    data = await _read_kept(deps, await _find_answer(deps, dispute_id, sha256))
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Problem(HTTPStatus.CONFLICT, "What the storage holds is not the answer that was kept.")
    return case_files.download(data, media_type=JSON, name=f"{dispute_id}-{sha256[:12]}.json")


async def _find_answer(deps: Deps, dispute_id: str, sha256: str) -> SourceAnswer:
    record = await find_case(deps.cases, dispute_id)
    answers = record.case.evidence.source_answers if record.case else ()
    answer = next((answer for answer in answers if answer.sha256 == sha256), None)
    if answer is None:
        raise Problem(404, "No fact of this case was read from such an answer.")
    return answer


async def _read_kept(deps: Deps, answer: SourceAnswer) -> bytes:
    if not answer.key or deps.storage is None:
        raise Problem(404, "This answer was not kept, since the storage did not take it.")
    try:
        return await deps.storage.read(answer.key)
    except Invalid as gone:
        raise Problem(HTTPStatus.CONFLICT, str(gone)) from gone
