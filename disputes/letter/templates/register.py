"""The register of templates: which there are, who signed which, and what a signature would change. Pure."""

import difflib
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Literal

from disputes.letter.templates import Template, Templates, writing
from disputes.model import Value
from disputes.playbook.point import Product
from disputes.repositories.template_signatures import TemplateSignature

Signed = Literal["release", "admin", "nobody"]


class ListedTemplate(Value):
    """A template as people list it: `signed` by the release, by the admin `by` at `at`, or by nobody.

    One without `reasons` is for every reason. `phrasing` is its first; `digest` is what a signature is of.
    """

    topic: str
    id: str
    reasons: tuple[str, ...]
    products: tuple[Product, ...]
    signed: Signed
    by: str = ""
    at: datetime | None = None
    phrasing: str
    digest: str


def list_templates(
    templates: Templates, signatures: Sequence[TemplateSignature], *, reason: str = ""
) -> Iterator[ListedTemplate]:
    """Yield every template, or those for a reason, by topic; `templates.signed` are those that the release signed."""
    signed = {signature.digest: signature for signature in signatures}
    for template in every(templates):
        if not reason or not template.reasons or reason in template.reasons:
            yield _list(template, templates, signed.get(template.digest))


def _list(template: Template, templates: Templates, signature: TemplateSignature | None) -> ListedTemplate:
    by: Signed = "release" if template.digest in templates.signed else "admin" if signature else "nobody"
    return ListedTemplate(
        topic=template.topic,
        id=template.id,
        reasons=template.reasons,
        products=template.products,
        signed=by,
        by=signature.by if signature and by == "admin" else "",
        at=signature.at if signature and by == "admin" else None,
        phrasing=template.phrasings[0],
        digest=template.digest,
    )


def every(templates: Templates) -> Iterator[Template]:
    """Yield every template, signed or not."""
    return chain.from_iterable(topic.templates for topic in templates.topics)


def find_unsigned(
    templates: Templates, signatures: Sequence[TemplateSignature], *, template_id: str = ""
) -> list[Template]:
    """Return the templates that nobody signed, or the one of this id."""
    left = templates.with_signed({signature.digest for signature in signatures}).unsigned()
    return [template for template in left if template_id in {"", template.id}]


def find_signed(template: Template, templates: Templates, signatures: Sequence[TemplateSignature]) -> Template | None:
    """Return the template of the same name that is signed: the highest version, and of one version the last signed."""
    released = [each for each in every(templates) if each.digest in templates.signed]
    named = [each for each in (*released, *(s.template for s in signatures)) if each.name == template.name]
    return max(reversed(named), key=lambda each: each.version, default=None)


def compare(signed: Template | None, unsigned: Template) -> str:
    """Return a unified diff from what is signed, or from nothing, to what is not."""
    before = writing.write(signed) if signed else ""
    title = f"{signed.id}, signed" if signed else "nothing signed"
    lines = difflib.unified_diff(
        before.splitlines(), writing.write(unsigned).splitlines(), title, f"{unsigned.id}, not signed", lineterm=""
    )
    return "".join(f"{line}\n" for line in lines)
