"""The tables of the system of record. A change here needs a revision in `migrations/versions` and a new `REVISION`."""

import math
import re
from datetime import UTC, datetime

from pydantic import JsonValue
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    literal_column,
)
from sqlalchemy.dialects.postgresql import JSONB

REVISION = "0006"
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_STAND_IN = "\N{REPLACEMENT CHARACTER}"


class TextColumn(TypeDecorator[str]):
    """Text as PostgreSQL can hold it: NUL and lone surrogates become U+FFFD, in values and in conditions."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Make text storable."""
        return None if value is None else self.storable(value)

    @staticmethod
    def storable(text: str) -> str:
        """Return a text as PostgreSQL can hold it."""
        return _UNSTORABLE.sub(_STAND_IN, text)


class JsonColumn(TypeDecorator[JsonValue]):
    """JSON as PostgreSQL can hold it: text as in `Words`, NaN and infinities as text, which pydantic reads back."""

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: JsonValue, dialect: Dialect) -> JsonValue:  # noqa: ARG002 - SQLAlchemy's signature
        """Make a document storable."""
        return tidy(value)


class UtcColumn(TypeDecorator[datetime]):
    """A moment in time, given back as aware UTC whatever the server's time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Turn the session's time zone into UTC."""
        return None if value is None else value.astimezone(UTC)


