"""Signatures of a merchant's own letter templates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "template_signatures",
        sa.Column("digest", sa.Text, primary_key=True, nullable=False),
        sa.Column("template", postgresql.JSONB, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
