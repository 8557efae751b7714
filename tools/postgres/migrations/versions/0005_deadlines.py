"""Plans with their timers, choices for the last chance, cards, and messages addressed to one target each."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_UNSENT = "sent_at IS NULL AND parked_at IS NULL AND gathered_into = ''"


def upgrade() -> None:
    _address_messages()
    op.create_table(
        "plans",
        _key("dispute_id"),
        _text("stage"),
        _text("claim"),
        _time("due_by"),
        _time("since", required=True),
        _text("queue"),
        sa.Column("choice", sa.Text),
        _text("chosen_by"),
        _text("claimed_by"),
        _time("claimed_at"),
        _time("contacted_at"),
    )
    op.create_table(
        "timers",
        *map(_key, ("dispute_id", "round", "name")),
        _time("at", required=True),
        _time("fired_at"),
        _text("by"),
    )
    op.create_index("timers_due", "timers", ["at"], postgresql_where=sa.text("fired_at IS NULL"))
    op.create_index("timers_fired", "timers", ["at"], postgresql_where=sa.text("fired_at IS NOT NULL"))
    op.create_table(
        "last_chances", *map(_key, ("account", "lane")), _text("choice"), _text("by"), _time("at", required=True)
    )
    op.create_index("cases_past_due", "cases", ["due_by"], postgresql_where=sa.text("outcome = 'past_due'"))
    op.create_table("cards", *map(_key, ("board", "key")), _text("remote_id"))


def _address_messages() -> None:
    op.drop_index("outbox_due", "outbox")
    op.alter_column("outbox", "given_up_at", new_column_name="parked_at")
    op.add_column("outbox", sa.Column("event", sa.Text, nullable=False, server_default="other"))
    for name in ("queue", "target", "dispute_id", "gathered_into"):
        op.add_column("outbox", sa.Column(name, sa.Text, nullable=False, server_default=""))
    for name in ("standing", "urgent"):
        op.add_column("outbox", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("outbox", sa.Column("revision", sa.Integer, nullable=False, server_default="0"))
    op.add_column(
        "outbox", sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())
    )
    op.create_index("outbox_due", "outbox", ["next_at", "key"], postgresql_where=sa.text(_UNSENT))
    parked = sa.text("parked_at IS NOT NULL")
    op.create_index("outbox_parked", "outbox", ["parked_at"], postgresql_where=parked)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=True, nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _time(name: str, *, required: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not required)
