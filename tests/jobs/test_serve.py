"""The real processes over the real servers: `rebut serve`, and the commands used beside it."""

import json
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from simulator.scenarios import SCENARIOS
from tests.jobs import children
from tests.jobs.children import a_child, caller, configured, point_webhooks, run, steer, submissions, wait_for_state
from tests.tools.embedded.homes import alive
from tools.embedded.servers import open_servers
from tools.postgres.database import open_engine
from tools.postgres.tables import users


@dataclass(frozen=True)
class Served:
    """A running `rebut serve` with its simulator, its environment and a client of its API."""

    shop: httpx.AsyncClient
    api: httpx.AsyncClient
    environ: dict[str, str]
    folder: Path

    async def happen(self, scenario: str) -> str:
        played = await steer(self.shop, "scenarios", name=scenario)
        dispute_id: str = played["disputes"][0]["id"]
        return dispute_id

    async def rebut(self, *arguments: str) -> tuple[int | None, str, str]:
        return await run(*arguments, folder=self.folder, **self.environ)


@pytest.fixture(scope="module")
async def served(shop: httpx.AsyncClient, a_folder: Path) -> AsyncIterator[Served]:
    environ = configured(shop, a_folder / "home")
    async with a_child("serve", "--port", "0", folder=a_folder, **environ) as child:
        async with caller(await point_webhooks(shop, child)) as api:
            yield Served(shop, api, environ, a_folder)
        await steer(shop, "settings", webhook="http://127.0.0.1:9/")
        assert await child.end(signal.SIGTERM) == 0, child.err
        assert "Traceback" not in child.err, child.err
    assert alive(a_folder / "home") == set()


async def test_a_signed_webhook_becomes_a_filed_answer(served: Served):
    dispute_id = await served.happen("not_received_delivered")
    whole = await wait_for_state(served.api, dispute_id, "filed", "closed")
    assert whole["packet"]["fields"]
    assert await submissions(served.shop, [dispute_id]) == [1]


async def test_a_verdict_is_carried_out_and_a_stale_one_is_not_taken(served: Served):
    dispute_id = await served.happen("not_received_high")
    waiting = await wait_for_state(served.api, dispute_id, "waiting")
    stale = await decide(served, dispute_id, waiting["version"] - 1)
    assert (stale.status_code, await submissions(served.shop, [dispute_id])) == (409, [0])
    taken = await decide(served, dispute_id, waiting["version"])
    assert taken.status_code == 202
    filed = await wait_for_state(served.api, dispute_id, "filed", "closed")
    assert "ada" in json.dumps(filed["history"])
    assert (await decide(served, dispute_id, waiting["version"])).status_code == 409
    assert await submissions(served.shop, [dispute_id]) == [1]


async def test_a_parked_case_shows_its_error_and_is_driven_again_by_one_command(served: Served):
    story = SCENARIOS["not_received_delivered"].build(datetime.now(UTC), "parked")
    dispute = next(item for item in story if item["object"] == "dispute")
    code, _, err = await served.rebut("drive", dispute["id"])
    assert (code, len(err.splitlines())) == (1, 1)
    await send_webhook(served, dispute["id"])
    parked = await wait_for_state(served.api, dispute["id"], "parked")
    assert "No such dispute" in parked["error"]
    await enter(served.shop, story, silent=True)
    assert await served.rebut("drive", dispute["id"]) == (0, f"{dispute['id']} is filed.\n", "")
    whole = await wait_for_state(served.api, dispute["id"], "filed", "closed")
    assert (whole["error"], await submissions(served.shop, [dispute["id"]])) == ("", [1])


