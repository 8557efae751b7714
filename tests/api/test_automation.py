"""Anybody with a token reads the kill switch; only a reviewer sets it."""

import pytest

from disputes.repositories.filings import Filing
from tests.api.builders import REVIEWER, VIEWER, bearer


async def test_a_viewer_sees_whether_automatic_filing_is_on(client, repositories):
    await repositories.filings.intend(
        Filing(dispute_id="du_1", stage="s", action="submit", key="k", before=0, automatic=True)
    )
    await repositories.filings.intend(Filing(dispute_id="du_2", stage="s", action="submit", key="k", before=0))
    view = (await client.get("/automation", headers=bearer(VIEWER))).json()
    assert (view["filing"], view["filed_today"], view["daily_cap"]) == ("on", 1, 250)


async def test_a_reviewer_stops_it_and_lets_it_go_on(client):
    stop = {"filing": "stopped", "note": "something smells"}
    view = (await client.put("/automation", json=stop, headers=bearer(REVIEWER))).json()
    assert (view["filing"], view["by"], view["note"]) == ("stopped", "Rui", "something smells")
    assert (await client.get("/automation", headers=bearer(VIEWER))).json()["filing"] == "stopped"
    view = (await client.put("/automation", json={"filing": "on"}, headers=bearer(REVIEWER))).json()
    assert (view["filing"], view["note"]) == ("on", "")


@pytest.mark.parametrize(("token", "status"), [(VIEWER, 403), ("nobody", 401)])
async def test_only_a_reviewer_sets_it(client, token, status):
    answer = await client.put("/automation", json={"filing": "stopped"}, headers=bearer(token))
    assert answer.status_code == status
    assert (await client.get("/automation", headers=bearer(VIEWER))).json()["filing"] == "on"


@pytest.mark.parametrize("body", [{}, {"filing": "maybe"}, {"filing": "on", "more": 1}, [], "stop"])
async def test_an_odd_body_is_refused(client, body):
    assert (await client.put("/automation", json=body, headers=bearer(REVIEWER))).status_code == 422


async def test_without_a_token_even_a_body_that_is_no_json_is_turned_away_unread(client):
    for method, path in (("PUT", "/automation"), ("POST", "/disputes/du_1/verdict")):
        answer = await client.request(method, path, content=b"not json", headers={"Content-Type": "application/json"})
        assert answer.status_code == 401
