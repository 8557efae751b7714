"""What the repositories promise, held against PostgreSQL and against the fakes alike."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from disputes.repositories import Repositories
from tests.fakes import FakeClock, fake_repositories
from tools.postgres.repositories import postgres_repositories


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.process)])
def repositories(request: pytest.FixtureRequest, clock: FakeClock) -> Repositories:
    """Return repositories without a row; those in memory must not start a server."""
    if request.param == "memory":
        return fake_repositories(clock)
    engine: AsyncEngine = request.getfixturevalue("engine")
    return postgres_repositories(engine, now=clock)
