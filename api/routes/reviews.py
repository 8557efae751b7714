"""Deciding cases. A verdict is stored first and carried out by a worker."""

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Header, Request

from api import nudge, problems
from api.auth import Reviewer, decides
from api.lifespan import OpenDeps
from api.middleware.body_limit import bounded
from api.problems import Problem
from api.routes.disputes import Named, found
from api.schemas import VerdictAccepted
from api.verdict_body import VerdictBody
from disputes.case import Verdict
from disputes.errors import Stale
from disputes.ports.clock import Clock
from disputes.repositories.cases import CaseRecord
from disputes.review.verdict import check, warn
from graph.wiring.deps import Deps

LARGEST = 100_000  # bytes
MOST_TOLD = 100
TAG = re.compile(r'(?:W/)?(?:"([0-9]{1,18})"|([0-9]{1,18}))', re.ASCII)
OVER = {"filed": "was filed", "accepted": "was accepted", "closed": "is closed"}

router = APIRouter(
    prefix="/disputes",
    tags=["reviews"],
    dependencies=[Depends(decides)],
    responses=problems.documented(400, 401, 403, 404, 409, 413, 422, 503),
    route_class=bounded(LARGEST),
)
log = structlog.get_logger()


def named(
    if_match: Annotated[str | None, Header(description="The version that was read, as in its ETag.")] = None,
) -> int | None:
    """Give the version in If-Match, or None without one; 400 when it is not a version."""
    if if_match is None:
        return None
    tag = TAG.fullmatch(if_match.strip())
    if tag is None:
        raise Problem(400, 'If-Match must be a version, such as "7".')
    return int(tag[1] or tag[2])


@dataclass(frozen=True)
class ReviewRequest:
    """Who asks, about which version, when, and what the answer needs."""

    person: Reviewer
    version: Annotated[int | None, Depends(named)]
    deps: OpenDeps
    request: Request

    def now(self) -> datetime:
        """Give the present moment by the app's clock."""
        clock: Clock = self.request.app.state.now
        return clock()


@router.post("/{dispute_id}/verdict", status_code=202, responses=problems.documented(428))
async def decide(
    dispute_id: Named, ruling: VerdictBody, *, asked: Annotated[ReviewRequest, Depends()]
) -> VerdictAccepted:
    """Take a reviewer's verdict on the version that If-Match names; 409 when the case has changed since."""
    if asked.version is None:
        raise Problem(428, "If-Match must name the version this verdict is about.")
    record = await found(asked.deps.cases, dispute_id)
    _same(record, asked.version)
    if record.case is None:
        raise Stale("This case holds nothing to decide on yet.")
    verdict = ruling.verdict(by=asked.person.name, at=asked.now(), version=record.version)
    # A long letter takes a while to check, and other requests must not wait for it.
    if wrong := await asyncio.to_thread(check, record.case, verdict):
        raise Problem(422, "The verdict cannot be carried out.", problems=wrong[:MOST_TOLD])
    taken = await _take(asked.deps, record, verdict)
    return taken.model_copy(update={"warnings": warn(record.case, verdict)})


@router.post("/{dispute_id}/rerun", status_code=202)
async def rerun(dispute_id: Named, *, asked: Annotated[ReviewRequest, Depends()]) -> VerdictAccepted:
    """Have the case gathered, written and routed anew; 409 once an answer went out."""
    record = await found(asked.deps.cases, dispute_id)
    if record.state in OVER:
        raise Problem(409, f"This dispute {OVER[record.state]}; there is nothing to run again.")
    _same(record, record.version if asked.version is None else asked.version)
    verdict = Verdict(decision="redraft", by=asked.person.name, at=asked.now(), version=record.version)
    return await _take(asked.deps, record, verdict)


def _same(record: CaseRecord, version: int) -> None:
    if record.version != version:
        raise Stale(f"The case is at version {record.version} now; read it again and decide on that.")


async def _take(deps: Deps, record: CaseRecord, verdict: Verdict) -> VerdictAccepted:
    await deps.verdicts.store(record.dispute_id, verdict)
    log.info("verdict.taken", dispute_id=record.dispute_id, decision=verdict.decision, version=verdict.version)
    await nudge.ring(deps.queue, record.dispute_id, account=record.account)
    return VerdictAccepted(version=verdict.version)
