"""Cases in PostgreSQL, and the list of them."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from pydantic import AwareDatetime, TypeAdapter
from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    Text,
    case,
    cast,
    func,
    literal,
    select,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disputes.errors import Invalid, TryAgain
from disputes.ports.clock import Clock
from disputes.repositories.cases import AT_REST, DECIDED, CasePage, CaseRecord, CaseState, HistoryStep
from disputes.repositories.outbox import NOTHING, Outgoing
from tools.postgres import erasure, leases, outbox, plans, verdicts
from tools.postgres.database import transaction
from tools.postgres.tables import KEPT, JsonColumn, TextColumn, UtcColumn, cases, events

MOST = 500
STATES = frozenset[str](get_args(CaseState))
_Place = TypeAdapter(tuple[AwareDatetime, str])
_LIGHT = cases.c.snapshot.op("-")(cast(["evidence", "rebuttal", "packet"], ARRAY(Text)))
_LISTED = (
    *(column for column in cases.c if column.name != "snapshot"),
    type_coerce(_LIGHT, JsonColumn).label("snapshot"),
)
_KEPT = ("dispute_id", "account", "state", "outcome", "error", "updated_at")


@dataclass(frozen=True)
class PostgresCases:
    """The cases, one row a dispute; as `disputes.repositories.cases.Cases` promises."""

    engine: AsyncEngine
    now: Clock

    async def find(self, dispute_id: str) -> CaseRecord | None:
        """Return one case, or None."""
        query = select(cases).where(cases.c.dispute_id == dispute_id)
        async with transaction(self.engine) as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else _record(row)

    async def page(
        self,
        *,
        status: str | None = None,
        queue: str | None = None,
        reason: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> CasePage:
        """Return cases newest first, at most 500; `status` is a state of ours or else Stripe's.

        A listed case comes without its evidence, letter and packet, which are nearly all of its bytes. Raises `Invalid`
        on a bad cursor.
        """
        size = max(1, min(limit, MOST))
        query = listed({"status": status, "queue": queue, "reason": reason}, cursor=cursor).limit(size + 1)
        async with transaction(self.engine) as connection:
            rows = (await connection.execute(query)).mappings().all()
        records = tuple(_record(row) for row in rows[:size])
        return CasePage(records=records, cursor=_cursor(records[-1]) if len(rows) > size else None)

    async def save(  # noqa: PLR0913 - each is a condition or a part of this one write
        self,
        record: CaseRecord,
        *,
        fence: int | None = None,
        carried: int | None = None,
        expected: int | None = None,
        above: int = 0,
        outgoing: Outgoing = NOTHING,
    ) -> int:
        """Write a case whole and return its new version; the record's own version and rest are ignored.

        `carried` is the version of the verdict that this write carries out; any other that waits lapses.
        `received_at` is when the dispute's first event came, or the record's when none did, and never changes. Raises
        `LostLease` on an old fence: who lost a dispute must not write over what its new holder did; and `TryAgain` when
        the case is not at the `expected` version any more.
        """
        now = self.now()
        async with transaction(self.engine) as connection:
            if fence is not None:
                await leases.check(connection, record.dispute_id, fence=fence)
            current = await verdicts.lock_case(connection, record.dispute_id)
            if expected is not None and current != expected:
                raise TryAgain("The case moved on under this run; it begins again.")
            if record.state == "working" and await verdicts.is_decided(connection, record.dispute_id):
                raise TryAgain("Somebody decided on this case meanwhile; that is carried out first.")
            lapsed = await verdicts.end_waiting(connection, record.dispute_id, carried=carried, now=now)
            told = record.model_copy(update={"history": (*record.history, *lapsed)}) if lapsed else record
            version = await _save(connection, told, now=now, above=above)
            await plans.end(connection, record.dispute_id, decided=record.state in DECIDED)
            await outbox.send(connection, outgoing, now=now)
            return version

    async def park(self, record: CaseRecord, *, fence: int, outgoing: Outgoing = NOTHING) -> None:
        """Write a case that an error stopped, at the version it has, with its messages. Raises `LostLease`."""
        async with transaction(self.engine) as connection:
            await leases.check(connection, record.dispute_id, fence=fence)
            await _save(connection, record, now=self.now(), grows=False)
            await outbox.send(connection, outgoing, now=self.now())

    async def note(self, dispute_id: str, step: HistoryStep) -> None:
        """Add a step to the history of a case, if there is one, at the version it has."""
        longer = cases.c.history.op("||")(literal([step.model_dump(mode="json")], JsonColumn()))
        async with transaction(self.engine) as connection:
            await connection.execute(update(cases).where(cases.c.dispute_id == dispute_id).values(history=longer))

    async def of_person(self, person: str) -> list[str]:
        """Return the dispute ids of a person, by an exact Stripe customer id or e-mail address, oldest first."""
        async with transaction(self.engine) as connection:
            return await erasure.of_person(connection, person)

    async def erase(self, record: CaseRecord, *, fence: int) -> None:
        """Write what stays of an erased case, and empty its verdicts and messages. Raises `LostLease`."""
        async with transaction(self.engine) as connection:
            await leases.check(connection, record.dispute_id, fence=fence)
            await _save(connection, record, now=self.now())
            await erasure.empty(connection, record.dispute_id)


async def _save(
    connection: AsyncConnection, record: CaseRecord, *, now: datetime, above: int = 0, grows: bool = True
) -> int:
    first = select(func.min(events.c.received_at)).where(events.c.dispute_id == record.dispute_id).scalar_subquery()
    row, rested = _row(record), now if record.state in AT_REST else None
    received = func.coalesce(first, literal(record.received_at, UtcColumn()))
    fresh = insert(cases).values(row | {"received_at": received, "rested_at": rested, "version": above + 1})
    since = case((cases.c.state.in_(sorted(AT_REST)), cases.c.rested_at), else_=literal(rested, UtcColumn()))
    higher = func.greatest(cases.c.version, above) + 1 if grows else cases.c.version
    changes = row | {"rested_at": since if rested else None, "version": higher}
    written = fresh.on_conflict_do_update(index_elements=[cases.c.dispute_id], set_=changes)
    return int((await connection.execute(written.returning(cases.c.version))).scalar_one())


def listed(filters: Mapping[str, str | None], *, cursor: str | None) -> Select[Any]:
    """Return the query of `page`, from the cursor on; any choice of filters is one range of one index, in its order."""
    place = tuple_(cases.c.received_at, cases.c.dispute_id)
    query = select(*_LISTED).where(*_conditions(filters))
    query = query.order_by(cases.c.received_at.desc(), cases.c.dispute_id.desc())
    return query.where(place < _after(cursor)) if cursor else query


def _conditions(filters: Mapping[str, str | None]) -> list[ColumnElement[bool]]:
    wanted = {name: value for name, value in filters.items() if value is not None}
    # No word is both a state and a status of Stripe's, and "either column" would be a range of no index.
    if wanted.get("status") in STATES:
        wanted["state"] = wanted.pop("status")
    return [cases.c[name] == value for name, value in wanted.items()] or [KEPT]


def _after(cursor: str) -> ColumnElement[Any]:
    try:
        received_at, dispute_id = _Place.validate_json(base64.urlsafe_b64decode(cursor))
    except ValueError as error:
        raise Invalid("The cursor is not one that this list gave.") from error
    return tuple_(literal(received_at, UtcColumn()), literal(dispute_id, TextColumn()))


def _cursor(record: CaseRecord) -> str:
    return base64.urlsafe_b64encode(_Place.dump_json((record.received_at, record.dispute_id))).decode()


def _row(record: CaseRecord) -> dict[str, Any]:
    """Return a record as columns; what a list filters by is copied out of the case."""
    dump = record.model_dump(mode="json")
    kept = {name: getattr(record, name) for name in _KEPT}
    return kept | _copies(record) | {"snapshot": dump["case"], "history": dump["history"]}


def _copies(record: CaseRecord) -> dict[str, Any]:
    whole = record.case
    dispute, route, assessment = (whole.dispute, whole.route, whole.assessment) if whole else (None, None, None)
    names = ("reason", "status", "amount", "currency", "due_by")
    return {name: getattr(dispute, name, None) for name in names} | {
        "queue": route.queue if route else None,
        "action": route.action if route else None,
        "confidence": assessment.confidence if assessment else None,
    }


def _record(row: RowMapping) -> CaseRecord:
    return CaseRecord.model_validate(dict(row) | {"case": row["snapshot"]})
