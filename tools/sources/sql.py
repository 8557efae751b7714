"""The merchant's own database as a source: one SELECT for each kind of fact, in a TOML file of the merchant's."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Literal
from uuid import UUID

import psycopg
from pydantic import Field, JsonValue, field_validator, model_validator
from sqlalchemy import RowMapping
from sqlalchemy import text as statement
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from disputes import text, toml_file
from disputes.dispute import Dispute
from disputes.errors import Invalid
from disputes.evidence import Evidence, Fact, FactValue, Gap, build_fact, kinds
from disputes.evidence.entities import parcel_key
from disputes.model import Strict
from disputes.ports.clock import Clock
from disputes.ports.storage import Storage
from tools.sources import archive, keys, values
from tools.sources.archive import Archive
from tools.sources.options import Offer, Option

OFFER = Offer(
    name="sql",
    title="Your database",
    adds="whatever your own tables know: use, deliveries, terms accepted, messages",
    reference=("https://docs.sqlalchemy.org/en/20/core/engines.html#database-urls",),
    options={
        "file": Option(about="the path of a TOML file with one SELECT for each kind of fact"),
        "url": Option(about="a database URL, such as postgresql://reader:password@host/shop", secret=True),
    },
)
_MAX_ROWS = 100
_MAX_ERROR = 160
_READ_ONLY = statement("set transaction read only")
_READABLE = ("postgresql", "mysql", "mariadb")


class SqlQuery(Strict):
    """One SELECT. The first column is the value, or `amount` and `currency`; `at` and `ref` tell several rows apart.

    `entity` names what a row is about where there may be several, such as the parcel by its tracking number.
    """

    kind: str
    needs: tuple[str, ...] = Field(min_length=1)
    sql: str
    unit: Literal["major", "minor"] = "minor"
    many: bool = False

    @field_validator("kind")
    @classmethod
    def _check_kind(cls, kind: str) -> str:
        if kind not in kinds.KINDS:
            raise ValueError(f"{kind} is not a kind of fact that disputes/evidence/kinds.py knows")
        return kind

    @model_validator(mode="after")
    def _check_sql(self) -> "SqlQuery":
        # The transaction is read-only as well; this fails before anything is sent.
        if not self.sql.lstrip().lower().startswith(("select", "with")) or ";" in self.sql.rstrip().rstrip(";"):
            raise ValueError(f"the sql of {self.kind} is not one SELECT")
        unknown = set(statement(self.sql).compile().params) - set(self.needs)
        if unknown:
            raise ValueError(f"the sql of {self.kind} names :{', :'.join(sorted(unknown))} without needing it")
        return self


class QueryFile(Strict):
    """The merchant's file of queries."""

    selects: tuple[SqlQuery, ...] = Field(alias="select", min_length=1)


class SqlSource:
    """Runs each SELECT in a read-only transaction, with keys as bound parameters. A query that fails is a gap."""

    name = OFFER.name

    def __init__(
        self, engine: AsyncEngine, queries: QueryFile, *, now: Clock, seconds: float, storage: Storage | None = None
    ) -> None:
        self._engine, self._queries, self._now, self._seconds = engine, queries, now, seconds
        self._storage = storage
        self.keys = tuple(dict.fromkeys(need for select in queries.selects for need in select.needs))
        self.offers = tuple(dict.fromkeys(select.kind for select in queries.selects))

    async def gather(self, dispute: Dispute, known: Evidence) -> Evidence:
        """Run each query whose keys are known, and return the facts and gaps."""
        evidence = Evidence()
        async with archive.open_archive(self._storage, dispute.id) as answers:
            for select in self._queries.selects:
                for number, bound in enumerate(keys.bindings(select.needs, partial(keys.values_of, known))):
                    ref = " ".join(bound.values()) if number else ""
                    evidence = evidence.plus(await self._query(select, bound, ref=ref, answers=answers))
            records = await answers.finish(seconds=self._seconds / 4)
        return evidence.model_copy(update={"source_answers": records})

    async def check(self) -> None:
        """Run each query with empty keys. Raises `Invalid` when the database does not answer or refuses one."""
        for select in self._queries.selects:
            empty = dict.fromkeys(select.needs)
            try:
                async with asyncio.timeout(self._seconds), self._engine.connect() as connection:
                    await _rows(connection, select.sql, empty)
            except TimeoutError as late:
                raise Invalid(f"{OFFER.title} did not answer in {self._seconds:g} s.") from late
            except (SQLAlchemyError, psycopg.Error, OSError) as failed:
                raise Invalid(f"{OFFER.title} refused the query of {select.kind}: {_driver_error(failed)}.") from failed

    async def _query(self, select: SqlQuery, bound: Mapping[str, str], *, ref: str, answers: Archive) -> Evidence:
        try:
            async with asyncio.timeout(self._seconds), self._engine.connect() as connection:
                rows = await _rows(connection, select.sql, bound)
        except TimeoutError:
            return _gap(select, f"did not answer in {self._seconds:g} s")
        except (SQLAlchemyError, psycopg.Error, OSError) as failed:
            return _gap(select, f"refused the query: {_driver_error(failed)}")
        left_out = (
            _gap(select, f"gave more than {_MAX_ROWS} rows") if select.many and len(rows) > _MAX_ROWS else Evidence()
        )
        used, now = rows[: _MAX_ROWS if select.many else 1], self._now()
        facts = tuple(_facts(select, used, ref=ref, now=now))
        if not facts:
            return left_out
        answer: list[JsonValue] = [{name: _as_json(value) for name, value in row.items()} for row in used]
        record = await answers.put(f"{OFFER.name}:{select.kind}", answer, at=now)
        return left_out.plus(Evidence(facts=tuple(fact.model_copy(update={"record": record}) for fact in facts)))


