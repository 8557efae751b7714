"""The routes by which a reviewer decides a case. A verdict is stored first and carried out by a worker."""

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Header, Request

from api import problems
from api.auth import AuthenticatedRoute, Reviewer, require_reviewer
from api.lifespan import OpenDeps
from api.middleware.body_limit import limit_body
from api.problems import Problem
from api.routes.disputes import DisputeId, find_case
from api.schemas import VerdictAccepted
from api.verdict_body import VerdictBody
from disputes.case import Verdict
from disputes.errors import Stale
from disputes.ports.clock import Clock
from disputes.repositories.cases import CaseRecord
from disputes.review.verdict import check, warn
from graph.wiring.deps import Deps

MAX_BODY_BYTES = 100_000
MAX_PROBLEMS = 100
VERSION_TAG = re.compile(r'(?:W/)?(?:"([0-9]{1,18})"|([0-9]{1,18}))', re.ASCII)
FINISHED = {"filed": "was filed", "accepted": "was accepted", "closed": "is closed"}

router = APIRouter(
    prefix="/disputes",
    tags=["reviews"],
    dependencies=[Depends(require_reviewer)],
    responses=problems.document(400, 401, 403, 404, 409, 413, 422, 503),
    route_class=limit_body(MAX_BODY_BYTES, AuthenticatedRoute),
)
log = structlog.get_logger()


def read_version(
    if_match: Annotated[str | None, Header(description="The version that was read, as in its ETag.")] = None,
) -> int | None:
    """Return the version in If-Match, or None without one; 400 when it is not a version."""
    if if_match is None:
        return None
    tag = VERSION_TAG.fullmatch(if_match.strip())
    if tag is None:
        raise Problem(400, 'If-Match must be a version, such as "7".')
    return int(tag[1] or tag[2])


@dataclass(frozen=True)
class ReviewRequest:
    """The reviewer, the version the request is about, and what answering it needs."""

    user: Reviewer
    version: Annotated[int | None, Depends(read_version)]
    deps: OpenDeps
    request: Request

    def now(self) -> datetime:
        """Return the present moment by the app's clock, aware UTC."""
        clock: Clock = self.request.app.state.now
        return clock()


@router.post("/{dispute_id}/verdict", status_code=202, responses=problems.document(428))
async def decide(
    dispute_id: DisputeId, body: VerdictBody, *, review: Annotated[ReviewRequest, Depends()]
) -> VerdictAccepted:
    """Store a reviewer's verdict on the version that If-Match names; 409 when the case has changed since."""
    if review.version is None:
        raise Problem(428, "If-Match must name the version this verdict is about.")
    record = await find_case(review.deps.cases, dispute_id)
    _check_version(record, review.version)
    if record.case is None:
        raise Stale("This case holds nothing to decide on yet.")
    verdict = body.verdict(by=review.user.name, at=review.now(), version=record.version)
    # A long letter takes a while to check, and other requests must not wait for it.
    if errors := await asyncio.to_thread(check, record.case, verdict):
        raise Problem(422, "The verdict cannot be carried out.", problems=errors[:MAX_PROBLEMS])
    accepted = await _store(review.deps, record, verdict)
    return accepted.model_copy(update={"warnings": warn(record.case, verdict)})


@router.post("/{dispute_id}/rerun", status_code=202)
async def rerun(dispute_id: DisputeId, *, review: Annotated[ReviewRequest, Depends()]) -> VerdictAccepted:
    """Have the case gathered, written and routed anew; 409 once an answer went out."""
    record = await find_case(review.deps.cases, dispute_id)
    if record.state in FINISHED:
        raise Problem(409, f"This dispute {FINISHED[record.state]}; there is nothing to run again.")
    _check_version(record, record.version if review.version is None else review.version)
    verdict = Verdict(decision="redraft", by=review.user.name, at=review.now(), version=record.version)
    return await _store(review.deps, record, verdict)


def _check_version(record: CaseRecord, version: int) -> None:
    if record.version != version:
        raise Stale(f"The case is at version {record.version} now; read it again and decide on that.")


async def _store(deps: Deps, record: CaseRecord, verdict: Verdict) -> VerdictAccepted:
    await deps.verdicts.store(record.dispute_id, verdict)
    log.info("verdict.stored", dispute_id=record.dispute_id, decision=verdict.decision, version=verdict.version)
    await deps.queue.try_enqueue(record.dispute_id, account=record.account)
    return VerdictAccepted(version=verdict.version)
