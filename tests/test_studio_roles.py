"""Who may use which route of the LangGraph server: all routes of a real one, by nobody, a viewer and a reviewer."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.conftest import TOKEN
from tests.studio import START, VIEWER, Server, a_server, a_studio, given
from tests.tools.embedded.homes import a_home

pytestmark = [pytest.mark.process, pytest.mark.studio]

LIST = Path(__file__).with_name("studio_routes.py")
BUSY, PATIENCE = 409, 30  # seconds
CLOSED = "There is no such route, or Rebut keeps it closed."
STUDIO = "https://smith.langchain.com"
NOBODY_NEEDED = "GET / | GET /ok | GET /info"
OWN = "GET /docs | GET /openapi.json"
READS = """
POST /assistants/search | POST /assistants/count | GET /assistants/{assistant_id} | GET /assistants/{assistant_id}/graph
POST /assistants/{assistant_id}/versions | GET /assistants/{assistant_id}/schemas
GET /assistants/{assistant_id}/subgraphs | GET /assistants/{assistant_id}/subgraphs/{namespace}
POST /threads/search | POST /threads/count | GET /threads/{thread_id} | GET /threads/{thread_id}/state
GET /threads/{thread_id}/state/{checkpoint_id} | POST /threads/{thread_id}/state/checkpoint
GET /threads/{thread_id}/history | POST /threads/{thread_id}/history | GET /threads/{thread_id}/stream
GET /threads/{thread_id}/runs | GET /threads/{thread_id}/runs/{run_id} | GET /threads/{thread_id}/runs/{run_id}/join
GET /threads/{thread_id}/runs/{run_id}/stream
"""
WRITES = """
POST /threads | POST /threads/{thread_id}/runs | POST /threads/{thread_id}/runs/stream
POST /threads/{thread_id}/runs/wait
"""
EDITS = "POST /threads/{thread_id}/state"
SHUT = """
POST /internal/truncate | GET /internal/debug/thread/{thread_id} | GET /deploy | POST /deploy
GET /deploy/{operation_id}/stream | GET /metrics
GET /a2a/{assistant_id} | POST /a2a/{assistant_id} | DELETE /a2a/{assistant_id} | GET /a2a/{assistant_id}/
POST /a2a/{assistant_id}/ | DELETE /a2a/{assistant_id}/ | GET /a2a/{assistant_id}/.well-known/agent-card.json
GET /a2a/{assistant_id}/.well-known/agent.json | GET /.well-known/agent-card.json
POST /assistants | PATCH /assistants/{assistant_id} | DELETE /assistants/{assistant_id}
POST /assistants/{assistant_id}/latest | POST /threads/prune | PATCH /threads/{thread_id} | DELETE /threads/{thread_id}
POST /threads/{thread_id}/copy | GET /threads/{thread_id}/storage | POST /threads/{thread_id}/commands
POST /threads/{thread_id}/stream/events | WEBSOCKET /threads/{thread_id}/stream/events
POST /threads/{thread_id}/runs/crons | POST /threads/{thread_id}/runs/{run_id}/cancel
DELETE /threads/{thread_id}/runs/{run_id} | POST /runs | POST /runs/stream | POST /runs/wait | POST /runs/batch
POST /runs/cancel | POST /runs/crons | POST /runs/crons/search | POST /runs/crons/count | GET /runs/crons/{cron_id}
PATCH /runs/crons/{cron_id} | DELETE /runs/crons/{cron_id}
PUT /store/items | GET /store/items | DELETE /store/items | POST /store/items/search | POST /store/namespaces
POST /ui/{graph_id} | GET /ui | GET /mcp | POST /mcp | DELETE /mcp
"""


def routes(text: str) -> list[tuple[str, str]]:
    pairs = [route.strip().split(" ") for route in text.replace("\n", "|").split("|") if route.strip()]
    return [(method, path) for method, path in pairs]


@pytest.fixture(scope="module")
async def guarded(simulator: httpx.AsyncClient, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    with a_home() as home:
        async with a_studio(tmp_path_factory.mktemp("guarded"), **given(simulator, home)) as studio:
            server = await a_server(studio)
            yield server
            await server.http.aclose()


@pytest.fixture(scope="module")
async def opened(simulator: httpx.AsyncClient, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """The server as Studio's page may use it without a token, a thread's state included."""
    settings = {"REBUT_STUDIO_OPEN": "1", "REBUT_STUDIO_EDITS": "1"}
    with a_home() as home:
        more = given(simulator, home) | settings
        folder = tmp_path_factory.mktemp("opened")
        async with a_studio(folder, config="langgraph.studio.json", **more) as studio:
            server = await a_server(studio)
            yield server
            await server.http.aclose()


def test_every_route_of_the_server_is_decided():
    listed = subprocess.run([sys.executable, str(LIST)], capture_output=True, text=True, check=True)  # noqa: S603 - our own script
    decided = routes(f"{NOBODY_NEEDED}|{OWN}|{READS}|{WRITES}|{EDITS}|{SHUT}")
    assert {tuple(route) for route in json.loads(listed.stdout.splitlines()[-1])} == set(decided)
    assert len(decided) == len(set(decided))


@pytest.mark.parametrize("route", routes(f"{NOBODY_NEEDED}|{OWN}"), ids=" ".join)
async def test_anybody_sees_that_the_server_runs(guarded, route):
    assert [(await guarded.ask(route, token))[0] for token in ("", VIEWER, TOKEN)] == [200] * 3


@pytest.mark.parametrize("route", routes(READS), ids=" ".join)
async def test_a_viewer_reads(guarded, route):
    assert [(await guarded.ask(route, token))[0] for token in ("", "wrong", VIEWER, TOKEN)] == [401, 401, 200, 200]


@pytest.mark.parametrize("route", routes(WRITES), ids=" ".join)
async def test_a_reviewer_also_starts_runs(guarded, route):
    assert [(await guarded.ask(route, token))[0] for token in ("", "wrong", VIEWER, TOKEN)] == [401, 401, 403, 200]


@pytest.mark.parametrize("route", [*routes(f"{EDITS}|{SHUT}"), ("GET", "/unheard-of")], ids=" ".join)
async def test_nobody_uses_what_is_closed(guarded, route):
    answers = [await guarded.ask(route, token) for token in ("", VIEWER, TOKEN)]
    if route[0] == "WEBSOCKET":
        assert [status for status, _ in answers] == [403] * 3
        return
    assert [(status, json.loads(said)) for status, said in answers] == [(404, {"error": CLOSED})] * 3


REFUSED: dict[str, dict[str, Any]] = {
    "a field of the state": {"input": {"dispute_id": "du_none", "verdict": {"decision": "approve"}}},
    "no dispute": {"input": {}},
    "nothing, which goes on": {"input": None},
    "a verdict beside a dispute": {"command": {"resume": [{"type": "accept"}]}},
    "an update": {"input": None, "command": {"resume": "yes", "update": {"dispute_id": "du_2"}}},
    "an update alone": {"input": None, "command": {"update": {"dispute_id": "du_2"}}},
    "a jump": {"input": None, "command": {"resume": "yes", "goto": "submit"}},
    "a jump alone": {"input": None, "command": {"goto": "submit"}},
    "an older state": {"checkpoint_id": str(uuid4())},
    "another older state": {"checkpoint": {"checkpoint_id": str(uuid4())}},
    "another thread's checkpoint": {"checkpoint": {"thread_id": str(uuid4())}},
    "a fence": {"config": {"configurable": {"fence": 99}}},
    "a fence by another way": {"context": {"fence": 99}},
    "a thread": {"config": {"configurable": {"thread_id": str(uuid4())}}},
    "a namespace": {"config": {"configurable": {"checkpoint_ns": "x"}}},
    "a user": {"config": {"configurable": {"user_id": "eve"}}},
    "too few steps": {"config": {"recursion_limit": 2}},
    "a halt": {"interrupt_before": ["record_outcome"]},
    "another halt": {"interrupt_after": "*"},
    "a rollback": {"multitask_strategy": "rollback"},
    "an interruption": {"multitask_strategy": "interrupt"},
    "a delay": {"after_seconds": 5},
    "steps that are not kept": {"durability": "exit"},
    "steps that are not kept, by another way": {"checkpoint_during": False},
}


@pytest.mark.parametrize("way", ["runs", "runs/wait", "runs/stream"])
@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
async def test_a_run_takes_a_dispute_or_an_answer_and_nothing_else(guarded, body, way):
    path = f"/threads/{guarded.ids['thread_id']}/{way}"
    status, said = await guarded.ask(("POST", path), TOKEN, json=START | body)
    assert status == 403, said


async def test_what_a_client_sends_by_the_way_is_no_matter(guarded):
    config = {"configurable": {}, "recursion_limit": 100, "tags": ["studio"], "metadata": {"from": "studio"}}
    more: dict[str, Any] = {
        "config": config,
        "metadata": {},
        "interrupt_before": [],
        "multitask_strategy": "enqueue",
        "command": None,
    }
    status, said = await guarded.ask(("POST", "/threads/{thread_id}/runs/wait"), TOKEN, json=START | more)
    assert status == 200, said


async def test_a_run_calls_no_webhook(guarded):
    body = START | {"webhook": "http://127.0.0.1:9/"}
    status, _ = await guarded.ask(("POST", "/threads/{thread_id}/runs"), TOKEN, json=body)
    assert status in {403, 422}


async def test_a_thread_that_is_created_takes_no_state(guarded):
    thread_id = str(uuid4())
    steps = [{"updates": [{"values": {"dispute_id": "du_2"}, "as_node": "__start__"}]}]
    body = {"thread_id": thread_id, "supersteps": steps, "metadata": {"graph_id": "rebut"}}
    await guarded.ask(("POST", "/threads"), TOKEN, json=body)
    status, said = await guarded.ask(("GET", f"/threads/{thread_id}/state"), TOKEN)
    assert (status, json.loads(said)["values"]) == (200, {})


async def test_a_run_knows_who_started_it_whatever_the_request_says(guarded):
    eve = {"identity": "eve", "role": "reviewer", "name": "eve"}
    configurable = {"langgraph_auth_user": eve, "langgraph_auth_user_id": "eve"}
    bodies: list[dict[str, Any]] = [
        {"config": {"configurable": configurable}},
        {"context": configurable},
        {"checkpoint": configurable},
    ]
    for body in bodies:
        status, said = await guarded.ask(("POST", "/threads/{thread_id}/runs"), TOKEN, json=START | body)
        assert status == 200, said
        held = json.loads(said)["kwargs"]["config"]["configurable"]
        assert (held["langgraph_auth_user"]["identity"], held["langgraph_auth_user_id"]) == ("ada", "ada")
        assert held["langgraph_auth_user"]["role"] == "reviewer"


async def test_studios_own_scheme_opens_nothing(guarded):
    headers = {"x-auth-scheme": "langsmith", "x-api-key": "lsv2_x", "Origin": STUDIO}
    assert (await guarded.ask(("POST", "/threads/search"), headers=headers))[0] == 401


async def test_no_page_is_let_in_by_the_browser(guarded):
    asked = {"Origin": STUDIO, "Access-Control-Request-Method": "POST"}
    answer = await guarded.http.options("/threads/search", headers=asked)
    assert answer.status_code == 400
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("route", routes(f"{NOBODY_NEEDED}|{READS}|{WRITES}"), ids=" ".join)
async def test_where_it_is_open_studios_page_needs_no_token(opened, route):
    page = {"Origin": STUDIO, "x-auth-scheme": "langsmith"}
    assert (await opened.ask(route, headers=page))[0] == 200


@pytest.mark.parametrize("route", routes(SHUT), ids=" ".join)
async def test_where_it_is_open_what_is_closed_stays_closed(opened, route):
    assert (await opened.ask(route))[0] == (403 if route[0] == "WEBSOCKET" else 404)


async def test_where_edits_are_on_a_reviewer_writes_state_and_a_viewer_does_not(opened):
    edit, body = routes(EDITS)[0], {"values": {"account": None}, "as_node": "evidence"}
    assert (await opened.ask(edit, VIEWER, json=body))[0] == 403
    assert await until_idle(lambda: opened.ask(edit, TOKEN, json=body)) == 200
    assert await until_idle(lambda: opened.ask(edit, json=body, headers={"Origin": STUDIO})) == 200


async def until_idle(ask: Callable[[], Awaitable[tuple[int, Any]]]) -> int:
    """Ask until the thread is not busy: another test's run on it may not be over yet."""
    async with asyncio.timeout(PATIENCE):
        while (status := (await ask())[0]) == BUSY:  # noqa: ASYNC110 - nothing tells us when it is over
            await asyncio.sleep(0.2)
    return status


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Authorization": "Bearer a-wrong-token"},
    ],
    ids=str,
)
async def test_where_it_is_open_no_other_page_and_no_proxy_gets_in(opened, headers):
    assert (await opened.ask(("POST", "/threads/search"), headers=headers))[0] == 401


async def test_where_it_is_open_a_run_is_started_by_studio_and_a_viewer_stays_one(opened):
    _, said = await opened.ask(("POST", "/threads/{thread_id}/runs"))
    assert json.loads(said)["kwargs"]["config"]["configurable"]["langgraph_auth_user_id"] == "studio"
    assert (await opened.ask(("POST", "/threads"), VIEWER))[0] == 403
    assert (await opened.ask(("GET", "/disputes")))[0] == 401


async def test_where_it_is_open_only_studios_page_may_read_the_answer(opened):
    allowed = [
        (await opened.http.post("/threads/search", json={}, headers={"Origin": origin})).headers.get(
            "access-control-allow-origin"
        )
        for origin in (STUDIO, "https://evil.example")
    ]
    assert allowed == [STUDIO, None]
