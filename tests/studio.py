"""A real `langgraph dev` for the tests of Studio and of the guard of the LangGraph server."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, STDOUT, Process
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.conftest import SECRET, TOKEN
from tests.tools.embedded.homes import ROOT

PATIENCE = 90  # seconds
VIEWER = f"{TOKEN}-viewer"
START: dict[str, Any] = {"assistant_id": "rebut", "input": {"dispute_id": "du_none"}}
HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
CONFIGS = ("langgraph.json", "langgraph.studio.json")


@dataclass(frozen=True)
class Studio:
    process: Process
    url: str
    log: Path

    async def stop(self, how: signal.Signals) -> None:
        self.process.send_signal(how)
        await asyncio.wait_for(self.process.wait(), PATIENCE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _folder(tmp_path: Path) -> Path:
    """The repository without its `.env` and its threads in `.langgraph_api`, neither of which a test may touch."""
    folder = tmp_path / "repository"
    folder.mkdir()
    for name in (*CONFIGS, "pyproject.toml", "disputes", "agents", "tools", "graph", "api"):
        (folder / name).symlink_to(ROOT / name)
    return folder


@asynccontextmanager
async def a_studio(tmp_path: Path, *, config: str = "langgraph.json", **environ: str):
    """Run `langgraph dev` with nothing in its environment but what is given."""
    async with a_start(tmp_path, "--no-reload", config=config, **environ) as studio:
        await _up(studio)
        yield studio


@asynccontextmanager
async def a_start(tmp_path: Path, *words: str, config: str = "langgraph.json", **environ: str):
    """Start `langgraph dev` without waiting for it."""
    port, log = _free_port(), tmp_path / "langgraph.log"
    options = ("--no-browser", "--host", "127.0.0.1", "--port", str(port), "--config", config, *words)
    bare = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANGGRAPH_CLI_NO_ANALYTICS": "1", **environ}
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *(str(Path(sys.executable).with_name("langgraph")), "dev", *options),
            cwd=_folder(tmp_path),
            env=bare,
            stdin=DEVNULL,
            stdout=out,
            stderr=STDOUT,
        )
    studio = Studio(process, f"http://127.0.0.1:{port}", log)
    try:
        yield studio
    finally:
        if process.returncode is None:
            await studio.stop(signal.SIGKILL)


async def _up(studio: Studio) -> None:
    async with asyncio.timeout(PATIENCE), httpx.AsyncClient(base_url=studio.url) as http:
        while studio.process.returncode is None:
            with suppress(httpx.TransportError):
                if (await http.get("/ok")).is_success:
                    return
            await asyncio.sleep(0.1)
    pytest.fail(studio.log.read_text()[-4_000:])


@dataclass(frozen=True)
class Server:
    http: httpx.AsyncClient
    ids: dict[str, str]

    async def ask(self, route: tuple[str, str], token: str = "", **more: Any) -> tuple[int, str]:
        """The status of a route and the beginning of its answer; a stream of events is not read to its end."""
        method, path = route[0], route[1].format(**self.ids)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        body = {} if method in {"GET", "DELETE"} else {"json": body_of(path)}
        if method == "WEBSOCKET":
            method, body, headers = "GET", {}, headers | HANDSHAKE
        headers |= more.pop("headers", {})
        async with self.http.stream(method, path, headers=headers, **(body | more)) as answer:
            is_endless = answer.headers.get("content-type", "").startswith("text/event-stream")
            return answer.status_code, "" if is_endless else (await answer.aread()).decode()


def body_of(path: str) -> dict[str, Any]:
    if "/runs" in path:
        return START
    return {"checkpoint": {"checkpoint_ns": ""}} if path.endswith("/state/checkpoint") else {}


async def a_server(studio: Any) -> Server:
    """The server with one thread, in which one run ended."""
    http = httpx.AsyncClient(base_url=studio.url, timeout=PATIENCE)
    reviewer = {"Authorization": f"Bearer {TOKEN}"}
    [assistant] = (await http.post("/assistants/search", json={}, headers=reviewer)).raise_for_status().json()
    thread = (await http.post("/threads", json={}, headers=reviewer)).raise_for_status().json()["thread_id"]
    await http.post(f"/threads/{thread}/runs/wait", json=START, headers=reviewer)
    [run] = (await http.get(f"/threads/{thread}/runs", headers=reviewer)).raise_for_status().json()
    state = (await http.get(f"/threads/{thread}/state", headers=reviewer)).raise_for_status().json()
    names = ("cron_id", "operation_id", "namespace", "graph_id")
    ids = {
        "assistant_id": assistant["assistant_id"],
        "thread_id": thread,
        "run_id": run["run_id"],
        "checkpoint_id": state["checkpoint"]["checkpoint_id"],
    }
    return Server(http, ids | {name: str(uuid4()) for name in names})


def given(simulator: httpx.AsyncClient, home: Path) -> dict[str, str]:
    return {
        "REBUT_HOME": str(home),
        "STRIPE_SECRET_KEY": "sk_test_tests",
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "STRIPE_API_BASE": str(simulator.base_url).rstrip("/"),
        "REBUT_API_TOKENS": f"ada:reviewer:{TOKEN},vic:viewer:{VIEWER}",
    }