async def test_all_parked_cases_show_their_errors_and_are_driven_again_by_one_command(served: Served):
    stories = [SCENARIOS["not_received_delivered"].build(datetime.now(UTC), f"parked{n}") for n in range(3)]
    ids = [next(item["id"] for item in story if item["object"] == "dispute") for story in stories]
    for dispute_id in ids:
        await send_webhook(served, dispute_id)
        await wait_for_state(served.api, dispute_id, "parked")
    listed = (await served.api.get("/disputes", params={"status": "parked"})).json()["disputes"]
    assert {row["id"] for row in listed} == set(ids)
    assert all("No such dispute" in row["error"] for row in listed)
    for story in stories[:2]:
        await enter(served.shop, story, silent=True)
    code, out, err = await served.rebut("drive", "--parked")
    lines = dict(line.split(" ", 1) for line in out.splitlines())
    assert (code, err, set(lines)) == (1, "", set(ids))
    assert [lines[dispute_id] for dispute_id in ids[:2]] == ["is filed."] * 2
    assert lines[ids[2]].startswith("stays parked: ")
    await enter(served.shop, stories[2], silent=True)
    assert await served.rebut("drive", "--parked") == (0, f"{ids[2]} is filed.\n", "")
    assert await served.rebut("drive", "--parked") == (0, "", "")
    assert await submissions(served.shop, ids) == [1] * 3


async def test_a_token_lets_a_reviewer_in_and_only_its_hash_is_kept(served: Served):
    code, printed, err = await served.rebut("token", "Grace", "--role", "reviewer")
    assert (code, err) == (0, "")
    token = printed.strip()
    assert await allowed(served, token, "/disputes") == 200
    assert await allowed(served, f"{token}x", "/disputes") == 401
    stored = await records(served.folder / "home")
    assert "Grace" in stored
    assert token not in stored


async def test_a_viewers_token_reads_and_does_not_decide(served: Served):
    _, printed, _ = await served.rebut("token", "Vic")
    assert await allowed(served, printed.strip(), "/disputes") == 200
    dispute_id = await served.happen("not_received_unshipped")
    version = (await wait_for_state(served.api, dispute_id, "waiting"))["version"]
    bearer = {"Authorization": f"Bearer {printed.strip()}"}
    assert (await decide(served, dispute_id, version, **bearer)).status_code == 403


async def test_an_unknown_role_is_refused(served: Served):
    code, out, err = await served.rebut("token", "Eve", "--role", "owner")
    assert (code, out) == (2, "")
    assert "viewer, reviewer or admin" in err


async def test_a_sweep_by_hand_prints_its_counts(served: Served):
    code, printed, err = await served.rebut("sweep")
    assert (code, err) == (0, "")
    assert set(json.loads(printed)) == {"missed", "rang", "called", "started", "told", "delivered", "undelivered"}


async def test_doctor_finds_everything_in_order(served: Served):
    code, printed, err = await served.rebut("doctor")
    assert (code, err) == (0, ""), printed
    assert "PROBLEM" not in printed
    assert "Stripe: test mode, reachable." in printed
    assert printed.count("running") == 2
    assert "ada (reviewer)" in printed


async def decide(served: Served, dispute_id: str, version: int, **headers: str) -> httpx.Response:
    tag = {"If-Match": f'"{version}"', **headers}
    return await served.api.post(f"/disputes/{dispute_id}/verdict", json={"decision": "approve"}, headers=tag)


async def send_webhook(served: Served, dispute_id: str) -> None:
    """Send a signed webhook of a dispute that this Stripe does not know."""
    body = json.dumps(
        {
            "id": f"evt_{dispute_id}",
            "object": "event",
            "type": "charge.dispute.created",
            "created": int(datetime.now(UTC).timestamp()),
            "livemode": False,
            "data": {"object": {"id": dispute_id, "object": "dispute"}},
        }
    )
    signed = {"Stripe-Signature": children.sign(body)}
    (await served.api.post("/webhooks/stripe", content=body, headers=signed)).raise_for_status()


async def enter(shop: httpx.AsyncClient, story: list[dict[str, Any]], *, silent: bool) -> None:
    answer = await shop.post("/_sim/objects", json={"objects": story}, params={"silent": silent})
    answer.raise_for_status()


async def allowed(served: Served, token: str, path: str) -> int:
    return (await served.api.get(path, headers={"Authorization": f"Bearer {token}"})).status_code


async def records(home: Path) -> str:
    """Everything PostgreSQL holds about users, as text."""
    async with (
        open_servers(home) as servers,
        open_engine(servers.database_url, size=1) as engine,
        engine.connect() as connection,
    ):
        return str((await connection.execute(select(users))).all())
