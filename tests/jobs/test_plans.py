"""`rebut plan` and `rebut last-chance`: shown and changed under the name of a reviewer; claims stop the alert."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from disputes.errors import Invalid, Stale
from disputes.lifecycle import plan_change
from disputes.messages.targets import Target
from disputes.repositories.plans import PlanChange
from disputes.repositories.users import User
from graph import plan_changes
from jobs.cli import plan_commands
from jobs.worker import timers
from tests.api.plans import write_plan
from tests.fakes import FakeClock, digest
from tests.jobs.children import run
from tests.jobs.harness import some_deps

FILE = PlanChange(choice="file")


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
async def deps(clock):
    stripe: Any = SimpleNamespace(livemode=False)
    made = replace(some_deps(clock), stripe=stripe, targets=(Target(name="ops"),))
    await made.users.add(User(name="Rui", role="reviewer"), digest=digest("rui"))
    await made.users.add(User(name="Vera", role="viewer"), digest=digest("vera"))
    return made


async def shown(deps):
    return list(plan_commands.describe(await plan_commands._find(deps, "du_1"), deps.now()))


async def titles(deps, clock):
    """What was said so far, in order."""
    return [str(message.body["title"]) for message in await deps.outbox.due(clock() + timedelta(days=30), limit=100)]


async def test_a_plan_is_shown_with_its_end_and_who_says_so(deps):
    await write_plan(deps, contact=4)
    lines = await shown(deps)
    assert lines[0] == "du_1: chargeback, due in 9 days, 30 November 2026 12:00 UTC"
    assert lines[1] == "In manual-review, claimed by nobody, touched by nobody yet."
    assert lines[2] == "  contact      21 November 2026 16:00 UTC  (to come)"
    assert lines[-1] == "At the last chance: call, as the policy says."


async def test_a_reviewer_changes_it_by_name(deps):
    await write_plan(deps)
    times = {"reminder": "2026-11-27T09:00:00-05:00", "claimed": None}
    await plan_commands.change(deps, "du_1", plan_change.read("file", times), by="Rui")
    lines = await shown(deps)
    assert "  reminder     27 November 2026 14:00 UTC  (to come, set by Rui)" in lines
    assert lines[-1] == "At the last chance: file, as Rui wants."
    assert [event.type for event in await deps.events.unhandled_of("du_1")] == ["rebut.look"]


@pytest.mark.parametrize("name", ["Vera", "Nobody", ""])
async def test_nobody_else_changes_anything(deps, name):
    await write_plan(deps)
    before = await shown(deps)
    with pytest.raises(Invalid, match="is no reviewer"):
        await plan_commands.change(deps, "du_1", FILE, by=name)
    with pytest.raises(Invalid, match="is no reviewer"):
        await plan_commands.choose(deps, lane="fraud", choice="file", account=None, by=name)
    assert await shown(deps) == before
    assert await deps.last_chances.all() == []


async def test_what_is_not_there_or_decided_is_not_changed(deps):
    with pytest.raises(Invalid, match="There is no plan of a dispute du_1"):
        await plan_commands.change(deps, "du_1", FILE, by="Rui")
    await write_plan(deps, state="filed")
    with pytest.raises(Stale, match="filed already"):
        await plan_commands.change(deps, "du_1", FILE, by="Rui")


async def test_a_lane_is_given_another_end_and_back(deps):
    lane = await plan_commands.choose(deps, lane="high value", choice="file", account=None, by="Rui")
    assert plan_commands.describe_lane(lane) == "high value (high-value-escalation): file, as Rui wants"
    await deps.users.add(User(name="Rui", role="viewer"), digest=digest("rui"))
    listed = {lane.lane: plan_commands.describe_lane(lane) for lane in await plan_changes.list_lanes(deps)}
    gone = "call, as the policy says; Rui, who is no reviewer any more, wanted file"
    assert listed["high value"] == f"high value (high-value-escalation): {gone}"
    await deps.users.add(User(name="Rui", role="reviewer"), digest=digest("rui"))
    lane = await plan_commands.choose(deps, lane="high value", choice="policy", account=None, by="Rui")
    assert (lane.stored, lane.chosen.choice) == (None, "call")


@pytest.mark.parametrize(
    ("lane", "choice", "why"), [("high", "file", "no lane high"), ("fraud", "win", "win is nothing")]
)
async def test_a_lane_or_an_end_that_is_none_is_refused(deps, lane, choice, why):
    with pytest.raises(Invalid, match=why):
        await plan_commands.choose(deps, lane=lane, choice=choice, account=None, by="Rui")


async def test_a_claim_in_time_stops_the_alert_of_the_service_level(deps, clock):
    await write_plan(deps, contact=4)
    await plan_changes.claim(deps, await plan_commands._find(deps, "du_1"), by="Rui")
    clock.advance(hours=5)
    assert await timers.fire(deps) == {"called": 0, "started": 0}
    clock.advance(hours=96)  # the time to have claimed it
    assert await timers.fire(deps) == {"called": 0, "started": 0}
    clock.advance(hours=45)
    assert await timers.fire(deps) == {"called": 1, "started": 0}
    (title,) = await titles(deps, clock)
    assert "du_1" in title


async def test_a_claim_is_written_on_the_card_in_place(deps, clock):
    board: Any = SimpleNamespace(takes=lambda queue: True)
    deps = replace(deps, boards={"sheets": board})
    await write_plan(deps)
    for back, name in ((False, "Rui"), (True, "")):
        await plan_changes.claim(deps, await plan_commands._find(deps, "du_1"), by="Rui", back=back)
        (card,) = await deps.outbox.due(clock() + timedelta(days=1))
        assert (card.kind, card.target, card.body["claimed_by"]) == ("card", "sheets", name)


async def test_without_a_claim_people_are_alerted_once_and_a_claim_put_back_alerts_nobody_again(deps, clock):
    await write_plan(deps, contact=4)
    clock.advance(hours=5)
    assert await timers.fire(deps) == {"called": 1, "started": 0}
    assert await timers.fire(deps) == {"called": 0, "started": 0}
    for back in (False, True):
        await plan_changes.claim(deps, await plan_commands._find(deps, "du_1"), by="Rui", back=back)
    assert await timers.fire(deps) == {"called": 0, "started": 0}
    assert len(await titles(deps, clock)) == 1
    clock.advance(hours=96)
    assert await timers.fire(deps) == {"called": 1, "started": 0}  # it is claimed by nobody


async def test_a_last_chance_that_was_moved_comes_when_it_was_moved_to(deps, clock):
    plan = await write_plan(deps)
    later = plan.due_by - timedelta(hours=1)
    await plan_commands.change(deps, "du_1", PlanChange(times={"last_chance": later}), by="Rui")
    clock.at = later - timedelta(minutes=1)
    assert (await timers.fire(deps))["started"] == 0
    clock.at = later
    assert (await timers.fire(deps))["started"] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan",),
        ("plan", "du_1", "--last-chance", "file"),
        ("plan", "du_1", "--by", "Rui"),
        ("last-chance", "fraud"),
        ("last-chance", "fraud", "file"),
        ("last-chance", "--by", "Rui"),
        ("last-chance", "--account", "acct_1"),
    ],
)
async def test_a_change_has_a_name_and_a_name_a_change(arguments: tuple[str, ...], folder: Path):
    code, out, err = await run(*arguments, folder=folder)
    assert (code, out) == (2, "")
    assert "Usage: rebut" in err


async def test_the_commands_work_on_the_real_records(folder: Path, environ: dict[str, str]):
    stored = await run("last-chance", "high value", "file", "--by", "ada", folder=folder, **environ)
    assert stored == (0, "high value (high-value-escalation): file, as ada wants\n", "")
    code, out, _ = await run("last-chance", folder=folder, **environ)
    assert (code, len(out.splitlines())) == (0, 5)
    assert stored[1] in out
    assert "fraud (manual-review): call, as the policy says\n" in out
    nobody = await run("plan", "du_1", "--last-chance", "file", "--by", "eve", folder=folder, **environ)
    assert nobody == (1, "", "eve is no reviewer; rebut token eve --role reviewer makes one.\n")
    report = ("report", "write-offs", "--month", "2026-11", "--csv", str(folder / "november.csv"))
    code, out, err = await run(*report, folder=folder, **environ)
    assert (code, out, err) == (0, "Written off without a fight in 2026-11: 0, together nothing.\n", "")
    assert (folder / "november.csv").read_text("utf-8-sig").startswith("date,dispute,")
