"""What doctor says of the webhooks that were not recognised."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from disputes.errors import DisputeError
from disputes.model import Value
from disputes.repositories.unrecognised_events import UnrecognisedRecord
from tools.postgres.database import open_engine
from tools.postgres.unrecognised_events import PostgresUnrecognisedEvents, is_migrated

SHOWN = 5
RECENT = timedelta(days=7)
"""How long one is a problem: a webhook that is refused is delivered again for three days."""


class EventsFinding(Value):
    """What the records say of unrecognised webhooks; `fine` is False while one came lately."""

    title: str = "Webhooks"
    text: str
    fine: bool = True


async def look(database_url: str) -> EventsFinding | None:
    """Look into the records; None where they cannot be reached or have no tables yet. Changes nothing."""
    now = datetime.now(UTC)
    try:
        async with open_engine(database_url, size=1) as engine:
            if not await is_migrated(engine):
                return None
            stored = PostgresUnrecognisedEvents(engine, lambda: now)
            return describe(await stored.count(), await stored.newest(limit=SHOWN), now=now)
    except DisputeError:
        return None


def describe(count: int, newest: Sequence[UnrecognisedRecord], *, now: datetime) -> EventsFinding:
    """Put the newest into words, each with its time, type, id and reason."""
    if not newest:
        return EventsFinding(text="none was left unrecognised.")
    lines = "; ".join(_line(record) for record in newest)
    recent = now - newest[0].received_at < RECENT
    return EventsFinding(
        text=f"{count:,} may be about disputes and were not recognised, no case came of them. The newest: {lines}",
        fine=not recent,
    )


def _line(record: UnrecognisedRecord) -> str:
    times = "" if record.times == 1 else f", {record.times:,} times"
    kind = record.type or "no type"
    return f"{record.received_at:%Y-%m-%d %H:%M} UTC {record.provider} {kind} {record.id}{times}: {record.reason}"
