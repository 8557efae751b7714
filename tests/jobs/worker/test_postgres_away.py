"""An embedded PostgreSQL is killed under a lone `rebut serve`, which starts it again and goes on."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.jobs.children import (
    a_child,
    caller,
    eventually,
    point_webhooks,
    start_disputes,
    steer,
    submissions,
    wait_until_rested,
)
from tests.tools.embedded.homes import alive
from tools.embedded import processes
from tools.embedded.postgres import Postgres

REVIVED = "servers.revived"


def kill_whole(folder: Path) -> None:
    processes.stop(folder, Postgres.process, stop_signal=signal.SIGKILL, seconds=10)


def kill_postmaster(folder: Path) -> None:
    os.kill(postmaster(folder), signal.SIGKILL)


def kill_postmaster_over_a_stuck_child(folder: Path) -> None:
    """Kill it while a child is stopped, and so stays when the others see that they are orphans."""
    leader = postmaster(folder)
    next(child for child in processes.find(folder, Postgres.process) if child.pid != leader).suspend()
    os.kill(leader, signal.SIGKILL)


@pytest.mark.parametrize("kill", [kill_whole, kill_postmaster, kill_postmaster_over_a_stuck_child])
async def test_an_embedded_postgres_that_died_is_started_again_and_every_dispute_is_answered_once(
    kill: Callable[[Path], None], shop: httpx.AsyncClient, folder: Path, environ: dict[str, str]
):
    async with a_child("serve", "--port", "0", folder=folder, **environ) as serve:
        url = await point_webhooks(shop, serve)
        disputes = await start_disputes(shop, "not_received_delivered", count=2)
        kill(folder / "home" / "postgres")
        line = await serve.wait_for_line(REVIVED)
        assert "PostgreSQL" in line
        async with caller(url) as api:
            await eventually(lambda: answers(api))
        await steer(shop, "knobs", latency=0)
        disputes += [item["id"] for item in (await steer(shop, "scenarios", name="not_received_delivered"))["disputes"]]
        await wait_until_rested(url, disputes)
        assert await submissions(shop, disputes) == [1] * len(disputes)
        assert await serve.end(signal.SIGTERM) == 0, serve.err
        assert "Traceback" not in serve.err, serve.err
    assert alive(folder / "home") == set()


async def answers(api: httpx.AsyncClient) -> bool:
    return (await api.get("/readyz")).status_code == 200


def postmaster(folder: Path) -> int:
    return int((folder / "postmaster.pid").read_text().split()[0])
