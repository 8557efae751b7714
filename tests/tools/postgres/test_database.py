"""Connections, transactions and migrations."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import NullPool

from disputes.errors import Invalid, TryAgain
from disputes.repositories import Repositories
from tests.fakes import FakeClock
from tests.tools.records import NOON, a_record, an_event
from tools.embedded import processes, sockets
from tools.embedded.postgres import Postgres
from tools.embedded.servers import EmbeddedServers
from tools.postgres.database import MIGRATIONS, migrate, open_engine, ping, read, transaction
from tools.postgres.repositories import postgres_repositories
from tools.postgres.tables import REVISION, metadata

UNREACHABLE = "postgresql://ada:s3cret@127.0.0.1:1/records"


@asynccontextmanager
async def _an_empty_database(servers: EmbeddedServers, name: str) -> AsyncIterator[str]:
    root = create_engine(servers.database_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with root.connect() as connection:
        connection.execute(text(f"create database {name}"))
    try:
        yield make_url(servers.database_url).set(database=name).render_as_string(hide_password=False)
    finally:
        with root.connect() as connection:
            connection.execute(text(f"drop database {name} with (force)"))


async def test_the_migrations_make_exactly_the_tables(servers: EmbeddedServers):
    engine = create_engine(servers.database_url, poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "rebut_revision"})
        assert compare_metadata(context, metadata) == []


def test_the_newest_revision_is_the_one_in_tables():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]


async def test_many_processes_may_migrate_at_once(servers: EmbeddedServers):
    async with _an_empty_database(servers, "crowd") as url:
        results = await asyncio.gather(*(migrate(url) for _ in range(6)), return_exceptions=True)
        assert results == [None] * 6
        async with open_engine(url) as engine:
            assert await postgres_repositories(engine, now=FakeClock()).cases.save(a_record()) == 1


async def test_migrating_again_keeps_what_is_there(servers: EmbeddedServers, repositories: Repositories):
    await repositories.cases.save(a_record())
    await migrate(servers.database_url)
    assert await repositories.cases.find("dp_1") is not None


async def test_leaves_the_revisions_of_another_alembic_project_alone(servers: EmbeddedServers):
    async with _an_empty_database(servers, "shared") as url, open_engine(url) as engine:
        async with transaction(engine) as connection:
            await connection.execute(text("create table alembic_version (version_num text)"))
            await connection.execute(text("insert into alembic_version values ('theirs')"))
        await migrate(url)
        async with transaction(engine) as connection:
            assert (await connection.execute(text("select version_num from alembic_version"))).scalar() == "theirs"


async def test_a_server_that_is_not_there_is_one_sentence_without_the_password():
    async with open_engine(UNREACHABLE) as engine:
        repositories = postgres_repositories(engine, now=FakeClock())
        for attempt in (
            ping(engine),
            repositories.events.store(an_event()),
            migrate(UNREACHABLE),
            _lease(repositories),
        ):
            with pytest.raises(TryAgain, match=r"^The database does not answer: .*\.$") as caught:
                await attempt
            assert "s3cret" not in str(caught.value)
            assert "\n" not in str(caught.value)


async def _lease(repositories: Repositories) -> None:
    async with repositories.leases.hold("dp_1"):
        pytest.fail("Nobody can hold a lease without a server.")


@pytest.mark.parametrize(
    "url", ["", "records", "mysql://ada:s3cret@host/db", "sqlite:///s3cret", "postgresql://h:s3cret/x"]
)
async def test_a_url_of_something_else_is_invalid_and_not_quoted(url: str):
    with pytest.raises(Invalid, match="database URL") as caught:
        await migrate(url)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_takes_every_common_spelling_of_a_postgresql_url(scheme: str):
    assert read(f"{scheme}://ada@host/db").drivername == "postgresql+psycopg"


async def test_a_pool_that_is_used_up_says_try_again(servers: EmbeddedServers):
    async with open_engine(servers.database_url, size=1, wait=0.05) as engine:
        async with transaction(engine):
            with pytest.raises(TryAgain, match="busy"):
                await ping(engine)
        await ping(engine)


async def test_an_error_undoes_the_whole_transaction(engine: AsyncEngine):
    with pytest.raises(KeyError):
        await _write_and_fail(engine)
    async with transaction(engine) as connection:
        assert (await connection.execute(select(metadata.tables["leases"]))).all() == []


async def _write_and_fail(engine: AsyncEngine) -> None:
    async with transaction(engine) as connection:
        await connection.execute(metadata.tables["leases"].insert().values(dispute_id="dp_1", fence=1))
        raise KeyError


async def test_an_error_in_our_sql_is_not_raised_as_try_again(engine: AsyncEngine):
    with pytest.raises(ProgrammingError):
        await _run_invalid_sql(engine)


async def _run_invalid_sql(engine: AsyncEngine) -> None:
    async with transaction(engine) as connection:
        await connection.execute(text("select nonsense"))


async def test_a_restart_between_two_calls_goes_unnoticed(repositories: Repositories, home: Path):
    server = Postgres(home / "postgres", sockets.make(home))
    await asyncio.gather(*(repositories.cases.find("dp_1") for _ in range(5)))
    processes.stop(server.folder, server.process, stop_signal=server.stop_signal, seconds=30)
    server.launch()
    assert await asyncio.gather(*(repositories.cases.find("dp_1") for _ in range(5))) == [None] * 5


async def test_works_on_after_the_server_restarted(repositories: Repositories, home: Path):
    server = Postgres(home / "postgres", sockets.make(home))
    await repositories.events.store(an_event("evt_before"))
    async with repositories.leases.hold("dp_1") as fence:
        assert fence == 1
        processes.stop(server.folder, server.process, stop_signal=server.stop_signal, seconds=30)
        for _ in range(3):
            with pytest.raises(TryAgain, match="does not answer"):
                await repositories.events.store(an_event("evt_lost"))
        server.launch()
        assert await repositories.events.store(an_event("evt_after"))
    waiting = await repositories.events.unhandled(before=NOON.replace(hour=13))
    assert {event.id for event in waiting} == {"evt_before", "evt_after"}
    async with repositories.leases.hold("dp_1") as again:
        assert again == 2
