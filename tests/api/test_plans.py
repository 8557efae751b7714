"""The plan of a case: who sees it, who changes it, what is refused, and who claimed the case."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from disputes.policy import load
from disputes.repositories.users import User
from tests.api.builders import REVIEWER, VIEWER, a_record, bearer
from tests.api.conftest import open_client
from tests.api.plans import hours_before_due, write_plan
from tests.fakes import NOON, FakeRepositories, digest

READER, RUI = bearer(VIEWER), bearer(REVIEWER)
PLAN = "/disputes/du_1/plan"
CLAIM = "/disputes/du_1/claim"


async def test_a_viewer_sees_who_is_called_when_and_what_happens_at_the_end(client, deps):
    await write_plan(deps)
    plan = (await client.get(PLAN, headers=READER)).json()
    assert (plan["stage"], plan["queue"], plan["timezone"]) == ("chargeback", "manual-review", "UTC")
    assert plan["due"] == "in 9 days, 30 November 2026 12:00 UTC"
    assert [timer["name"] for timer in plan["timers"]][:3] == ["claimed", "reminder", "escalation"]
    assert {timer["fired_at"] for timer in plan["timers"]} == {None}
    assert plan["last_chance"] == {"choice": "call", "by": ""}
    assert (plan["claimed_by"], plan["claimed_at"], plan["contacted_at"]) == ("", None, None)


async def test_times_are_on_the_merchants_clocks_too(deps):
    rules = load()
    abroad = rules.model_copy(update={"merchant": rules.merchant.model_copy(update={"timezone": "America/New_York"})})
    async with client_of(replace(deps, policy=abroad)) as client:
        await write_plan(deps)
        plan = (await client.get(PLAN, headers=READER)).json()
    assert plan["due"] == "in 9 days, 30 November 2026 07:00 EST (12:00 UTC)"
    passed = next(timer for timer in plan["timers"] if timer["name"] == "passed")
    assert (passed["at"], passed["local"]) == ("2026-11-30T12:01:00Z", "30 November 2026 07:01 EST (12:01 UTC)")


async def test_a_case_shows_its_plan_in_brief(client, deps):
    await deps.cases.save(a_record("du_2"))
    plan = await write_plan(deps)
    brief = (await client.get("/disputes/du_1", headers=READER)).json()["plan"]
    assert (brief["next"]["name"], brief["claimed_by"]) == (plan.timers[0].name, "")
    assert brief["due"].startswith("in 9 days, ")
    assert (await client.get("/disputes/du_2", headers=READER)).json()["plan"] is None


async def test_what_has_no_plan_has_none_to_show_change_or_claim(client, deps):
    for record in ([], [a_record()]):
        for one in record:
            await deps.cases.save(one)
        for method, path in (("GET", PLAN), ("PUT", PLAN), ("PUT", CLAIM), ("DELETE", CLAIM)):
            body = {"last_chance": "call"} if path == PLAN else None
            answer = await client.request(method, path, json=body, headers=RUI)
            assert (answer.status_code, list(answer.json())) == (404, ["error"])


@pytest.mark.parametrize(("method", "path"), [("PUT", PLAN), ("PUT", CLAIM), ("DELETE", CLAIM)])
async def test_only_a_reviewer_changes_or_claims(client, deps, method, path):
    await write_plan(deps)
    before = (await client.get(PLAN, headers=READER)).json()
    for headers, status in ((READER, 403), ({}, 401), (bearer("nobody"), 401)):
        assert (await client.request(method, path, json={"last_chance": "file"}, headers=headers)).status_code == status
    assert (await client.get(PLAN, headers={})).status_code == 401
    assert (await client.get(PLAN, headers=READER)).json() == before


async def test_a_reviewer_changes_times_and_the_end_and_a_run_looks_at_the_case(client, deps, queue):
    await write_plan(deps)
    times = {"reminder": hours_before_due(80), "last_chance": "2026-11-30T03:00:00-05:00"}
    plan = (await client.put(PLAN, json={"last_chance": "file", "times": times}, headers=RUI)).json()
    timers = {timer["name"]: timer for timer in plan["timers"]}
    assert plan["last_chance"] == {"choice": "file", "by": "Rui"}
    assert (timers["last_chance"]["at"], timers["last_chance"]["by"]) == ("2026-11-30T08:00:00Z", "Rui")
    assert timers["reminder"]["at"] == "2026-11-27T04:00:00Z"
    assert (timers["claimed"]["by"], plan["contacted_at"]) == ("", "2026-11-21T12:00:00Z")
    assert queue.jobs == [("du_1", None)]
    (event,) = await deps.events.unhandled_of("du_1")
    assert (event.provider, event.type, event.id[:10]) == ("rebut", "rebut.look", "plan_du_1_")
    said = (await client.get("/disputes/du_1", headers=READER)).json()["history"][-1]
    assert said["step"] == "plan"
    assert said["note"].startswith("Rui set at its last chance: file, reminder at ")


async def test_two_changes_call_for_two_looks(client, deps):
    await write_plan(deps)
    for choice in ("file", "call"):
        assert (await client.put(PLAN, json={"last_chance": choice}, headers=RUI)).status_code == 200
    assert len(await deps.events.unhandled_of("du_1")) == 2


BEFORE_NOON = (NOON - timedelta(minutes=1)).isoformat()
REFUSED = {
    "nothing": ({}, "Nothing is to be changed"),
    "no zone": ({"times": {"reminder": "2026-11-27T12:00:00"}}, "reminder names no zone"),
    "no time": ({"times": {"reminder": "tomorrow"}}, "The time of the reminder is none"),
    "beyond all calendars": ({"times": {"reminder": "0001-01-01T00:00:00+23:00"}}, "The time of the reminder is none"),
    "past": ({"times": {"claimed": BEFORE_NOON}}, "The call to claim it would be in the past."),
    "now": ({"times": {"claimed": NOON.isoformat()}}, "The call to claim it would be in the past."),
    "nine minutes before the deadline": ({"times": {"last_chance": hours_before_due(0.15)}}, "would be too late"),
    "after the deadline": ({"times": {"last_chance": hours_before_due(-1)}}, "would be too late"),
    "reminder before claimed": (
        {"times": {"reminder": hours_before_due(200)}},
        "The call to claim it must come before the reminder.",
    ),
    "escalation at the last chance": (
        {"times": {"escalation": hours_before_due(2), "last_chance": hours_before_due(2)}},
        "The escalation must come before the last chance.",
    ),
    "smart disputes where Stripe offers none": ({"last_chance": "smart_disputes"}, "Stripe offers no Smart Disputes"),
}


@pytest.mark.parametrize(("body", "why"), REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_is_refused_in_a_sentence_and_changes_nothing(client, deps, queue, body, why):
    await write_plan(deps)
    before = (await client.get(PLAN, headers=READER)).json()
    answer = await client.put(PLAN, json=body, headers=RUI)
    assert answer.status_code == 422
    assert why in answer.json()["error"]
    assert answer.json()["error"].endswith(".")
    assert (await client.get(PLAN, headers=READER)).json() == before
    assert (queue.jobs, await deps.events.unhandled_of("du_1")) == ([], ())


async def test_ten_minutes_before_the_deadline_is_soon_enough(client, deps):
    await write_plan(deps)
    answer = await client.put(PLAN, json={"times": {"last_chance": hours_before_due(1 / 6)}}, headers=RUI)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("body", [{"last_chance": "win"}, {"times": {"urgent": "x"}}, {"times": {"claimed": 5}}, []])
async def test_a_body_of_another_shape_is_refused(client, deps, body):
    await write_plan(deps)
    assert (await client.put(PLAN, json=body, headers=RUI)).status_code == 422


async def test_an_inquiry_is_never_accepted_and_smart_disputes_go_where_stripe_offers_them(client, deps):
    await write_plan(deps, status="warning_needs_response", submission_method="manual")
    answer = await client.put(PLAN, json={"last_chance": "accept"}, headers=RUI)
    assert answer.json()["error"] == "Only a chargeback is closed by accepting it, and this is an inquiry."
    assert (await client.put(PLAN, json={"last_chance": "smart_disputes"}, headers=RUI)).status_code == 200


async def test_an_appeal_without_a_date_has_a_reminder_to_move_and_no_last_chance(client, deps):
    await write_plan(deps, status="appeal_needs_response", due_by=None)
    plan = (await client.get(PLAN, headers=READER)).json()
    assert (plan["due_by"], plan["due"]) == (None, "no date known")
    moved = await client.put(PLAN, json={"times": {"reminder": hours_before_due(200)}}, headers=RUI)
    assert moved.status_code == 200, moved.text
    answer = await client.put(PLAN, json={"times": {"last_chance": hours_before_due(2)}}, headers=RUI)
    assert answer.json()["error"] == "The plan has no last chance that is still to come."


@pytest.mark.parametrize("state", ["filed", "accepted", "closed"])
async def test_nothing_is_changed_once_the_case_is_decided(client, deps, state):
    await write_plan(deps, state=state)
    for method, path in (("PUT", PLAN), ("PUT", CLAIM), ("DELETE", CLAIM)):
        body = {"last_chance": "call"} if path == PLAN else None
        answer = await client.request(method, path, json=body, headers=RUI)
        assert answer.status_code == 409, answer.text


async def test_the_newest_claim_wins_and_is_put_back_and_the_history_says_so(client, deps):
    await write_plan(deps)
    await deps.users.add(User(name="Ada", role="reviewer"), digest=digest("ada-token"))
    assert (await client.put(CLAIM, headers=RUI)).json()["claimed_by"] == "Rui"
    taken = (await client.put(CLAIM, headers=bearer("ada-token"))).json()
    assert (taken["claimed_by"], taken["claimed_at"]) == ("Ada", "2026-11-21T12:00:00Z")
    back = (await client.delete(CLAIM, headers=RUI)).json()
    assert (back["claimed_by"], back["claimed_at"], back["contacted_at"]) == ("", None, "2026-11-21T12:00:00Z")
    history = (await client.get("/disputes/du_1", headers=READER)).json()["history"]
    assert [step["note"] for step in history if step["step"] == "plan"] == [
        "Rui claimed it",
        "Ada claimed it; it was Rui's",
        "Rui put it back; it was Ada's",
    ]


async def test_a_claim_leaves_the_version_so_that_a_verdict_still_fits(client, deps):
    await write_plan(deps)
    tag = (await client.get("/disputes/du_1", headers=RUI)).headers["ETag"]
    await client.put(CLAIM, headers=RUI)
    decided = await client.post("/disputes/du_1/verdict", json={"decision": "approve"}, headers=RUI | {"If-Match": tag})
    assert decided.status_code == 202, decided.text


async def test_the_wish_of_somebody_who_is_no_reviewer_any_more_counts_for_nothing(client, deps, repositories):
    if not isinstance(repositories, FakeRepositories):
        pytest.skip("who is a reviewer is asked the same way")
    await write_plan(deps)
    await client.put(PLAN, json={"last_chance": "file"}, headers=RUI)
    await deps.users.add(User(name="Rui", role="viewer"), digest=digest(REVIEWER))
    assert (await client.get(PLAN, headers=READER)).json()["last_chance"] == {"choice": "call", "by": ""}


async def test_a_time_that_fired_cannot_be_moved(client, deps):
    plan = await write_plan(deps)
    at = next(timer.at for timer in plan.timers if timer.name == "claimed")
    (due,) = await deps.plans.due(at)
    assert await deps.plans.fire(due)
    shown = (await client.get(PLAN, headers=READER)).json()["timers"][0]
    assert (shown["name"], datetime.fromisoformat(shown["fired_at"])) == ("claimed", NOON)
    answer = await client.put(PLAN, json={"times": {"claimed": hours_before_due(100)}}, headers=RUI)
    assert answer.json()["error"] == "The plan has no call to claim it that is still to come."


def client_of(deps):
    """A client of the app over other dependencies."""

    class Opened:
        async def __aenter__(self):
            return deps

        async def __aexit__(self, *_):
            return None

    return open_client(Opened)
