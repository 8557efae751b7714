"""What Rebut staged on each dispute, and a kill switch for each connected account."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "stagings",
        *(sa.Column(name, sa.Text, primary_key=True, nullable=False) for name in ("dispute_id", "field", "sha256")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.add_column("filings", sa.Column("account", sa.Text, nullable=False, server_default=""))
    op.add_column("automation", sa.Column("account", sa.Text, nullable=False, server_default=""))
    op.drop_column("automation", "one")
    op.create_primary_key("automation_pkey", "automation", ["account"])
