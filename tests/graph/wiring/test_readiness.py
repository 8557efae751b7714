"""Readiness: each part is tried, once for all who ask within some seconds, and what is told holds no address."""

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis

from graph.wiring.readiness import Readiness, parts
from tests.graph.checkpointer.redis_servers import running
from tools.fitness import Shortcoming
from tools.postgres.database import open_engine
from tools.storage import in_folder

BAD = Shortcoming(text="It does not work.", detail="at 10.1.2.3")
REMARK = Shortcoming(text="It may be better.", fatal=False)


class Part:
    """A part that counts how often it is tried."""

    def __init__(self, *found: Shortcoming) -> None:
        self.found, self.tried = found, 0

    async def __call__(self) -> tuple[Shortcoming, ...]:
        self.tried += 1
        return self.found


async def test_only_what_work_cannot_go_on_without_is_a_failure():
    readiness = Readiness({"Redis": Part(REMARK, BAD), "Files": Part(REMARK), "PostgreSQL": Part()})
    assert await readiness.failures() == ("Redis: It does not work.",)


async def test_those_who_ask_at_once_and_soon_after_share_one_try():
    part, moment = Part(BAD), [0.0]
    readiness = Readiness({"Redis": part}, fresh=5, clock=lambda: moment[0])
    await asyncio.gather(*(readiness.failures() for _ in range(20)))
    moment[0] = 4.9
    await readiness.failures()
    assert part.tried == 1
    part.found, moment[0] = (), 5.0
    assert (await readiness.failures(), part.tried) == ((), 2)


@pytest.mark.process
async def test_servers_that_fail_are_named_without_address_or_password(tmp_path: Path):
    async with open_engine("postgresql://u:hunter2@127.0.0.1:1/x") as engine:
        kept = in_folder(tmp_path / "files")
        failures = await Readiness(parts("redis://u:hunter2@127.0.0.1:1/0", engine, kept)).failures()
        assert [failure.partition(":")[0] for failure in failures] == ["Redis", "PostgreSQL"]
        assert not any(secret in repr(failures) for secret in ("hunter2", "127.0.0.1"))
        async with running("embedded") as url:
            (failure,) = await Readiness(parts(url, engine, kept)).failures()
            assert failure.startswith("PostgreSQL: ")
            async with Redis.from_url(url) as redis:
                assert await redis.keys("*") == [], "what was tried is removed again"
    assert list((tmp_path / "files").rglob("*.*")) == []
