"""A wrong account that comes first, from an event, a person or a server run, does not keep a dispute from its own."""

from collections.abc import Awaitable, Callable

import pytest

from disputes.errors import NotFound, TryAgain
from disputes.repositories.cases import CaseRecord
from graph.wiring.runtime import Runtime
from tests.conftest import Stage
from tests.graph import dashboard as at
from tests.graph.test_account_events import STRANGE, found, hear, settled

SCENARIO = "connect_delivered"
GONE = "Nothing answers."
Park = Callable[[Stage, Runtime, str, str], Awaitable[CaseRecord]]


async def _away() -> None:
    raise TryAgain(GONE)


def silent(stage: Stage) -> Stage:
    """The same stage, where Stripe does not show a dispute, once."""
    return stage.under(stripe=at.Between(stage.deps.stripe, "dispute", _away, after=False))


async def connected(stage: Stage) -> tuple[Stage, str, str]:
    """A dispute of a connected account that has settings; gives the stage with them, its id and its account."""
    dispute_id, account = await stage.happen(SCENARIO)
    assert account
    return settled(stage, account), dispute_id, account


async def is_filed_by_its_own_event(stage: Stage, runtime: Runtime, dispute_id: str, account: str) -> bool:
    await hear(stage, runtime, dispute_id, account)
    record = await found(stage, dispute_id)
    assert not await stage.deps.events.unhandled_of(dispute_id)
    assert await at.calls(stage, record) == (1, 0)
    return (record.account, record.state, record.error) == (account, "filed", "")


async def test_an_event_without_an_account_does_not_take_over_a_connected_accounts_dispute(
    stage: Stage, runtime: Runtime
):
    ours, dispute_id, account = await connected(stage)
    await hear(ours, runtime, dispute_id, None)
    parked = await found(ours, dispute_id)
    assert (parked.state, parked.case) == ("parked", None)
    assert "No such dispute" in parked.error
    assert await is_filed_by_its_own_event(ours, runtime, dispute_id, account)


async def test_a_wrong_account_given_to_drive_does_not_lose_the_dispute(stage: Stage, runtime: Runtime):
    ours, dispute_id, account = await connected(stage)
    with pytest.raises(NotFound) as refused:
        await ours.runs.drive(dispute_id, account=STRANGE)
    await ours.runs.park(dispute_id, str(refused.value), account=STRANGE)
    assert (await found(ours, dispute_id)).state == "parked"
    assert await is_filed_by_its_own_event(ours, runtime, dispute_id, account)


async def test_the_right_account_given_to_drive_after_a_wrong_one_brings_the_dispute_in(stage: Stage):
    ours, dispute_id, account = await connected(stage)
    with pytest.raises(NotFound) as refused:
        await ours.runs.drive(dispute_id, account=STRANGE)
    await ours.runs.park(dispute_id, str(refused.value), account=STRANGE)
    record = await ours.drive(dispute_id, account=account)
    assert (record.account, record.state) == (account, "filed")


async def test_a_wrong_account_named_in_an_outage_does_not_lose_the_dispute(stage: Stage, runtime: Runtime):
    ours, dispute_id, account = await connected(stage)
    await hear(silent(ours), runtime, dispute_id, STRANGE)
    parked = await found(ours, dispute_id)
    assert (parked.state, GONE in parked.error) == ("parked", True)
    assert await is_filed_by_its_own_event(ours, runtime, dispute_id, account)


async def test_a_wrong_account_given_by_a_server_run_does_not_lose_the_dispute(stage: Stage, runtime: Runtime):
    ours, dispute_id, account = await connected(stage)
    ada = {"thread_id": dispute_id, "langgraph_auth_user": {"identity": "ada", "role": "reviewer"}}
    given = {"dispute_id": dispute_id, "account": STRANGE}
    with pytest.raises(NotFound):
        await ours.graph.ainvoke(given, {"configurable": ada}, durability="sync")
    assert await is_filed_by_its_own_event(ours, runtime, dispute_id, account)


async def parked_before_it_was_read(stage: Stage, runtime: Runtime, dispute_id: str, account: str) -> CaseRecord:
    await hear(silent(stage), runtime, dispute_id, account)
    return await found(stage, dispute_id)


async def parked_with_its_case(stage: Stage, runtime: Runtime, dispute_id: str, account: str) -> CaseRecord:
    unsettled = stage.under(accounts={})
    await unsettled.drive(dispute_id, account=account)
    await stage.runs.park(dispute_id, GONE, account=account)
    return await found(stage, dispute_id)


@pytest.mark.parametrize("wrong", [None, STRANGE])
@pytest.mark.parametrize("park", [parked_before_it_was_read, parked_with_its_case])
async def test_a_strange_event_leaves_a_parked_case_as_it_is(
    stage: Stage, runtime: Runtime, park: Park, wrong: str | None
):
    ours, dispute_id, account = await connected(stage)
    parked = await park(ours, runtime, dispute_id, account)
    assert (parked.account, parked.state) == (account, "parked")
    await hear(ours, runtime, dispute_id, wrong)
    assert await found(ours, dispute_id) == parked
    assert not await ours.deps.events.unhandled_of(dispute_id)
