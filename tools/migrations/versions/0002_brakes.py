import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    automatic = sa.Column("automatic", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("filings", automatic)
    day = sa.text("automatic AND action = 'submit'")
    op.create_index("filings_automatic", "filings", ["intended_at"], postgresql_where=day)
    op.create_table(
        "brakes",
        sa.Column("one", sa.Boolean, primary_key=True),
        sa.Column("stopped", sa.Boolean, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
