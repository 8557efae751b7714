"""The graph in LangGraph Studio: a real `langgraph dev`, spoken to by the SDK, and what it loads."""

import asyncio
import itertools
import json
import os
import signal
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from langgraph.store.memory import InMemoryStore
from langgraph_sdk import get_client
from langgraph_sdk.runtime import _ReadRuntime
from langgraph_sdk.schema import Command
from pydantic import BaseModel, ConfigDict, JsonValue

from disputes.errors import Invalid
from graph.build import STEPS
from graph.studio import Ports, graph
from simulator.scenarios import SCENARIOS
from tests.conftest import SECRET, TOKEN
from tests.context import held
from tests.studio import a_studio
from tests.tools.embedded.homes import a_home, alive

KEYLESS = "STRIPE_SECRET_KEY is not set: Rebut cannot read disputes without it; take it from your dashboard."


class Allowed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    allow_accept: bool
    allow_edit: bool
    allow_ignore: bool
    allow_respond: bool


class Action(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    action: str
    args: dict[str, JsonValue]


class InboxRequest(BaseModel):
    """`HumanInterrupt` of langchain-ai/agent-inbox, `src/components/agent-inbox/types.ts`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    action_request: Action
    config: Allowed
    description: str


@asynccontextmanager
async def a_gate():
    """A proxy that lets nobody out and remembers who asked."""
    asked: list[bytes] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
        yield {**dict.fromkeys(names, url), "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}, asked


_NUMBERS = itertools.count()


async def a_dispute(simulator: httpx.AsyncClient, scenario: str) -> str:
    objects = SCENARIOS[scenario].build(datetime.now(UTC), f"studio{os.getpid()}x{next(_NUMBERS)}")
    body = {"objects": objects}
    (await simulator.post("/_sim/objects", params={"silent": True}, json=body)).raise_for_status()
    return str(next(thing["id"] for thing in objects if thing["object"] == "dispute"))


async def submissions(simulator: httpx.AsyncClient, dispute_id: str) -> int:
    counts = (await simulator.get("/_sim/counts")).raise_for_status().json()["disputes"]
    return int(counts.get(dispute_id, {}).get("submissions", 0))


def pending(thread: Any) -> list[Any]:
    """What the Agent Inbox finds to decide in a thread."""
    return [interrupt["value"] for interrupts in thread["interrupts"].values() for interrupt in interrupts]


def a_look() -> _ReadRuntime[None]:
    return _ReadRuntime(access_context="assistants.read", store=InMemoryStore())


@pytest.mark.process
@pytest.mark.studio
async def test_langgraph_dev_shows_the_graph_with_no_key_and_calls_nobody(tmp_path):
    with a_home() as home:
        async with (
            a_gate() as (walls, asked),
            a_studio(tmp_path, REBUT_HOME=str(home), REBUT_STUDIO_OPEN="1", **walls) as studio,
            get_client(url=studio.url, api_key=None) as client,
            httpx.AsyncClient(base_url=studio.url) as http,
        ):
            [assistant] = await client.assistants.search(graph_id="rebut")
            drawing = await client.assistants.get_graph(assistant["assistant_id"])
            schemas = await client.assistants.get_schemas(assistant["assistant_id"])
            assert {node["id"] for node in drawing["nodes"]} == {"__start__", *STEPS, "__end__"}
            assert schemas["input_schema"]
            assert schemas["input_schema"]["required"] == ["dispute_id"]

            ready = await http.get("/readyz")
            assert (await http.get("/healthz")).json() == {"ok": True}
            assert (ready.status_code, ready.json()) == (503, {"error": KEYLESS})
            thread_id = (await client.threads.create())["thread_id"]
            with pytest.raises(Exception, match="Invalid"):
                await client.runs.wait(thread_id, "rebut", input={"dispute_id": "du_none"})
            await studio.stop(signal.SIGTERM)
        assert not home.exists()
        assert not asked
        assert KEYLESS in studio.log.read_text()


@pytest.mark.process
@pytest.mark.studio
async def test_without_its_settings_the_server_says_to_everybody_what_is_missing(tmp_path):
    with a_home() as home:
        async with a_studio(tmp_path, REBUT_HOME=str(home)) as studio, httpx.AsyncClient(base_url=studio.url) as http:
            answer = await http.post("/threads", json={}, headers={"Authorization": f"Bearer {TOKEN}"})
            assert (answer.status_code, answer.json()) == (503, {"error": KEYLESS})


@pytest.mark.process
@pytest.mark.studio
@pytest.mark.parametrize("by", ["ada", "studio"])
async def test_a_dispute_waits_in_studio_is_accepted_there_and_filed_once(by, tmp_path, simulator):
    dispute_id = await a_dispute(simulator, "fraud_small_3ds")
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    with a_home() as home:
        given = {
            "REBUT_HOME": str(home),
            "STRIPE_SECRET_KEY": "sk_test_tests",
            "STRIPE_WEBHOOK_SECRET": SECRET,
            "STRIPE_API_BASE": str(simulator.base_url).rstrip("/"),
            "REBUT_API_TOKENS": f"ada:reviewer:{TOKEN}",
            "REBUT_STUDIO_OPEN": "true" if by == "studio" else "",
        }
        async with (
            a_studio(tmp_path, **given) as studio,
            get_client(url=studio.url, api_key=None, headers=bearer if by == "ada" else {}) as client,
            httpx.AsyncClient(base_url=studio.url, headers=bearer) as http,
        ):
            thread_id = (await client.threads.create())["thread_id"]
            await client.runs.wait(thread_id, "rebut", input={"dispute_id": dispute_id})
            [request] = pending(await client.threads.get(thread_id))
            assert InboxRequest.model_validate(request).action_request.action == f"file_dispute_{dispute_id}"
            assert (await client.threads.get_state(thread_id))["next"] == ["review"]
            assert (await http.get(f"/disputes/{dispute_id}")).json()["state"] == "waiting"
            assert await submissions(simulator, dispute_id) == 0

            accepted = Command(resume=[{"type": "accept", "args": None}])
            await client.runs.wait(thread_id, "rebut", command=accepted)
            after = await client.threads.get_state(thread_id)
            assert after["next"] == [], (after["tasks"], studio.log.read_text()[-3_000:])
            values: Any = after["values"]
            assert values["dispute"]["status"] == "under_review"
            case = (await http.get(f"/disputes/{dispute_id}")).json()
            assert case["state"] == "filed"
            assert [step["note"] for step in case["history"] if step["step"] == "review"] == [f"approve by {by}"]
            assert await submissions(simulator, dispute_id) == 1
            assert alive(home) == {"redis-server", "postgres"}
            await studio.stop(signal.SIGINT)
        assert alive(home) == set()


async def test_a_look_at_the_graph_opens_nothing_and_has_the_shape_of_the_run(stage):
    async with graph(a_look()) as shape:
        assert shape.get_graph().to_json() == stage.graph.get_graph().to_json()
        assert json.dumps(shape.get_input_jsonschema()) == json.dumps(stage.graph.get_input_jsonschema())


async def test_a_run_in_the_looked_at_graph_does_nothing():
    async with graph(a_look()) as shape:
        with pytest.raises(Invalid, match="only looked at"):
            await shape.ainvoke({"dispute_id": "du_1"}, {"configurable": {"thread_id": "a-thread"}})


async def test_runs_find_the_ports_only_while_the_app_holds_them_open(home, runtime, tmp_path):
    given = {"REBUT_HOME": str(home), "STRIPE_SECRET_KEY": "sk_test_tests", "STRIPE_WEBHOOK_SECRET": SECRET}
    ports = Ports(given, dotenv=tmp_path / ".env")
    with pytest.raises(Invalid, match="not opened its parts yet"):
        ports.opened()
    async with held(ports.open()) as deps:
        assert ports.opened() is deps
    with pytest.raises(Invalid):
        ports.opened()


async def test_a_key_written_into_dotenv_is_found_at_the_next_attempt(home, runtime, tmp_path):
    ports = Ports({"REBUT_HOME": str(home)}, dotenv=tmp_path / ".env")
    with pytest.raises(Invalid, match="STRIPE_SECRET_KEY is not set"):
        async with ports.open():
            pass
    with pytest.raises(Invalid, match="STRIPE_SECRET_KEY is not set"):
        ports.opened()
    (tmp_path / ".env").write_text("STRIPE_SECRET_KEY=sk_test_tests\nSTRIPE_WEBHOOK_SECRET=whsec_x\n")
    async with held(ports.open()):
        assert ports.opened()
