"""The app over fake and real repositories, and a client in front of it."""

import tempfile
from contextlib import asynccontextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create
from disputes import policy
from disputes.repositories import Repositories
from disputes.repositories.users import User
from graph.wiring.deps import Deps
from tests.api.builders import ADMIN, REVIEWER, SECRET, VIEWER
from tests.fakes import FakeQueue, digest, fake_repositories, noon
from tools.embedded.servers import open_servers
from tools.postgres.database import migrate, open_engine
from tools.postgres.repositories import postgres_repositories
from tools.postgres.tables import metadata
from tools.stripe_api.gateway import StripeGateway
from tools.stripe_api.webhook import StripeWebhooks


@pytest.fixture(scope="session")
async def _engine(processes):
    # pytest's own folders are closed to the user PostgreSQL runs as under root
    with tempfile.TemporaryDirectory(prefix="rebut-api-", ignore_cleanup_errors=True) as home:
        async with open_servers(Path(home)) as servers:
            await migrate(servers.database_url)
            async with open_engine(servers.database_url) as engine:
                yield engine


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.process)])
def _database(request):
    """An engine on PostgreSQL, or None for repositories in memory, which must not start a server."""
    return None if request.param == "memory" else request.getfixturevalue("_engine")


@pytest.fixture
async def repositories(_database):
    """Running the same tests on both keeps the fakes true."""
    opened = await _emptied(_database) if _database else fake_repositories()
    await opened.users.add(User(name="Vera", role="viewer"), digest=digest(VIEWER))
    await opened.users.add(User(name="Rui", role="reviewer"), digest=digest(REVIEWER))
    await opened.users.add(User(name="Ada", role="admin"), digest=digest(ADMIN))
    return opened


async def _emptied(engine):
    async with engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            await connection.execute(table.delete())
    return postgres_repositories(engine, now=noon)


@pytest.fixture
def queue():
    return FakeQueue()


@pytest.fixture(scope="session")
async def gateway():
    gateway = StripeGateway("sk_test_x")
    yield gateway
    await gateway.aclose()


@pytest.fixture
def deps(repositories, queue, gateway):
    unused: Any = None
    stored = {field.name: getattr(repositories, field.name) for field in fields(Repositories)}
    return Deps(
        **stored,
        stripe=gateway,
        webhooks={"stripe": StripeWebhooks(("whsec_old", SECRET), livemode=False, now=noon)},
        queue=queue,
        sources=(),
        renderer=unused,
        sender=unused,
        policy=policy.load(),
        playbooks=unused,
        now=noon,
    )


@asynccontextmanager
async def open_client(opener, **options):
    """Open the app as a server would and yield a client of it."""
    app = create(opener, now=noon, **options)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://rebut") as client,
    ):
        yield client


@pytest.fixture
async def client(deps):
    @asynccontextmanager
    async def opener():
        yield deps

    async with open_client(opener) as client:
        yield client
