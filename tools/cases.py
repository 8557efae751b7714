import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any, get_args

from pydantic import AwareDatetime, TypeAdapter
from sqlalchemy import ColumnElement, RowMapping, Select, Text, case, cast, func, literal, select, tuple_, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from disputes.docket import AT_REST, Entry, Page, State
from disputes.errors import Invalid
from tools.tables import KEPT, Document, Moment, Words, cases, events

MOST = 500
STATES = frozenset[str](get_args(State))
_Place = TypeAdapter(tuple[AwareDatetime, str])
_LIGHT = cases.c.snapshot.op("-")(cast(["evidence", "rebuttal", "packet"], ARRAY(Text)))
_LISTED = (
    *(column for column in cases.c if column.name != "snapshot"),
    type_coerce(_LIGHT, Document).label("snapshot"),
)
_KEPT = ("dispute_id", "account", "state", "outcome", "error", "updated_at")


async def keep(connection: AsyncConnection, entry: Entry, *, now: datetime) -> int:
    """Write a case whole and give its new version.

    `received_at` is when the dispute's first event came, or the entry's when none did, and never changes.
    """
    first = select(func.min(events.c.received_at)).where(events.c.dispute_id == entry.dispute_id).scalar_subquery()
    row, rested = _row(entry), now if entry.state in AT_REST else None
    received = func.coalesce(first, literal(entry.received_at, Moment()))
    fresh = insert(cases).values(row | {"received_at": received, "rested_at": rested, "version": 1})
    since = case((cases.c.state.in_(sorted(AT_REST)), cases.c.rested_at), else_=literal(rested, Moment()))
    changes = row | {"rested_at": since if rested else None, "version": cases.c.version + 1}
    written = fresh.on_conflict_do_update(index_elements=[cases.c.dispute_id], set_=changes)
    return int((await connection.execute(written.returning(cases.c.version))).scalar_one())


async def find(connection: AsyncConnection, dispute_id: str) -> Entry | None:
    """Give one case, or None."""
    query = select(cases).where(cases.c.dispute_id == dispute_id)
    row = (await connection.execute(query)).mappings().first()
    return None if row is None else _entry(row)


async def page(
    connection: AsyncConnection, filters: Mapping[str, str | None], *, cursor: str | None, limit: int
) -> Page:
    """List cases newest first, by `status` (a state of ours, or else Stripe's), `queue` and `reason`; at most 500.

    A listed case comes without its evidence, letter and packet, which are nearly all of its bytes.
    """
    size = max(1, min(limit, MOST))
    rows = (await connection.execute(listed(filters, cursor=cursor).limit(size + 1))).mappings().all()
    entries = tuple(_entry(row) for row in rows[:size])
    return Page(entries=entries, cursor=_cursor(entries[-1]) if len(rows) > size else None)


def listed(filters: Mapping[str, str | None], *, cursor: str | None) -> Select[Any]:
    """Select what `page` lists, from the cursor on; any choice of filters is one range of one index, in its order."""
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
    return tuple_(literal(received_at, Moment()), literal(dispute_id, Words()))


def _cursor(entry: Entry) -> str:
    return base64.urlsafe_b64encode(_Place.dump_json((entry.received_at, entry.dispute_id))).decode()


def _row(entry: Entry) -> dict[str, Any]:
    """Lay an entry out as columns; what a list filters by is copied out of the case."""
    dump = entry.model_dump(mode="json")
    kept = {name: getattr(entry, name) for name in _KEPT}
    return kept | _copies(entry) | {"snapshot": dump["case"], "history": dump["history"]}


def _copies(entry: Entry) -> dict[str, Any]:
    whole = entry.case
    dispute, route, assessment = (whole.dispute, whole.route, whole.assessment) if whole else (None, None, None)
    names = ("reason", "status", "amount", "currency", "due_by")
    return {name: getattr(dispute, name, None) for name in names} | {
        "queue": route.queue if route else None,
        "action": route.action if route else None,
        "confidence": assessment.confidence if assessment else None,
    }


def _entry(row: RowMapping) -> Entry:
    return Entry.model_validate(dict(row) | {"case": row["snapshot"]})
