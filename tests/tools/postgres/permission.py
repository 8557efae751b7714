"""People, verdicts and permits, for the tests of who may file what."""

from typing import Any

from disputes.case import Decision
from disputes.repositories import Repositories
from disputes.repositories.cases import CaseRecord, CaseState
from disputes.repositories.filings import Filing
from disputes.repositories.permits import Permit
from disputes.repositories.users import User
from tests.fakes import digest
from tests.tools.records import a_filing, a_record, a_verdict

CONTENT = "the letter and its exhibits"
ADA = User(name="Ada", role="reviewer")


def a_permit(**changes: Any) -> Permit:
    """Ada's leave to submit, on the first version of a case, unless a change says otherwise."""
    names = {"dispute_id": "dp_1", "stage": "chargeback", "action": "submit", "by": "Ada"}
    return Permit.model_validate({**names, "digest": CONTENT, "version": 1, "policy": "default 1", **changes})


def an_intention(**changes: Any) -> Filing:
    """The filing that `a_permit` allows."""
    return a_filing().model_copy(update={"digest": CONTENT, **changes})


async def grant(repositories: Repositories, permit: Permit) -> None:
    """Write a permit under a lease of its dispute."""
    async with repositories.leases.hold(permit.dispute_id) as fence:
        assert fence is not None
        await repositories.permits.grant(permit, fence=fence)


async def park(repositories: Repositories, record: CaseRecord) -> None:
    """Write a case at the version it has, under a lease of its dispute."""
    async with repositories.leases.hold(record.dispute_id) as fence:
        assert fence is not None
        await repositories.cases.park(record, fence=fence)


async def decide(repositories: Repositories, decision: Decision = "approve", *, state: CaseState = "waiting") -> None:
    """Let Ada, a reviewer, decide on the first version of a case, which then stands in a state."""
    await repositories.users.add(ADA, digest=digest("ada-token"))
    await repositories.cases.save(a_record())
    await repositories.verdicts.store("dp_1", a_verdict(decision=decision))
    if state != "waiting":
        await park(repositories, a_record(state=state))


async def let_file(repositories: Repositories, filing: Filing, *, fence: int | None = None) -> None:
    """Let the router permit a filing, in a new version of its case, under this lease or one of its own."""
    version = await repositories.cases.save(a_record(filing.dispute_id, state="working"))
    names = {"dispute_id": filing.dispute_id, "stage": filing.stage, "action": filing.action, "by": ""}
    permit = a_permit(**names, digest=filing.digest, version=version)
    if fence is None:
        await grant(repositories, permit)
    else:
        await repositories.permits.grant(permit, fence=fence)


async def the_case(repositories: Repositories, dispute_id: str = "dp_1") -> CaseRecord:
    """Return a case that is there."""
    stored = await repositories.cases.find(dispute_id)
    assert stored is not None
    return stored