def tidy(value: JsonValue) -> JsonValue:
    """Make a document one that PostgreSQL can hold, as `Document` says."""
    if isinstance(value, str):
        return TextColumn.storable(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {TextColumn.storable(key): tidy(held) for key, held in value.items()}
    return [tidy(held) for held in value] if isinstance(value, list) else value


def _words(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, TextColumn, primary_key=key, nullable=False)


metadata = MetaData()

events = Table(
    "events",
    metadata,
    # The id first, since runs name their events by it alone.
    _words("id", key=True),
    # The default is for processes of the release before, which go on beside this one and know no other.
    Column("provider", TextColumn, primary_key=True, nullable=False, server_default="stripe"),
    _words("type"),
    _words("dispute_id"),
    Column("account", TextColumn),
    Column("livemode", Boolean, nullable=False),
    Column("created", UtcColumn, nullable=False),
    Column("received_at", UtcColumn, nullable=False),
    Column("handled_at", UtcColumn),
    _words("refused"),
)
Index("events_dispute", events.c.dispute_id, events.c.received_at)
Index("events_unhandled", events.c.received_at, events.c.id, postgresql_where=events.c.handled_at.is_(None))
Index("events_account", events.c.account, postgresql_where=events.c.account.is_not(None))

unrecognised_events = Table(
    "unrecognised_events",
    metadata,
    _words("id", key=True),
    _words("provider", key=True),
    _words("type"),
    _words("reason"),
    Column("times", BigInteger, nullable=False),
    Column("received_at", UtcColumn, nullable=False),
)
Index("unrecognised_events_newest", unrecognised_events.c.received_at, unrecognised_events.c.id)

cases = Table(
    "cases",
    metadata,
    _words("dispute_id", key=True),
    Column("account", TextColumn),
    _words("state"),
    _words("outcome"),
    Column("queue", TextColumn),
    Column("reason", TextColumn),
    Column("status", TextColumn),
    Column("action", TextColumn),
    Column("amount", BigInteger),
    Column("currency", TextColumn),
    Column("confidence", Float),
    Column("due_by", UtcColumn),
    Column("received_at", UtcColumn, nullable=False),
    Column("updated_at", UtcColumn, nullable=False),
    Column("rested_at", UtcColumn),
    Column("version", Integer, nullable=False),
    _words("error"),
    Column("snapshot", JsonColumn),
    Column("history", JsonColumn, nullable=False),
)
Index("cases_account", cases.c.account, postgresql_where=cases.c.account.is_not(None))
Index("cases_past_due", cases.c.due_by, postgresql_where=cases.c.outcome == "past_due")
_newest = (cases.c.received_at.desc(), cases.c.dispute_id.desc())
# True of every row, and said only by the list without filters: no filtered list can take this index and walk past
# everything newer than the cases it asks for.
KEPT = literal_column("version > 0", Boolean)
Index("cases_newest", *_newest, postgresql_where=KEPT)
# One for each set of filters of the list: a set without its own walks all that some of its filters let through.
for _filters in (
    *("state", "status", "queue", "reason"),
    *("state queue", "state reason", "status queue", "status reason", "queue reason"),
    *("state queue reason", "status queue reason"),
):
    _names = _filters.split()
    Index("_".join(("cases_by", *_names)), *(cases.c[_name] for _name in _names), *_newest)

leases = Table(
    "leases",
    metadata,
    _words("dispute_id", key=True),
    Column("fence", BigInteger, nullable=False),
)

filings = Table(
    "filings",
    metadata,
    _words("dispute_id", key=True),
    Column("account", TextColumn, nullable=False, server_default=""),
    _words("stage", key=True),
    _words("action", key=True),
    _words("key"),
    Column("before", Integer, nullable=False),
    Column("automatic", Boolean, nullable=False, server_default=false()),
    Column("digest", TextColumn, nullable=False, server_default=""),
    Column("contents", JsonColumn, nullable=False, server_default="{}"),
    _words("state"),
    _words("detail"),
    Column("intended_at", UtcColumn, nullable=False),
    Column("ended_at", UtcColumn),
)

Index(
    "filings_automatic",
    filings.c.intended_at,
    postgresql_where=filings.c.automatic & (filings.c.action == "submit"),
)

permits = Table(
    "permits",
    metadata,
    _words("dispute_id", key=True),
    _words("stage", key=True),
    _words("action", key=True),
    _words("digest"),
    Column("version", Integer, nullable=False),
    _words("policy"),
    _words("by"),
    Column("granted_at", UtcColumn, nullable=False),
)

verdicts = Table(
    "verdicts",
    metadata,
    _words("dispute_id", key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("verdict", JsonColumn, nullable=False),
    _words("by"),
    Column("decided_at", UtcColumn, nullable=False),
    Column("applied_at", UtcColumn),
    Column("lapsed", TextColumn, nullable=False, server_default=""),
)
Index("verdicts_pending", verdicts.c.dispute_id, unique=True, postgresql_where=verdicts.c.applied_at.is_(None))

ledger = Table(
    "ledger",
    metadata,
    Column("number", BigInteger, primary_key=True),
    _words("dispute_id"),
    _words("kind"),
    Column("amount", BigInteger, nullable=False),
    _words("currency"),
    Column("at", UtcColumn, nullable=False),
    UniqueConstraint("dispute_id", "kind", name="ledger_once"),
)

outbox = Table(
    "outbox",
    metadata,
    _words("key", key=True),
    _words("kind"),
    _words("event"),
    _words("queue"),
    _words("target"),
    _words("dispute_id"),
    Column("body", JsonColumn, nullable=False),
    Column("standing", Boolean, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    _words("error"),
    _words("gathered_into"),
    Column("created_at", UtcColumn, nullable=False),
    Column("next_at", UtcColumn, nullable=False),
    Column("sent_at", UtcColumn),
    Column("parked_at", UtcColumn),
)
WAITING_MESSAGE = outbox.c.sent_at.is_(None) & outbox.c.parked_at.is_(None) & (outbox.c.gathered_into == "")
Index("outbox_due", outbox.c.next_at, outbox.c.key, postgresql_where=WAITING_MESSAGE)
Index("outbox_parked", outbox.c.parked_at, postgresql_where=outbox.c.parked_at.is_not(None))

plans = Table(
    "plans",
    metadata,
    _words("dispute_id", key=True),
    _words("stage"),
    _words("claim"),
    Column("due_by", UtcColumn),
    Column("since", UtcColumn, nullable=False),
    _words("queue"),
    Column("choice", TextColumn),
    _words("chosen_by"),
    _words("claimed_by"),
    Column("claimed_at", UtcColumn),
    Column("contacted_at", UtcColumn),
)

timers = Table(
    "timers",
    metadata,
    _words("dispute_id", key=True),
    _words("round", key=True),
    _words("name", key=True),
    Column("at", UtcColumn, nullable=False),
    Column("fired_at", UtcColumn),
    _words("by"),
)
Index("timers_due", timers.c.at, postgresql_where=timers.c.fired_at.is_(None))
Index("timers_fired", timers.c.at, postgresql_where=timers.c.fired_at.is_not(None))

last_chances = Table(
    "last_chances",
    metadata,
    _words("account", key=True),
    _words("lane", key=True),
    _words("choice"),
    _words("by"),
    Column("at", UtcColumn, nullable=False),
)

cards = Table(
    "cards",
    metadata,
    _words("board", key=True),
    _words("key", key=True),
    _words("remote_id"),
)

stagings = Table(
    "stagings",
    metadata,
    _words("dispute_id", key=True),
    _words("field", key=True),
    _words("sha256", key=True),
    Column("at", UtcColumn, nullable=False),
)

automation = Table(
    "automation",
    metadata,
    _words("account", key=True),
    Column("stopped", Boolean, nullable=False),
    _words("by"),
    _words("note"),
    Column("at", UtcColumn, nullable=False),
)

watermarks = Table(
    "watermarks",
    metadata,
    _words("name", key=True),
    Column("at", UtcColumn, nullable=False),
)

thread_keys = Table(
    "thread_keys",
    metadata,
    Column("one", Boolean, primary_key=True),
    Column("key", LargeBinary, nullable=False),
)

users = Table(
    "users",
    metadata,
    _words("digest", key=True),
    _words("name"),
    _words("role"),
    Column("configured", Boolean, nullable=False, server_default=false()),
    Column("added_at", UtcColumn, nullable=False),
)

template_signatures = Table(
    "template_signatures",
    metadata,
    _words("digest", key=True),
    Column("template", JsonColumn, nullable=False),
    _words("by"),
    Column("at", UtcColumn, nullable=False),
)
