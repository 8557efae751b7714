"""The tables of the system of record."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None


def upgrade() -> None:
    _events()
    _cases()
    _filings()
    _verdicts()
    _ledger()
    _outbox()
    op.create_table("leases", _text("dispute_id", key=True), sa.Column("fence", sa.BigInteger, nullable=False))
    op.create_table("users", _text("digest", key=True), _text("name"), _text("role"), _moment("added_at"))
    op.create_table("watermarks", _text("name", key=True), _moment("at"))
    _automation()


def _events() -> None:
    op.create_table(
        "events",
        _text("id", key=True),
        _text("type"),
        _text("dispute_id"),
        _text("account", maybe=True),
        sa.Column("livemode", sa.Boolean, nullable=False),
        _moment("created"),
        _moment("received_at"),
        _moment("handled_at", maybe=True),
        _text("refused"),
    )
    op.create_index("events_dispute", "events", ["dispute_id", "received_at"])
    op.create_index("events_unhandled", "events", ["received_at", "id"], postgresql_where=sa.text("handled_at IS NULL"))


def _cases() -> None:
    op.create_table(
        "cases",
        _text("dispute_id", key=True),
        _text("account", maybe=True),
        _text("state"),
        _text("outcome"),
        *(_text(name, maybe=True) for name in ("queue", "reason", "status", "action")),
        sa.Column("amount", sa.BigInteger),
        _text("currency", maybe=True),
        sa.Column("confidence", sa.Float),
        _moment("due_by", maybe=True),
        _moment("received_at"),
        _moment("updated_at"),
        _moment("rested_at", maybe=True),
        sa.Column("version", sa.Integer, nullable=False),
        _text("error"),
        sa.Column("snapshot", JSONB),
        sa.Column("history", JSONB, nullable=False),
    )
    newest = [sa.text("received_at DESC"), sa.text("dispute_id DESC")]
    op.create_index("cases_newest", "cases", newest, postgresql_where=sa.text("version > 0"))
    for filters in (
        *(("state",), ("status",), ("queue",), ("reason",)),
        *(("state", "queue"), ("state", "reason"), ("status", "queue"), ("status", "reason"), ("queue", "reason")),
        *(("state", "queue", "reason"), ("status", "queue", "reason")),
    ):
        op.create_index("_".join(("cases_by", *filters)), "cases", [*filters, *newest])


def _filings() -> None:
    op.create_table(
        "filings",
        *(_text(name, key=True) for name in ("dispute_id", "stage", "action")),
        _text("key"),
        sa.Column("before", sa.Integer, nullable=False),
        sa.Column("automatic", sa.Boolean, nullable=False, server_default=sa.false()),
        _text("state"),
        _text("detail"),
        _moment("intended_at"),
        _moment("ended_at", maybe=True),
    )

    automatic = sa.text("automatic AND action = 'submit'")
    op.create_index("filings_automatic", "filings", ["intended_at"], postgresql_where=automatic)


def _automation() -> None:
    op.create_table(
        "automation",
        sa.Column("one", sa.Boolean, primary_key=True),
        sa.Column("stopped", sa.Boolean, nullable=False),
        _text("by"),
        _text("note"),
        _moment("at"),
    )


def _verdicts() -> None:
    op.create_table(
        "verdicts",
        _text("dispute_id", key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("verdict", JSONB, nullable=False),
        _text("by"),
        _moment("decided_at"),
        _moment("applied_at", maybe=True),
    )
    pending = sa.text("applied_at IS NULL")
    op.create_index("verdicts_pending", "verdicts", ["dispute_id"], unique=True, postgresql_where=pending)


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("number", sa.BigInteger, primary_key=True),
        _text("dispute_id"),
        _text("kind"),
        sa.Column("amount", sa.BigInteger, nullable=False),
        _text("currency"),
        _moment("at"),
        sa.UniqueConstraint("dispute_id", "kind", name="ledger_once"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        _text("key", key=True),
        _text("kind"),
        sa.Column("body", JSONB, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        _text("error"),
        _moment("next_at"),
        _moment("sent_at", maybe=True),
        _moment("given_up_at", maybe=True),
    )
    waiting = sa.text("sent_at IS NULL AND given_up_at IS NULL")
    op.create_index("outbox_due", "outbox", ["next_at", "key"], postgresql_where=waiting)


def _text(name: str, *, key: bool = False, maybe: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=key, nullable=maybe)


def _moment(name: str, *, maybe: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=maybe)
