"""A permit is written only where the records themselves allow the act."""

import pytest

from disputes.case import Decision
from disputes.errors import AskHuman, LostLease
from disputes.repositories import Repositories
from disputes.repositories.cases import CaseState
from disputes.repositories.filings import FilingAction
from disputes.repositories.users import User
from tests.fakes import digest
from tests.tools.postgres.permission import a_permit, decide, grant, park
from tests.tools.records import a_record, a_verdict


@pytest.mark.parametrize(
    ("decision", "action"), [("approve", "submit"), ("edit", "submit"), ("accept_loss", "close")], ids=str
)
async def test_the_verdict_of_a_reviewer_permits_what_it_decides(
    repositories: Repositories, decision: Decision, action: FilingAction
):
    await decide(repositories, decision)
    await grant(repositories, a_permit(action=action))
    assert await repositories.permits.find("dp_1", "chargeback", action) == a_permit(action=action)
    assert not a_permit(action=action).automatic


async def test_a_verdict_from_before_its_case_was_parked_still_permits(repositories: Repositories):
    await decide(repositories, state="parked")
    await grant(repositories, a_permit())
    assert await repositories.permits.find("dp_1", "chargeback", "submit") == a_permit()


async def test_the_router_permits_in_a_case_that_is_being_worked_on(repositories: Repositories):
    await repositories.cases.save(a_record(state="working"))
    await grant(repositories, a_permit(by=""))
    assert await repositories.permits.find("dp_1", "chargeback", "submit") == a_permit(by="")
    assert a_permit(by="").automatic


async def test_a_permit_is_for_one_dispute_stage_and_action(repositories: Repositories):
    await decide(repositories)
    await grant(repositories, a_permit())
    assert await repositories.permits.find("dp_2", "chargeback", "submit") is None
    assert await repositories.permits.find("dp_1", "inquiry", "submit") is None
    assert await repositories.permits.find("dp_1", "chargeback", "close") is None


async def test_a_newer_permit_replaces_an_older_one(repositories: Repositories):
    await decide(repositories)
    await grant(repositories, a_permit())
    await grant(repositories, a_permit(digest="another letter"))
    assert await repositories.permits.find("dp_1", "chargeback", "submit") == a_permit(digest="another letter")


@pytest.mark.parametrize("version", [0, 2])
async def test_a_person_permits_nothing_on_another_version(repositories: Repositories, version: int):
    await decide(repositories)
    await expect_refusal(repositories, "The case changed", version=version)


@pytest.mark.parametrize("state", ["working", "filed", "accepted", "rejected", "recorded", "closed"])
async def test_a_person_permits_nothing_in_a_case_that_does_not_wait(repositories: Repositories, state: CaseState):
    await decide(repositories, state=state)
    await expect_refusal(repositories, "The case changed")


async def test_a_person_without_a_verdict_permits_nothing(repositories: Repositories):
    await repositories.users.add(User(name="Ada", role="reviewer"), digest=digest("ada-token"))
    await repositories.cases.save(a_record())
    await expect_refusal(repositories, "no verdict of Ada")


async def test_a_person_permits_nothing_by_the_verdict_of_another(repositories: Repositories):
    await decide(repositories)
    await repositories.users.add(User(name="Grace", role="reviewer"), digest=digest("grace-token"))
    await expect_refusal(repositories, "no verdict of Grace", by="Grace")


@pytest.mark.parametrize(
    ("decision", "action"),
    [
        ("approve", "close"),
        ("edit", "close"),
        ("accept_loss", "submit"),
        *((decision, action) for decision in ("reject", "redraft") for action in ("submit", "close")),
    ],
    ids=str,
)
async def test_a_verdict_permits_nothing_that_it_does_not_decide(
    repositories: Repositories, decision: Decision, action: FilingAction
):
    await decide(repositories, decision)
    await expect_refusal(repositories, "no verdict of Ada that decides this", action=action)


async def test_a_verdict_that_was_carried_out_permits_nothing_more(repositories: Repositories):
    await decide(repositories)
    await repositories.cases.save(a_record(), carried=1)
    await expect_refusal(repositories, "The case changed", version=1)
    await expect_refusal(repositories, "no verdict of Ada", version=2)


async def test_a_verdict_that_lapsed_permits_nothing(repositories: Repositories):
    await decide(repositories)
    await repositories.verdicts.lapse("dp_1", 1, why="the case changed")
    await expect_refusal(repositories, "The case changed", version=1)
    await expect_refusal(repositories, "no verdict of Ada", version=2)


async def test_a_reviewer_who_became_a_viewer_permits_nothing(repositories: Repositories):
    await decide(repositories)
    await repositories.users.add(User(name="Ada", role="viewer"), digest=digest("ada-token"))
    await expect_refusal(repositories, "Ada is no reviewer any more")


async def test_a_reviewer_who_left_the_settings_permits_nothing(repositories: Repositories):
    await repositories.cases.save(a_record())
    await repositories.users.configure({digest("ada-token"): User(name="Ada", role="reviewer")})
    await repositories.verdicts.store("dp_1", a_verdict())
    await repositories.users.configure({})
    await expect_refusal(repositories, "Ada is no reviewer any more")


async def test_an_old_holder_of_the_lease_permits_nothing(repositories: Repositories):
    await decide(repositories)
    async with repositories.leases.hold("dp_1") as old:
        assert old is not None
    async with repositories.leases.hold("dp_1"):
        with pytest.raises(LostLease):
            await repositories.permits.grant(a_permit(), fence=old)
    assert await repositories.permits.find("dp_1", "chargeback", "submit") is None


@pytest.mark.parametrize("version", [0, 2])
async def test_the_router_permits_nothing_on_another_version(repositories: Repositories, version: int):
    await repositories.cases.save(a_record(state="working"))
    await expect_refusal(repositories, "The case changed", by="", version=version)


@pytest.mark.parametrize("state", ["waiting", "filed", "accepted", "rejected", "recorded", "closed", "parked"])
async def test_the_router_permits_nothing_in_a_case_that_nobody_works_on(repositories: Repositories, state: CaseState):
    await repositories.cases.save(a_record(state=state))
    await expect_refusal(repositories, "The case changed", by="")


@pytest.mark.parametrize("by", ["", "Ada"])
async def test_nothing_is_permitted_without_a_case(repositories: Repositories, by: str):
    await expect_refusal(repositories, "The case changed", by=by)


async def test_a_refused_permit_leaves_the_one_before_as_it_is(repositories: Repositories):
    await decide(repositories)
    await grant(repositories, a_permit())
    await park(repositories, a_record(state="filed"))
    with pytest.raises(AskHuman):
        await grant(repositories, a_permit(digest="another letter"))
    assert await repositories.permits.find("dp_1", "chargeback", "submit") == a_permit()


async def expect_refusal(repositories: Repositories, reason: str, **changes: object) -> None:
    """Ask for a permit, be refused for one reason, and find nothing written."""
    permit = a_permit(**changes)
    with pytest.raises(AskHuman, match=reason):
        await grant(repositories, permit)
    assert await repositories.permits.find(permit.dispute_id, permit.stage, permit.action) is None
