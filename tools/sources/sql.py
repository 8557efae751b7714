"""The merchant's own database: one SELECT for each kind of fact, in a TOML file of the merchant's."""

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
_ROWS = 100
_SAID = 160
_READ_ONLY = statement("set transaction read only")
_READABLE = ("postgresql", "mysql", "mariadb")


class Select(Strict):
    """One question. The first column is the value, or `amount` and `currency`; `at` and `ref` tell many apart."""

    kind: str
    needs: tuple[str, ...] = Field(min_length=1)
    sql: str
    unit: Literal["major", "minor"] = "minor"
    many: bool = False

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind not in kinds.KINDS:
            raise ValueError(f"{kind} is not a kind of fact that disputes/evidence/kinds.py knows")
        return kind

    @model_validator(mode="after")
    def _sound(self) -> "Select":
        # The transaction is read-only as well; this says so before anything is sent.
        if not self.sql.lstrip().lower().startswith(("select", "with")) or ";" in self.sql.rstrip().rstrip(";"):
            raise ValueError(f"the sql of {self.kind} is not one SELECT")
        strange = set(statement(self.sql).compile().params) - set(self.needs)
        if strange:
            raise ValueError(f"the sql of {self.kind} names :{', :'.join(sorted(strange))} without needing it")
        return self


class Book(Strict):
    """The merchant's file."""

    selects: tuple[Select, ...] = Field(alias="select", min_length=1)


class SqlSource:
    """Asks each SELECT in a read-only transaction, with keys as bound parameters. What fails is a gap."""

    name = OFFER.name

    def __init__(
        self, engine: AsyncEngine, book: Book, *, now: Clock, seconds: float, storage: Storage | None = None
    ) -> None:
        self._engine, self._book, self._now, self._seconds = engine, book, now, seconds
        self._storage = storage
        self.keys = tuple(dict.fromkeys(need for select in book.selects for need in select.needs))

    async def gather(self, dispute: Dispute, known: Evidence) -> Evidence:
        """Ask whatever the known keys allow."""
        found = Evidence()
        async with archive.opened(self._storage, dispute.id) as kept:
            for select in self._book.selects:
                for number, bound in enumerate(keys.bindings(select.needs, partial(keys.known, known))):
                    ref = " ".join(bound.values()) if number else ""
                    found = found.plus(await self._ask(select, bound, ref=ref, kept=kept))
            records = await kept.settle(patience=self._seconds / 4)
        return found.model_copy(update={"records": records})

    async def trial(self) -> None:
        """Raise `Invalid` when the database does not answer, or a SELECT asks for what it has not."""
        for select in self._book.selects:
            nothing = dict.fromkeys(select.needs)
            try:
                async with asyncio.timeout(self._seconds), self._engine.connect() as connection:
                    await _rows(connection, select.sql, nothing)
            except TimeoutError as late:
                raise Invalid(f"{OFFER.title} did not answer in {self._seconds:g} s.") from late
            except (SQLAlchemyError, psycopg.Error, OSError) as failed:
                raise Invalid(f"{OFFER.title} refused the query of {select.kind}: {_said(failed)}.") from failed

    async def _ask(self, select: Select, bound: Mapping[str, str], *, ref: str, kept: Archive) -> Evidence:
        try:
            async with asyncio.timeout(self._seconds), self._engine.connect() as connection:
                rows = await _rows(connection, select.sql, bound)
        except TimeoutError:
            return _gap(select, f"did not answer in {self._seconds:g} s")
        except (SQLAlchemyError, psycopg.Error, OSError) as failed:
            return _gap(select, f"refused the query: {_said(failed)}")
        left_out = _gap(select, f"gave more than {_ROWS} rows") if select.many and len(rows) > _ROWS else Evidence()
        used, now = rows[: _ROWS if select.many else 1], self._now()
        told = tuple(_read(select, used, ref=ref, now=now))
        if not told:
            return left_out
        shown: list[JsonValue] = [{name: _plain(value) for name, value in row.items()} for row in used]
        record = await kept.put(f"{OFFER.name}:{select.kind}", shown, at=now)
        return left_out.plus(Evidence(facts=tuple(fact.model_copy(update={"record": record}) for fact in told)))


@asynccontextmanager
async def open_source(
    options: Mapping[str, str], *, now: Clock, seconds: float, storage: Storage | None = None
) -> AsyncIterator[SqlSource]:
    """Open the merchant's database. Raises `Invalid` when the file or the URL cannot be used."""
    book = await asyncio.to_thread(toml_file.load, Path(options["file"]), Book, OFFER.setting("file"))
    engine = _engine(options["url"])
    try:
        yield SqlSource(engine, book, now=now, seconds=seconds, storage=storage)
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
    """Read in a transaction that cannot write, and is rolled back in any case."""
    await connection.execute(_READ_ONLY)
    asked = statement(sql)
    named = {name: bound[name] for name in asked.compile().params}
    rows = (await connection.execute(asked, named)).mappings().fetchmany(_ROWS + 1)
    await connection.rollback()
    return rows


def _read(select: Select, rows: Sequence[RowMapping], *, ref: str, now: datetime) -> Iterator[Fact]:
    for number, row in enumerate(rows, 1):
        value = _value(select, row)
        if value is None or values.is_ahead(select.kind, value, now):
            continue
        own = text.line(str(row.get("ref") or number), limit=64) if select.many else ""
        whole = "/".join(filter(None, (OFFER.name, ref, own)))
        at = values.moment(_plain(row.get("at"))) if select.many else None
        told = build_fact(select.kind, value, f"{OFFER.name}:{select.kind}", ref=whole)
        yield told.model_copy(update={"at": at, "retrieved_at": now})


def _value(select: Select, row: RowMapping) -> FactValue | datetime | None:
    if kinds.form(select.kind) == "money":
        return values.amount(_plain(row.get("amount")), _plain(row.get("currency")), unit=select.unit)
    return values.held(select.kind, _plain(next(iter(row.values()))))


def _plain(value: object) -> JsonValue:
    """Give what a database holds as JSON."""
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, (Decimal, UUID)):
        return str(value)
    return value if isinstance(value, (str, int, float, bool)) else None


def _gap(select: Select, why: str) -> Evidence:
    name = f"{OFFER.name} {select.kind}"
    return Evidence(gaps=(Gap(name=name, why=f"{OFFER.title} {why}.", source=OFFER.name),))


def _said(failed: Exception) -> str:
    """Give the first line of the driver, which names what is wrong with a query and never a password."""
    told = str(getattr(failed, "orig", None) or failed).strip().splitlines()
    return text.line(told[0] if told else type(failed).__name__, limit=_SAID).rstrip(".")
