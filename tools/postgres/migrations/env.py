"""What Alembic runs to bring the tables to the newest revision."""

from alembic import context

from tools.postgres.tables import metadata

# A name of its own, so that Rebut can share a database with another Alembic project.
context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, version_table="rebut_revision"
)
with context.begin_transaction():
    context.run_migrations()
