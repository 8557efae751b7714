"""Signatures of templates in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from disputes.errors import Invalid
from disputes.letter.templates import Template
from disputes.ports.clock import Clock
from disputes.repositories.template_signatures import TemplateSignature
from tools.postgres.database import transaction
from tools.postgres.tables import template_signatures, users


@dataclass(frozen=True)
class PostgresTemplateSignatures:
    """The signatures, one row per digest; as `disputes.repositories.template_signatures` promises."""

    engine: AsyncEngine
    now: Clock

    async def sign(self, template: Template, *, by: str) -> TemplateSignature:
        """Store a signature of an admin, and return it."""
        row = {"digest": template.digest, "template": template.model_dump(mode="json"), "by": by, "at": self.now()}
        is_admin = select(exists().where(users.c.name == by, users.c.role == "admin"))
        async with transaction(self.engine) as connection:
            if not await connection.scalar(is_admin):
                raise Invalid(f"{by} is no admin, and only an admin signs a template.")
            await connection.execute(insert(template_signatures).values(row).on_conflict_do_nothing())
            stored = select(template_signatures).where(template_signatures.c.digest == template.digest)
            return TemplateSignature.model_validate(dict((await connection.execute(stored)).mappings().one()))

    async def digests(self) -> frozenset[str]:
        """Return the digests of every signed template."""
        async with transaction(self.engine) as connection:
            return frozenset(await connection.scalars(select(template_signatures.c.digest)))

    async def all(self) -> Sequence[TemplateSignature]:
        """Return every signature, the oldest first."""
        query = select(template_signatures).order_by(template_signatures.c.at, template_signatures.c.digest)
        async with transaction(self.engine) as connection:
            rows = (await connection.execute(query)).mappings()
            return [TemplateSignature.model_validate(dict(row)) for row in rows]


async def read_digests(engine: AsyncEngine) -> frozenset[str] | None:
    """Return the digests of every signed template; None where the table is not there yet, or not to be read."""
    name = template_signatures.name
    async with transaction(engine) as connection:
        if (await connection.scalar(select(func.to_regclass(name)))) is None:
            return None
        if not await connection.scalar(select(func.has_table_privilege(name, "select"))):
            return None
        return frozenset(await connection.scalars(select(template_signatures.c.digest)))
