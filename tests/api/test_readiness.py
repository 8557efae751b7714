"""`GET /readyz` tells which part fails, and waits for it to work again."""

from contextlib import asynccontextmanager
from dataclasses import replace

from graph.wiring.readiness import Readiness
from tests.api.conftest import open_client
from tools.fitness import Shortcoming


async def test_a_part_that_fails_is_named_and_one_that_works_again_is_forgotten(deps):
    found = [Shortcoming(text="This Redis is a replica.", detail="redis://u:hunter2@10.1.2.3")]

    async def redis() -> tuple[Shortcoming, ...]:
        return tuple(found)

    @asynccontextmanager
    async def opener():
        yield replace(deps, readiness=Readiness({"Redis": redis}, fresh=0))

    async with open_client(opener) as client:
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()) == (503, {"error": "Redis: This Redis is a replica."})
        assert answer.headers["Retry-After"]
        found.clear()
        assert (await client.get("/readyz")).json() == {"ready": True}
