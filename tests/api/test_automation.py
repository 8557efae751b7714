"""Anybody with a token reads the kill switch; only a reviewer sets it."""

import pytest

from disputes.case import Verdict
from disputes.repositories.filings import Filing
from disputes.repositories.permits import Permit
from tests.api.builders import REVIEWER, VIEWER, a_record, bearer


async def let_file(repositories, dispute_id, *, by):
    """Intend a filing that a person decided on, or else the router."""
    version = await repositories.cases.save(a_record(dispute_id, state="waiting" if by else "working"))
    if by:
        await repositories.verdicts.store(dispute_id, Verdict(decision="approve", by=by, version=version))
    one = {"dispute_id": dispute_id, "stage": "chargeback", "action": "submit", "digest": "0f"}
    async with repositories.leases.hold(dispute_id) as fence:
        permit = Permit.model_validate({**one, "version": version, "policy": "default 1", "by": by})
        await repositories.permits.grant(permit, fence=fence)
        await repositories.filings.intend(Filing.model_validate({**one, "key": "k", "before": 0}), fence=fence)


async def test_a_viewer_sees_whether_automatic_filing_is_on(client, repositories):
    await let_file(repositories, "du_1", by="")
    await let_file(repositories, "du_2", by="Rui")
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
