"""Whose event it is: one whose account does not fit its dispute changes nothing, and Stripe says whose a new one is."""

import uuid
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from api.app import create
from disputes.repositories.automation import AutomationSwitch
from disputes.repositories.cases import CaseRecord
from disputes.repositories.events import WebhookEvent
from graph.nodes import NO_SETTINGS
from graph.wiring.deps import AccountSettings
from graph.wiring.runtime import Runtime
from jobs.worker.worker import handle
from tests.conftest import TOKEN, Stage
from tools.postgres.tables import events

STRANGE = "acct_ofNobody"


def settled(stage: Stage, account: str | None) -> Stage:
    assert account
    given = AccountSettings(policy=stage.deps.policy, sources=stage.deps.sources)
    return stage.under(accounts={**stage.deps.accounts, account: given})


async def hear(stage: Stage, runtime: Runtime, dispute_id: str, account: str | None) -> str:
    """Let an event come and a worker handle it; gives the event's id."""
    name, now = f"evt_{uuid.uuid4().hex}", stage.deps.now()
    told: dict[str, Any] = {"type": "charge.dispute.updated", "dispute_id": dispute_id, "created": now}
    await stage.deps.events.store(WebhookEvent(provider="stripe", id=name, account=account, **told))
    await handle(replace(runtime, deps=stage.deps, runner=stage.runs), dispute_id, account, tries=12)
    return name


async def refusal(stage: Stage, event: str) -> str:
    engine = stage.deps.events.engine  # type: ignore[attr-defined]  # the runtime's repositories are PostgreSQL's
    async with engine.connect() as connection:
        return str((await connection.execute(select(events.c.refused).where(events.c.id == event))).scalar_one() or "")


async def found(stage: Stage, dispute_id: str) -> CaseRecord:
    record = await stage.deps.cases.find(dispute_id)
    assert record
    return record


@pytest.mark.parametrize("wrong", [None, STRANGE, "in other letters"])
@pytest.mark.parametrize("rests", ["waiting", "rejected", "filed"])
async def test_a_strange_event_changes_nothing_of_a_case(stage: Stage, runtime: Runtime, wrong: str | None, rests: str):
    dispute_id, account = await stage.happen("connect_delivered")
    assert account
    ours = settled(stage, account) if rests == "filed" else stage
    record = await ours.drive(dispute_id, account=account)
    if rests == "rejected":
        record = await ours.decide(record, "reject")
    assert record.state == rests
    strange = account.upper().replace("ACCT", "acct") if wrong == "in other letters" else wrong
    event = await hear(ours, runtime, dispute_id, strange)
    assert await found(ours, dispute_id) == record
    assert await refusal(ours, event) == f"Nothing follows from this event: its dispute belongs to {account}."


@pytest.mark.parametrize("wrong", [STRANGE, "in other letters"])
async def test_without_a_case_a_strange_account_opens_none_and_the_right_one_does(
    stage: Stage, runtime: Runtime, wrong: str
):
    dispute_id, account = await stage.happen("connect_delivered")
    assert account
    ours = settled(stage, account)
    strange = account.upper().replace("ACCT", "acct") if wrong == "in other letters" else wrong
    event = await hear(ours, runtime, dispute_id, strange)
    assert await ours.deps.cases.find(dispute_id) is None
    assert "has no such dispute" in await refusal(ours, event)
    await hear(ours, runtime, dispute_id, account)
    record = await found(ours, dispute_id)
    assert (record.account, record.state) == (account, "filed")


async def test_the_platforms_dispute_is_not_opened_for_a_connected_account(stage: Stage, runtime: Runtime):
    dispute_id, _ = await stage.happen("not_received_delivered")
    event = await hear(stage, runtime, dispute_id, STRANGE)
    assert await stage.deps.cases.find(dispute_id) is None
    assert await refusal(stage, event)
    await hear(stage, runtime, dispute_id, None)
    assert (await found(stage, dispute_id)).account is None


async def test_of_several_accounts_that_are_named_the_one_that_stripe_confirms_wins(stage: Stage, runtime: Runtime):
    dispute_id, account = await stage.happen("connect_delivered")
    ours = settled(stage, account)
    for name in (None, STRANGE, account):
        event = WebhookEvent(
            provider="stripe",
            id=f"evt_{uuid.uuid4().hex}",
            type="charge.dispute.created",
            dispute_id=dispute_id,
            account=name,
            created=ours.deps.now(),
        )
        await ours.deps.events.store(event)
    await ours.drive(dispute_id)
    record = await found(ours, dispute_id)
    assert (record.account, record.state) == (account, "filed")
    assert not await ours.deps.events.unhandled_of(dispute_id)


async def test_a_rerun_a_wiped_redis_and_a_drive_without_an_account_keep_the_account(stage: Stage):
    dispute_id, account = await stage.happen("connect_delivered")
    first = await stage.drive(dispute_id, account=account)
    again = await stage.decide(first, "redraft")
    await stage.runs.forget(dispute_id)
    rebuilt = await stage.drive(dispute_id, account=STRANGE)
    for record in (first, again, rebuilt):
        assert (record.account, record.state) == (account, "waiting")
        assert record.case
        assert record.case.route
        assert NO_SETTINGS in record.case.route.reasons
    assert (await stage.decide(await stage.drive(dispute_id), "approve")).account == account


async def test_an_account_that_a_thread_names_counts_for_nothing_beside_the_cases(stage: Stage):
    dispute_id, account = await stage.happen("connect_delivered")
    await stage.drive(dispute_id, account=account)
    ada = {"thread_id": dispute_id, "langgraph_auth_user": {"identity": "ada", "role": "reviewer"}}
    await stage.graph.ainvoke({"dispute_id": dispute_id, "account": None}, {"configurable": ada}, durability="sync")
    record = await found(stage, dispute_id)
    assert record.account == account
    assert record.case
    assert record.case.dispute.account == account
    assert record.case.route
    assert NO_SETTINGS in record.case.route.reasons


async def test_a_switch_of_one_account_stops_it_alone(stage: Stage):
    stopped, account = await stage.happen("connect_delivered")
    other, another = await stage.happen("connect_delivered")
    ours = settled(settled(stage, account), another)
    await stage.deps.automation.set(AutomationSwitch(account=account or "", stopped=True, by="ada"))
    assert (await ours.drive(stopped, account=account)).state == "waiting"
    assert (await ours.drive(other, account=another)).state == "filed"
    assert (await ours.play("not_received_delivered")).state == "filed"


async def test_the_list_shows_whose_each_dispute_is(stage: Stage):
    dispute_id, account = await stage.happen("connect_delivered")
    await stage.drive(dispute_id, account=account)
    own = await stage.play("not_received_delivered")
    app = create(NotImplemented, now=stage.deps.now)
    app.state.deps = stage.deps
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as web:
        answer = await web.get("http://rebut/disputes", headers={"Authorization": f"Bearer {TOKEN}-viewer"})
    listed = {each["id"]: each["account"] for each in answer.raise_for_status().json()["disputes"]}
    assert listed[dispute_id] == account
    assert listed[own.dispute_id] is None
