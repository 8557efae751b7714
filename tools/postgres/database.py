"""The way to PostgreSQL: the pool, a transaction, the migration, and failures as our errors."""

import asyncio
import select
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import URL, Connection, create_engine, event, func, make_url, text
from sqlalchemy import select as query
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    InterfaceError,
    InternalError,
    InvalidatePoolError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from disputes.errors import Invalid, TryAgain
from tools.postgres.tables import REVISION

MIGRATIONS = Path(__file__).parent / "migrations"
POOL_WAIT_SECONDS = 10.0
# A server that vanished without a word (unplugged, failed over) must not hold a run for the kernel's two hours.
PATIENCE = {
    "connect_timeout": "10",
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
MIGRATION_LOCK = int.from_bytes(b"rebutmig")
DRIVER = "postgresql+psycopg"
SENTENCE_LIMIT = 300


@asynccontextmanager
async def open_engine(url: str, *, size: int = 10, wait: float = POOL_WAIT_SECONDS) -> AsyncIterator[AsyncEngine]:
    """Open a pool of at most `size` connections, opened on first use and replaced when the server restarted.

    Work that finds none free for `wait` seconds ends in `TryAgain`.
    Takes `postgresql://` and `postgres://` as well as SQLAlchemy's own form. Raises `Invalid` on any other URL.
    """
    address = read(url)
    engine = create_async_engine(
        address,
        connect_args=patience(address),
        pool_size=size,
        max_overflow=0,
        pool_timeout=wait,
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "checkout", _look)
    try:
        yield engine
    finally:
        await engine.dispose()


async def migrate(url: str) -> None:
    """Bring the tables to the newest revision; any number of processes may do so at once.

    Raises `TryAgain` when the database does not answer and `Invalid` when the URL cannot be read.
    """
    await asyncio.to_thread(_migrate, read(url))


async def ping(engine: AsyncEngine) -> None:
    """Ask the database for a sign of life. Raises `TryAgain` when none comes."""
    async with transaction(engine) as connection:
        await connection.execute(query(1))


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Open a connection whose work is committed on leaving, or undone by any error. Raises as `failures` does."""
    with failures():
        async with engine.begin() as connection:
            yield connection


@contextmanager
def failures() -> Iterator[None]:
    """Turn a database that fails into `TryAgain`, and a value it cannot hold into `Invalid`; bugs pass through."""
    try:
        yield
    except NoConnectionFree as error:
        raise TryAgain("Every connection to the database is busy; nothing was written.") from error
    except (DataError, psycopg.DataError) as error:
        raise Invalid("The database cannot hold this value.") from error
    except (OperationalError, InterfaceError, InternalError) as error:
        raise TryAgain(_sentence(error.orig)) from error
    except (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError) as error:
        raise TryAgain(_sentence(error)) from error
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise TryAgain(_sentence(error.orig)) from error


def read(url: str) -> URL:
    """Read a PostgreSQL URL. Raises `Invalid` without quoting it, since it may hold a password."""
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):
        found = None
    if found is None or found.drivername not in {"postgres", "postgresql", DRIVER}:
        raise Invalid("The database URL cannot be read; it looks like postgresql://user:password@host:5432/name.")
    return found.set(drivername=DRIVER)


def patience(url: URL) -> dict[str, str]:
    """Return how long to wait for a silent server, where the URL does not say so itself."""
    return {name: seconds for name, seconds in PATIENCE.items() if name not in url.query}


def _look(connection: DBAPIConnection, *_: object) -> None:
    """Replace what the server closed meanwhile: only then has an idle connection something to read.

    A ping would tell as much, and cost every use of a connection a round trip.
    """
    poll = select.poll()
    try:
        poll.register(connection.driver_connection.fileno(), select.POLLIN | select.POLLHUP)
        gone = bool(poll.poll(0))
    except psycopg.Error:
        gone = True
    if gone:
        raise InvalidatePoolError


def _sentence(error: BaseException | None) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return f"The database does not answer: {lines[0].strip().rstrip('.:')[:SENTENCE_LIMIT]}."


def _migrate(url: URL) -> None:
    engine = create_engine(url, poolclass=NullPool, connect_args=patience(url), hide_parameters=True)
    with failures(), engine.begin() as connection:
        if not _current(connection):
            connection.execute(query(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
            _upgrade(connection)


def _current(connection: Connection) -> bool:
    if connection.scalar(query(func.to_regclass("rebut_revision"))) is None:
        return False
    return bool(connection.scalar(text("select version_num from rebut_revision")) == REVISION)


def _upgrade(connection: Connection) -> None:
    # Alembic takes 0.3 s to import, and nearly every start finds its tables in place.
    from alembic import command  # noqa: PLC0415 - the line above says why
    from alembic.config import Config  # noqa: PLC0415 - the same

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
