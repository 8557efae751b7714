"""Fixtures over one home of embedded servers."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from disputes.repositories import Repositories
from tests.fakes import FakeClock
from tools.embedded.servers import EmbeddedServers, open_servers
from tools.postgres.database import migrate, open_engine
from tools.postgres.repositories import postgres_repositories
from tools.postgres.tables import metadata


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    # Not pytest's own folder: as root, each new pytest run closes that folder to PostgreSQL's user during another run.
    with TemporaryDirectory(prefix="rebut-") as folder:
        yield Path(folder) / "records"


@pytest.fixture(scope="session")
async def servers(home: Path, processes: None) -> AsyncIterator[EmbeddedServers]:
    async with open_servers(home) as servers:
        await migrate(servers.database_url)
        yield servers


@pytest.fixture(scope="session")
async def _engine(servers: EmbeddedServers) -> AsyncIterator[AsyncEngine]:
    async with open_engine(servers.database_url) as engine:
        yield engine


@pytest.fixture
async def engine(_engine: AsyncEngine) -> AsyncEngine:
    """Return a pool on empty tables."""
    async with _engine.begin() as connection:
        await connection.execute(text(f"truncate {', '.join(metadata.tables)}"))
    return _engine


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def repositories(engine: AsyncEngine, clock: FakeClock) -> Repositories:
    return postgres_repositories(engine, now=clock)
