"""The daily note: once a local day and account, whatever the clocks do, and silent where there is nothing to say."""

import asyncio
import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

import pytest

from disputes.case import Route
from disputes.messages import daily as texts
from disputes.messages.targets import Target
from disputes.policy import Policy
from disputes.repositories.cases import CaseRecord, CaseState
from graph.wiring.deps import AccountSettings, Deps
from jobs.worker import daily
from tests.builders import a_case
from tests.fakes import FakeClock
from tests.jobs.harness import some_deps


def a_world(zone: str = "UTC", at: time = time(8), **accounts: str) -> tuple[Deps, FakeClock]:
    clock = FakeClock()
    plain = some_deps(clock)
    rules = set_to(plain.policy, zone, at)
    sellers = {name: AccountSettings(policy=set_to(rules, other, at)) for name, other in accounts.items()}
    ops = Target(name="ops")
    return dataclasses.replace(plain, policy=rules, accounts=sellers, targets=(ops,)), clock


def set_to(policy: Policy, zone: str, at: time) -> Policy:
    merchant = policy.merchant.model_copy(update={"timezone": zone})
    return policy.model_copy(update={"merchant": merchant, "daily": at})


async def keep(deps: Deps, dispute_id: str = "du_1", state: CaseState = "waiting", **changes: Any) -> None:
    account = changes.pop("account", None)
    case = a_case(id=dispute_id, account=account, **changes)
    case = case.model_copy(update={"route": Route(action="review", queue="manual-review")})
    now = deps.now()
    record = CaseRecord(dispute_id=dispute_id, account=account, state=state, case=case, received_at=now, updated_at=now)
    await deps.cases.save(record)


def notes(deps: Deps) -> dict[str, Any]:
    rows = cast("Any", deps.outbox).database.outbox
    return {key: row.message for key, row in rows.items() if key.startswith("daily:")}


async def test_it_comes_once_a_day_after_its_hour_and_says_what_waits():
    deps, clock = a_world("Europe/Berlin")
    clock.at = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
    await keep(deps, "du_1", due_by=clock() + timedelta(hours=40))
    await keep(deps, "du_2", due_by=clock() + timedelta(days=8))
    await keep(deps, "du_3", "parked")
    await keep(deps, "du_4", "recorded", status="won")
    await daily.tell(deps)
    before = set(notes(deps))
    clock.at = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
    assert await daily.tell(deps) == 1
    assert await daily.tell(deps) == 0
    assert set(notes(deps)) - before == {"daily:own:2026-11-22:note:ops"}
    body = notes(deps)["daily:own:2026-11-22:note:ops"].body
    assert body["title"] == "📋 Disputes on 22 November 2026: 2 wait, 1 due within 72 hours, 1 parked"
    assert str(body["body"]).splitlines() == [
        "2 wait in manual-review",
        "du_1 (38.00 USD): in 39 hours, 23 November 2026 23:30 CET (22:30 UTC)",
        "Parked by an error: du_3 (38.00 USD)",
        "✅ Won since yesterday: du_4 (38.00 USD)",
    ]


async def test_what_was_decided_before_yesterday_is_not_told_again_and_nothing_is_no_note():
    deps, clock = a_world()
    await keep(deps, "du_1", "recorded", status="lost")
    assert await daily.tell(deps) == 1
    clock.advance(days=2)
    assert await daily.tell(deps) == 0
    assert len(notes(deps)) == 1


async def test_each_account_has_its_own_in_its_zone_and_those_without_settings_share_one():
    deps, _ = a_world("UTC", acct_1="Pacific/Auckland")
    for number, account in enumerate((None, "acct_1", "acct_7", "acct_8")):
        await keep(deps, f"du_{number}", account=account)
    assert await daily.tell(deps) == 3
    days = ["daily:acct_1:2026-11-21", "daily:others:2026-11-21", "daily:own:2026-11-21"]
    assert sorted(key.removesuffix(":note:ops") for key in notes(deps)) == days
    assert "2 wait" in str(notes(deps)["daily:others:2026-11-21:note:ops"].body["title"])


async def test_workers_at_the_same_time_tell_it_once():
    deps, _ = a_world()
    await keep(deps)
    await asyncio.gather(*(daily.tell(deps) for _ in range(4)))
    assert len(notes(deps)) == 1


CHANGES = [
    ("Europe/Berlin", date(2027, 3, 28), time(2, 30)),
    ("Europe/Berlin", date(2026, 10, 25), time(2, 30)),
    ("America/New_York", date(2027, 3, 14), time(2, 30)),
    ("America/New_York", date(2026, 11, 1), time(1, 30)),
    ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15)),
    ("Australia/Lord_Howe", date(2027, 4, 4), time(1, 45)),
    ("America/Santiago", date(2027, 4, 3), time(23, 30)),
    ("UTC", date(2027, 3, 28), time(0, 0)),
]


@pytest.mark.parametrize(("zone", "day", "at"), CHANGES)
async def test_a_change_of_clocks_neither_skips_nor_doubles_it(zone: str, day: date, at: time):
    deps, clock = a_world(zone, at)
    clock.at = texts.moment(day - timedelta(days=2), at, zone)
    await keep(deps)
    until = texts.moment(day + timedelta(days=2), at, zone)
    while clock() < until:
        await daily.tell(deps)
        clock.advance(minutes=15)
    told = sorted(key.split(":")[2] for key in notes(deps))
    assert told == [f"{each:%Y-%m-%d}" for each in days(day - timedelta(days=2), 4)]


def test_a_time_that_is_skipped_comes_late_and_one_that_exists_twice_comes_first():
    skipped = texts.moment(date(2027, 3, 28), time(2, 30), "Europe/Berlin")
    assert skipped == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    twice = texts.moment(date(2026, 10, 25), time(2, 30), "Europe/Berlin")
    assert twice == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


async def test_a_worker_that_was_off_for_days_tells_today_alone():
    deps, clock = a_world()
    await keep(deps)
    await daily.tell(deps)
    clock.advance(days=5)
    assert await daily.tell(deps) == 1
    assert sorted(notes(deps)) == ["daily:own:2026-11-21:note:ops", "daily:own:2026-11-26:note:ops"]


def days(first: date, count: int) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range(count))
