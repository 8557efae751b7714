"""Whose event it is, events that were not recognised, and which accounts the records name."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # Every event so far came from the one processor that was heard, and so do those of a process of the release before.
    op.add_column("events", sa.Column("provider", sa.Text, nullable=False, server_default="stripe"))
    op.drop_constraint("events_pkey", "events", type_="primary")
    op.create_primary_key("events_pkey", "events", ["id", "provider"])
    for table in ("events", "cases"):
        named = sa.text("account IS NOT NULL")
        op.create_index(f"{table}_account", table, ["account"], postgresql_where=named)
    op.create_table(
        "unrecognised_events",
        *(sa.Column(name, sa.Text, primary_key=True, nullable=False) for name in ("id", "provider")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("type", "reason")),
        sa.Column("times", sa.BigInteger, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("unrecognised_events_newest", "unrecognised_events", ["received_at", "id"])