@asynccontextmanager
async def open_source(
    options: Mapping[str, str], *, now: Clock, seconds: float, storage: Storage | None = None
) -> AsyncIterator[SqlSource]:
    """Yield the merchant's database as a source. Raises `Invalid` when the file or the URL cannot be used."""
    queries = await asyncio.to_thread(toml_file.load, Path(options["file"]), QueryFile, OFFER.setting("file"))
    engine = _engine(options["url"])
    try:
        yield SqlSource(engine, queries, now=now, seconds=seconds, storage=storage)
    finally:
        await engine.dispose()


def _engine(url: str) -> AsyncEngine:
    scheme, _, rest = url.partition("://")
    whole = f"postgresql+psycopg://{rest}" if scheme in {"postgresql", "postgres"} else url
    try:
        engine = create_async_engine(whole, pool_size=2, pool_pre_ping=True, hide_parameters=True)
    except (SQLAlchemyError, ImportError, TypeError, ValueError) as wrong:
        why = "it needs the form of a database URL, and an asynchronous driver that is installed"
        raise Invalid(f"{OFFER.setting('url')} is wrong: {why}.") from wrong
    if engine.dialect.name not in _READABLE:
        raise Invalid(f"{OFFER.setting('url')} is wrong: only {', '.join(_READABLE)} can be read without writing.")
    return engine


async def _rows(connection: AsyncConnection, sql: str, bound: Mapping[str, str | None]) -> Sequence[RowMapping]:
    """Read in a transaction that cannot write and is always rolled back."""
    await connection.execute(_READ_ONLY)
    query = statement(sql)
    parameters = {name: bound[name] for name in query.compile().params}
    rows = (await connection.execute(query, parameters)).mappings().fetchmany(_MAX_ROWS + 1)
    await connection.rollback()
    return rows


def _facts(select: SqlQuery, rows: Sequence[RowMapping], *, ref: str, now: datetime) -> Iterator[Fact]:
    for number, row in enumerate(rows, 1):
        value = _value(select, row)
        if value is None or values.is_ahead(select.kind, value, now):
            continue
        own = text.key(str(row.get("ref") or number), "ref", limit=64) if select.many else ""
        whole = "/".join(filter(None, (OFFER.name, ref, own)))
        at = values.parse_time(_as_json(row.get("at"))) if select.many else None
        named = text.key(str(row.get("entity") or ""), "entity", limit=64)
        of = parcel_key(named) if kinds.sort(select.kind) == "parcel" else named
        repeated = not of or select.kind in kinds.REPEATED
        fact = build_fact(select.kind, value, f"{OFFER.name}:{select.kind}", ref=whole if repeated else "", of=of)
        yield fact.model_copy(update={"at": at, "retrieved_at": now})


def _value(select: SqlQuery, row: RowMapping) -> FactValue | date | None:
    if kinds.form(select.kind) == "money":
        return values.parse_amount(_as_json(row.get("amount")), _as_json(row.get("currency")), unit=select.unit)
    return values.parse(select.kind, _as_json(next(iter(row.values()))))


def _as_json(value: object) -> JsonValue:
    """Return a database value as JSON."""
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_as_json(each) for each in value]
    if isinstance(value, (Decimal, UUID)):
        return str(value)
    return value if isinstance(value, (str, int, float, bool)) else None


def _gap(select: SqlQuery, why: str) -> Evidence:
    name = f"{OFFER.name} {select.kind}"
    return Evidence(gaps=(Gap(name=name, why=f"{OFFER.title} {why}.", source=OFFER.name),))


def _driver_error(failed: Exception) -> str:
    """Return the first line of the driver's error, which names what is wrong with a query and never a password."""
    lines = str(getattr(failed, "orig", None) or failed).strip().splitlines()
    return text.line(lines[0] if lines else type(failed).__name__, limit=_MAX_ERROR).rstrip(".")
