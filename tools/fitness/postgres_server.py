"""Tries a PostgreSQL: its version, whether it is a standby, the rights on the tables, a write that is undone."""

import asyncio
from secrets import token_hex

from psycopg import errors
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disputes.errors import DisputeError
from disputes.model import Value
from tools.fitness import Shortcoming, worst
from tools.postgres.database import failures
from tools.postgres.tables import REVISION, metadata

OLDEST = 14
PATIENCE = 5.0  # seconds

_STATE = text(
    "select current_setting('server_version_num')::int / 10000, pg_is_in_recovery(), "
    "current_setting('transaction_read_only') = 'on', coalesce(current_schema(), ''), "
    "coalesce(has_schema_privilege(current_schema(), 'CREATE'), false), "
    "to_regclass('rebut_revision') is not null"
)
_LACKING = text(
    "select t.name from unnest(cast(:names as text[])) as t(name) "
    "where to_regclass(t.name) is not null and not (has_table_privilege(to_regclass(t.name), 'SELECT') "
    "and has_table_privilege(to_regclass(t.name), 'INSERT') and has_table_privilege(to_regclass(t.name), 'UPDATE') "
    "and has_table_privilege(to_regclass(t.name), 'DELETE')) order by 1"
)


class PostgresState(Value):
    """What a PostgreSQL says of itself and of the user; `schema_name` is empty where the search path leads nowhere."""

    version: int
    standby: bool
    read_only: bool
    schema_name: str
    may_create: bool
    migrated: bool
    current: bool = False
    lacking: tuple[str, ...] = ()


async def examine(engine: AsyncEngine, *, patience: float = PATIENCE) -> tuple[Shortcoming, ...]:
    """Try what Rebut does with a PostgreSQL and undo it. Never raises for a bad server."""
    try:
        with failures():
            async with asyncio.timeout(patience), engine.connect() as connection:
                found = judge(await _look(connection))
                return found if worst(found) else (*found, *await _write(connection))
    except TimeoutError:
        return (_away(f"no answer in {patience:.0f} s"),)
    except DisputeError as failed:
        return (_away(str(failed).rstrip(".")),)


def judge(state: PostgresState) -> tuple[Shortcoming, ...]:
    """Return what Rebut cannot work with, or only until its next release."""
    if why := _cannot_be_written(state):
        return (_bad(why),)
    if not state.migrated or not state.current:
        return _may_migrate(state)
    if state.lacking:
        text = f"The PostgreSQL user may not read and write {', '.join(state.lacking)}: no case can be recorded."
        return (_bad(f"{text} Grant select, insert, update and delete on every table, or make the user their owner."),)
    if not state.may_create:
        text = "The PostgreSQL user may not create tables in its schema: this release works, the next may not start."
        return (Shortcoming(text=f"{text} {_GRANT}", fatal=False),)
    return ()


def _cannot_be_written(state: PostgresState) -> str:
    if state.version < OLDEST:
        return f"PostgreSQL {state.version} is too old. Give Rebut PostgreSQL {OLDEST} or newer."
    if state.standby:
        text = "This PostgreSQL is a read-only standby: nothing can be recorded there."
        return f"{text} Put the address of its primary into DATABASE_URL."
    if state.read_only:
        text = "This PostgreSQL user or database is set to read-only: nothing can be recorded."
        return f"{text} Set default_transaction_read_only to off."
    return ""


_GRANT = "Grant it create on the schema, or start each new release once with a user that may."


def _may_migrate(state: PostgresState) -> tuple[Shortcoming, ...]:
    if not state.schema_name:
        text = "The search path of the PostgreSQL user leads to no schema, so Rebut cannot make its tables."
        return (_bad(f"{text} Create the schema, or correct search_path."),)
    if not state.may_create:
        text = f"The PostgreSQL user may not create the tables of Rebut in the schema {state.schema_name}."
        return (_bad(f"{text} {_GRANT}"),)
    return ()


async def _look(connection: AsyncConnection) -> PostgresState:
    version, standby, read_only, schema, may_create, migrated = (await connection.execute(_STATE)).one()
    state = PostgresState(
        version=version,
        standby=standby,
        read_only=read_only,
        schema_name=schema,
        may_create=may_create,
        migrated=migrated,
    )
    if not migrated or standby:
        return state
    names = {"names": [*metadata.tables, "rebut_revision"]}
    lacking = tuple((await connection.execute(_LACKING, names)).scalars())
    if "rebut_revision" in lacking:
        return state.model_copy(update={"lacking": lacking, "current": True})
    revision = (await connection.execute(text("select version_num from rebut_revision"))).scalar()
    return state.model_copy(update={"lacking": lacking, "current": revision == REVISION})


async def _write(connection: AsyncConnection) -> tuple[Shortcoming, ...]:
    """Write and undo it: a row where the tables are, else a table."""
    name = f"rebut_probe_{token_hex(8)}"
    migrated = (await connection.execute(text("select to_regclass('watermarks') is not null"))).scalar()
    row = text("insert into watermarks (name, at) values (:name, now())").bindparams(name=name)
    try:
        await connection.execute(row if migrated else text(f"create table {name} (n int)"))
    except DBAPIError as refused:
        # A right that is lacking or a disk that is full is an answer; a server that is gone is not.
        if isinstance(refused.orig, errors.InsufficientPrivilege | errors.DiskFull | errors.ReadOnlySqlTransaction):
            text_ = "PostgreSQL refuses to write, so no case can be recorded; look at its log and its disk."
            return (Shortcoming(text=text_, detail=type(refused.orig).__name__),)
        raise
    finally:
        await connection.rollback()
    return ()


def _away(why: str) -> Shortcoming:
    text = (
        "PostgreSQL does not answer: no webhook can be stored and no case recorded. Start it, or correct DATABASE_URL."
    )
    return Shortcoming(text=text, detail=why)


def _bad(text: str) -> Shortcoming:
    return Shortcoming(text=text)
