"""The fake repository of template signatures, true to what the protocol promises."""

from typing import Any

from disputes.errors import Invalid
from disputes.repositories.template_signatures import TemplateSignature


class FakeTemplateSignatures:
    def __init__(self, database: Any) -> None:
        self._database = database
        self._rows: dict[str, TemplateSignature] = {}

    async def sign(self, template, *, by):
        self._database.reach()
        if not any(user.name == by and user.role == "admin" for user in self._database.users.values()):
            raise Invalid(f"{by} is no admin, and only an admin signs a template.")
        row = TemplateSignature(template=template, digest=template.digest, by=by, at=self._database.now())
        return self._rows.setdefault(template.digest, row)

    async def digests(self):
        self._database.reach()
        return frozenset(self._rows)

    async def all(self):
        self._database.reach()
        return sorted(self._rows.values(), key=lambda row: (row.at, row.digest))
