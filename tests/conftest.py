"""One set of real servers and one simulator for every test that wants them."""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import httpx
import hypothesis
import pytest

from disputes.case import Decision, Verdict
from disputes.repositories.cases import CaseRecord
from graph.build import build
from graph.checkpointer.saver import RedisSaver
from graph.run import Runner
from graph.wiring import settings
from graph.wiring.runtime import Runtime, open_runtime
from simulator.scenarios import SCENARIOS, Build
from tests.context import held

SECRET = "whsec_tests"
TOKEN = "a-token-only-tests-know"

pytest_plugins = ["tests.lanes"]
# A shell that starts tests in its background has them ignore Ctrl-C, and what they start would inherit that.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")


@pytest.fixture(scope="session")
async def home() -> AsyncIterator[Path]:
    with tempfile.TemporaryDirectory(prefix="rebut-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
async def simulator(processes: None) -> AsyncIterator[httpx.AsyncClient]:
    """A simulator in a process of its own, whose webhooks go nowhere until a test points them somewhere."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulator", "--port", "0", "--webhook", "http://127.0.0.1:9/", "--secret", SECRET),
        stdout=asyncio.subprocess.PIPE,
    )
    line = await process.stdout.readline() if process.stdout else b""
    async with httpx.AsyncClient(base_url=line.decode().split()[-1], timeout=30) as client:
        yield client
    process.terminate()
    await process.wait()


@pytest.fixture(scope="session")
async def runtime(home: Path, simulator: httpx.AsyncClient) -> AsyncIterator[Runtime]:
    """A whole Rebut over embedded servers and the simulator."""
    given = {
        "REBUT_HOME": str(home),
        "STRIPE_SECRET_KEY": "sk_test_tests",
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "STRIPE_API_BASE": str(simulator.base_url).rstrip("/"),
        "REBUT_API_TOKENS": f"ada:reviewer:{TOKEN},bob:reviewer:{TOKEN}-bob,vic:viewer:{TOKEN}-viewer",
    }
    async with held(open_runtime(settings.read(given))) as opened:
        yield opened


class Stage:
    """Plays scenarios through real runs."""

    tags = 0

    def __init__(self, runtime: Runtime, simulator: httpx.AsyncClient) -> None:
        self.deps = runtime.deps
        self.runs = runtime.runner
        self.graph = runtime.runner.graph
        self.simulator = simulator

    def under(self, **changes: Any) -> "Stage":
        """The same stage with other ports."""
        other = Stage.__new__(Stage)
        other.simulator, other.deps = self.simulator, replace(self.deps, **changes)
        other.graph = build(other.deps, cast("RedisSaver", self.graph.checkpointer))
        other.runs = Runner(other.graph, other.deps)
        return other

    async def happen(self, scenario: str) -> tuple[str, str | None]:
        """Let a scenario's dispute happen at Stripe; gives its id and account."""
        objects = await self.tell(SCENARIOS[scenario].build)
        dispute = next(thing for thing in objects if thing["object"] == "dispute")
        return dispute["id"], dispute.get("_account")

    async def tell(self, build: Build) -> list[dict[str, Any]]:
        """Let what a world tells happen at Stripe; gives its objects."""
        Stage.tags += 1
        objects = build(datetime.now(UTC), f"t{os.getpid()}x{Stage.tags}")
        (await self.simulator.post("/_sim/objects", json={"objects": objects})).raise_for_status()
        return objects

    async def play(self, scenario: str) -> CaseRecord:
        """Let it happen and drive it to rest."""
        dispute_id, account = await self.happen(scenario)
        return await self.drive(dispute_id, account=account)

    async def drive(self, dispute_id: str, *, account: str | None = None) -> CaseRecord:
        await self.runs.drive(dispute_id, account=account)
        record = await self.deps.cases.find(dispute_id)
        assert record is not None
        return record

    async def decide(self, record: CaseRecord, decision: Decision, **more: Any) -> CaseRecord:
        """Store a person's verdict on the version they saw, then wake the run."""
        verdict = Verdict(decision=decision, by="ada", at=self.deps.now(), version=record.version, **more)
        await self.deps.verdicts.store(record.dispute_id, verdict)
        return await self.drive(record.dispute_id, account=record.account)

    async def counts(self, dispute_id: str) -> dict[str, Any]:
        answer = await self.simulator.get("/_sim/counts")
        counts: dict[str, Any] = answer.raise_for_status().json()["disputes"].get(dispute_id, {})
        return counts

    async def fault(self, method: str, path: str, kind: str, times: int = 1) -> None:
        body = {"method": method, "path": path, "kind": kind, "times": times}
        (await self.simulator.post("/_sim/faults", json=body)).raise_for_status()

    async def set(self, dispute_id: str, **changes: Any) -> None:
        (await self.simulator.post(f"/_sim/disputes/{dispute_id}/set", json=changes)).raise_for_status()


@pytest.fixture
def stage(runtime: Runtime, simulator: httpx.AsyncClient) -> Stage:
    return Stage(runtime, simulator)
