"""Signatures of a merchant's own templates: who signed which words, and when. A job never writes one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from disputes.letter.templates import Template
from disputes.model import Value


class TemplateSignature(Value):
    """One signature: the template as it was signed, with its digest, by whom and when."""

    template: Template
    digest: str
    by: str
    at: datetime


class TemplateSignatures(Protocol):
    """The repository of signatures, one per digest."""

    async def sign(self, template: Template, *, by: str) -> TemplateSignature:
        """Store a signature and return it; one that is there already stays as it was. Raises `Invalid` for no admin."""
        ...

    async def digests(self) -> frozenset[str]:
        """Return the digests of every template that somebody signed."""
        ...

    async def all(self) -> Sequence[TemplateSignature]:
        """Return every signature, the oldest first."""
        ...
