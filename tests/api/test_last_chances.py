"""What happens at the last chance to each lane's cases: anybody with a token reads it, a reviewer sets it."""

import pytest

from disputes.repositories.users import User
from tests.api.builders import REVIEWER, VIEWER, bearer
from tests.fakes import FakeRepositories, digest

READER, RUI = bearer(VIEWER), bearer(REVIEWER)
HIGH = "/last-chances/high%20value"


async def lanes(client, account=None):
    answer = await client.get("/last-chances", headers=READER)
    assert answer.status_code == 200, answer.text
    return {lane["lane"]: lane for lane in answer.json()["lanes"] if lane["account"] == account}


async def test_every_lane_is_listed_with_what_the_policy_says(client):
    listed = await lanes(client)
    assert {name: lane["policy"] for name, lane in listed.items()} == {
        "subscription": "call",
        "high value": "call",
        "fraud": "call",
        "mid value": "file",
        "small": "file",
    }
    assert all(lane["last_chance"] == {"choice": lane["policy"], "by": ""} for lane in listed.values())
    assert listed["fraud"]["queue"] == "manual-review"


async def test_a_reviewer_stores_another_choice_and_gives_it_back(client):
    stored = (await client.put(HIGH, json={"choice": "file"}, headers=RUI)).json()
    assert stored["stored"] == {"choice": "file", "by": "Rui", "at": "2026-11-21T12:00:00Z"}
    assert stored["last_chance"] == {"choice": "file", "by": "Rui"}
    assert (await lanes(client))["high value"] == stored
    back = (await client.put(HIGH, json={"choice": None}, headers=RUI)).json()
    assert (back["stored"], back["last_chance"]) == (None, {"choice": "call", "by": ""})


async def test_a_choice_for_a_connected_account_is_its_own(client, deps):
    stored = await client.put(HIGH, json={"choice": "accept", "account": "acct_1"}, headers=RUI)
    assert stored.json()["account"] == "acct_1"
    assert (await lanes(client))["high value"]["stored"] is None
    assert (await lanes(client, "acct_1"))["high value"] == stored.json()
    assert [(one.account, one.choice) for one in await deps.last_chances.all()] == [("acct_1", "accept")]


async def test_the_choice_of_somebody_who_is_no_reviewer_any_more_counts_for_nothing(client, deps, repositories):
    if not isinstance(repositories, FakeRepositories):
        pytest.skip("who is a reviewer is asked the same way")
    await client.put(HIGH, json={"choice": "file"}, headers=RUI)
    await deps.users.add(User(name="Rui", role="viewer"), digest=digest(REVIEWER))
    lane = (await lanes(client))["high value"]
    assert (lane["stored"]["by"], lane["last_chance"]) == ("Rui", {"choice": "call", "by": ""})


@pytest.mark.parametrize(("token", "status"), [(VIEWER, 403), ("nobody", 401)])
async def test_only_a_reviewer_sets_it(client, token, status):
    assert (await client.put(HIGH, json={"choice": "file"}, headers=bearer(token))).status_code == status
    assert (await lanes(client))["high value"]["stored"] is None
    assert (await client.get("/last-chances")).status_code == 401


async def test_a_lane_that_the_policy_has_not_is_not_found(client):
    answer = await client.put("/last-chances/high", json={"choice": "file"}, headers=RUI)
    assert (answer.status_code, answer.json()) == (404, {"error": "The policy has no such lane."})


@pytest.mark.parametrize("body", [{}, {"choice": "win"}, {"choice": "file", "account": "du_1"}, {"choice": 1}, "file"])
async def test_an_odd_body_is_refused(client, body):
    assert (await client.put(HIGH, json=body, headers=RUI)).status_code == 422
