import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    newest = [sa.text("received_at DESC"), sa.text("dispute_id DESC")]
    op.drop_index("cases_newest", "cases")
    op.create_index("cases_newest", "cases", newest, postgresql_where=sa.text("version > 0"))
    for filters in (
        *(("state", "queue"), ("state", "reason"), ("status", "queue"), ("status", "reason"), ("queue", "reason")),
        *(("state", "queue", "reason"), ("status", "queue", "reason")),
    ):
        op.create_index("_".join(("cases_by", *filters)), "cases", [*filters, *newest])
