"""Processes that are stopped, gently or not, in the middle of their work."""

import signal
from pathlib import Path

import httpx

from tests.jobs.children import (
    Child,
    a_child,
    eventually,
    point_webhooks,
    start_disputes,
    steer,
    submissions,
    wait_until_rested,
)
from tests.tools.embedded.homes import alive


async def test_asked_to_stop_serve_finishes_what_it_has_in_hand(
    shop: httpx.AsyncClient, folder: Path, environ: dict[str, str]
):
    async with a_child("serve", "--port", "0", folder=folder, **environ) as child:
        await point_webhooks(shop, child)
        [dispute_id] = await start_disputes(shop, "not_received_delivered", count=1)
        assert await child.end(signal.SIGTERM) == 0, child.err
        assert alive(folder / "home") == set()
        assert await submissions(shop, [dispute_id]) == [1]
        assert "Traceback" not in child.err


async def test_a_killed_serve_loses_nothing_and_its_successors_file_nothing_twice(
    shop: httpx.AsyncClient, folder: Path, environ: dict[str, str]
):
    async with a_child("serve", "--port", "0", folder=folder, **environ) as killed:
        await point_webhooks(shop, killed)
        disputes = await start_disputes(shop, "not_received_delivered", count=4)
        assert await killed.end(signal.SIGKILL) == -signal.SIGKILL
    assert sum(await submissions(shop, disputes)) < len(disputes)
    async with (
        a_child("serve", "--port", "0", folder=folder, **environ) as serve,
        a_child("worker", folder=folder, **environ) as worker,
    ):
        url = await point_webhooks(shop, serve)
        await worker.wait_for_line("A worker is up.")
        await steer(shop, "knobs", latency=0)
        await wait_until_rested(url, disputes)
        assert await submissions(shop, disputes) == [1] * len(disputes)
        await stopped(serve, worker)
    assert alive(folder / "home") == set()


async def test_a_worker_goes_on_when_the_api_is_stopped(shop: httpx.AsyncClient, folder: Path, environ: dict[str, str]):
    async with (
        a_child("serve", "--port", "0", folder=folder, **environ) as serve,
        a_child("worker", folder=folder, **environ) as worker,
    ):
        await point_webhooks(shop, serve)
        await worker.wait_for_line("A worker is up.")
        disputes = await start_disputes(shop, "not_received_delivered", count=8)
        assert await serve.end(signal.SIGTERM) == 0, serve.err
        assert alive(folder / "home"), "the worker's servers must stay"
        await steer(shop, "knobs", latency=0)
        await filed(shop, disputes)
        await stopped(worker)
        assert await submissions(shop, disputes) == [1] * len(disputes)


async def filed(shop: httpx.AsyncClient, disputes: list[str]) -> None:
    await eventually(lambda: sent(shop, disputes))


async def sent(shop: httpx.AsyncClient, disputes: list[str]) -> bool:
    return 0 not in await submissions(shop, disputes)


async def stopped(*children: Child) -> None:
    for child in children:
        assert await child.end(signal.SIGTERM) == 0, child.err
        assert "Traceback" not in child.err, child.err
