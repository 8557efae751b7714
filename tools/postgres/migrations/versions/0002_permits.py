"""Permits, the key that seals threads, and what filings, verdicts and users say about permission."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "permits",
        *(sa.Column(name, sa.Text, primary_key=True, nullable=False) for name in ("dispute_id", "stage", "action")),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("policy", "by")),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "thread_keys",
        sa.Column("one", sa.Boolean, primary_key=True),
        sa.Column("key", sa.LargeBinary, nullable=False),
    )
    op.add_column("filings", sa.Column("digest", sa.Text, nullable=False, server_default=""))
    op.add_column("filings", sa.Column("contents", JSONB, nullable=False, server_default="{}"))
    op.add_column("verdicts", sa.Column("lapsed", sa.Text, nullable=False, server_default=""))
    op.add_column("users", sa.Column("configured", sa.Boolean, nullable=False, server_default=sa.false()))
