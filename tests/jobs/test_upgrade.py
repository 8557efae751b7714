"""A run suspended under the release before this one wakes under this one (docs/upgrading.md)."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from graph.wiring import settings
from graph.wiring.runtime import Runtime, open_runtime
from tests.conftest import SECRET, TOKEN, Stage
from tests.context import held
from tests.test_studio import a_dispute
from tests.tools.embedded.homes import ROOT, a_home

PREVIOUS = "e6e3220"  # the tag v0.2.0; tags are not always fetched with a clone
ROOMS = ("disputes", "agents", "tools", "graph", "api", "jobs", "evals", "simulator")

pytestmark = pytest.mark.process


async def test_a_case_of_the_release_before_is_laid_out_anew_and_filed_on_a_new_verdict_alone(
    tmp_path: Path, simulator: httpx.AsyncClient
):
    release = unpack_previous(tmp_path / "previous")
    with a_home() as home:
        environ = settings_of(home, simulator)
        dispute_id = await a_dispute(simulator, "fraud_small_3ds")
        await drive_under(release, environ, dispute_id)
        async with held(open_runtime(settings.read(environ))) as runtime:
            await wakes_here(Stage(runtime, simulator), runtime, dispute_id)


async def wakes_here(stage: Stage, runtime: Runtime, dispute_id: str) -> None:
    old = await runtime.deps.cases.find(dispute_id)
    assert old
    assert old.state == "waiting"
    decided = await stage.decide(old, "approve", note="read under the release before")
    assert (decided.state, decided.version > old.version) == ("waiting", True)
    assert any(step.step == "lapsed" and "ada's approve on version" in step.note for step in decided.history)
    told = await runtime.deps.outbox.due(runtime.deps.now(), limit=100)
    assert any(":lapsed:" in message.key for message in told)
    assert decided.case
    assert decided.case.route
    assert "older version of Rebut" in decided.case.route.reasons[0]
    assert old.case
    assert decided.case.rebuttal == old.case.rebuttal
    assert (await stage.counts(dispute_id)).get("submissions", 0) == 0
    filed = await stage.decide(decided, "approve")
    assert filed.state == "filed"
    assert (await stage.counts(dispute_id))["submissions"] == 1


def unpack_previous(folder: Path) -> Path:
    """Unpack the release before; skips where the clone does not hold its commit."""
    command = ["git", "archive", PREVIOUS, *ROOMS]
    archive = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)  # noqa: S603 - no input of anybody
    if archive.returncode:
        pytest.skip(f"this clone has no commit {PREVIOUS}, the release before: fetch the history to play the upgrade")
    folder.mkdir(parents=True, exist_ok=True)
    # Not by tarfile, whose safe way is newer than the oldest Python that Rebut runs on (3.11.0).
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)  # noqa: S603, S607 - our own archive
    return folder


def settings_of(home: Path, simulator: httpx.AsyncClient) -> dict[str, str]:
    return {
        "REBUT_HOME": str(home),
        "STRIPE_SECRET_KEY": "sk_test_tests",
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "STRIPE_API_BASE": str(simulator.base_url).rstrip("/"),
        "REBUT_API_TOKENS": f"ada:reviewer:{TOKEN}",
    }


async def drive_under(release: Path, environ: dict[str, str], dispute_id: str) -> None:
    code = f"import sys; sys.argv[1:] = ['drive', {dispute_id!r}]; from jobs.cli.main import main; main()"
    bare = {"PATH": os.environ["PATH"], "HOME": str(release), "PYTHONPATH": str(release), **environ}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code), cwd=release, env=bare, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    printed, _ = await process.communicate()
    assert process.returncode == 0, printed.decode()[-2_000:]
